"""What a runner's phone reports, done once.

On the road answers get lost, so the phone keeps each act with an id of its own and sends it until the
hall has answered. The id is kept in the transaction of what was done: what was refused leaves no trace
and is refused again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.errors import InvalidInput
from hotline.store.pocket import RunnerAct
from hotline.store.schema import Runner

SHORTEST_ID, LONGEST_ID = 8, 64  # characters


@dataclass(frozen=True)
class RunnerActs:
    """The acts of all runners."""

    clock: Clock

    def once(self, session: Session, runner: Runner, act_id: str, what: str, do: Callable[[], object]) -> bool:
        """Do it unless it was done under this id; whether it was done now. Raises whatever `do` raises."""
        if not SHORTEST_ID <= len(act_id) <= LONGEST_ID or not act_id.isprintable():
            raise InvalidInput("这一步缺少编号，请刷新页面再试。", act=act_id[:20])
        if session.get(RunnerAct, (runner.id, act_id)):
            return False
        try:
            with session.begin_nested():
                session.add(RunnerAct(runner_id=runner.id, act_id=act_id, what=what[:64], at=self.clock()))
        except IntegrityError:  # the same act came twice at once, and the other one was faster
            return False
        do()
        return True
