"""Handovers that staff record beside the steps of an order: at the window, or on the way from one carrier to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hotline.errors import InvalidInput
from hotline.order_changes import OrderChanges
from hotline.orders import CARRIED, record
from hotline.papers import Hand, Papers, Sheet
from hotline.store.papers import Handover
from hotline.store.schema import ErrandOrder, Runner
from hotline.vocabulary import Holder, OrderAction


@dataclass(frozen=True)
class Side:
    """Who gives or takes: the order's own citizen, runner or window, or another runner."""

    kind: Holder
    runner: Runner | None = None  # None: the runner who carries the order


class HandingOver:
    """Handovers written by hand."""

    def __init__(self, papers: Papers, changes: OrderChanges) -> None:
        self.papers = papers
        self.changes = changes

    def write(
        self, session: Session, order: ErrandOrder, *, key: str, giver: Side, taker: Side,
        sheets: Sequence[Sheet], actor: str,
    ) -> Handover:  # fmt: skip
        """Write the note, once for its key; the order goes on with a runner who takes papers that are on their way.

        Raises InvalidInput for what cannot change hands.
        """
        if not sheets:
            raise InvalidInput("请至少勾一样材料，或者写上材料名称。")
        given, taken = self._hand(session, order, giver), self._hand(session, order, taker)
        if given == taken:
            raise InvalidInput("交出人和接收人是同一个，请改其中一个。")
        goes_on = taken.kind is Holder.RUNNER and taken.runner_id != order.runner_id and order.state in CARRIED
        key = self.papers.step_key(session, order, OrderAction.REASSIGN) if goes_on else key
        note = self.papers.hand_over(session, order, key, given, taken, sheets)
        if goes_on and taker.runner:
            self.changes.reassign(session, order, taker.runner, actor=actor, reason="途中交接材料")
        words = f"第{note.position}张：{given.name}交给{taken.name}，{'、'.join(sheet.name for sheet in sheets)}"
        record(
            session, order, OrderAction.HANDOVER, actor=actor, at=note.at, from_state=order.state, reason=words,
        )  # fmt: skip
        return note

    def _hand(self, session: Session, order: ErrandOrder, side: Side) -> Hand:
        if side.kind is Holder.RUNNER and side.runner is None and order.runner_id is None:
            raise InvalidInput("还没有跑手接单，请写明是哪名跑手的编号，例如 R0001。", number=order.number)
        return self.papers.hand(session, order, side.kind, side.runner)
