"""A process of the hall that may be killed at any moment: it does jobs and reports each that is done."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Any

from sqlalchemy import event, select

from hotline.carrying import Step
from hotline.errors import HotlineError
from hotline.hall import Hall
from hotline.orders import ErrandRequest
from hotline.store.schema import ErrandOrder, Runner
from hotline.vocabulary import HelpKind, OrderAction

FORK = multiprocessing.get_context("fork")  # imports are shared, so that a new process stands in milliseconds
GUANZIGOU = ("511903106204", "柳林镇")


@dataclass(frozen=True)
class Job:
    """One request to the hall, as a channel or a page would make it."""

    kind: str  # create, step, accept, carry
    key: str = ""  # of the order; with `accept` and `carry` the way to find it
    offer: int = 0
    runner: int = 0
    action: str = ""  # with `carry`
    dispatched: bool = True  # with `create`: False is an appointment that dispatch leaves alone
    die_at: int = 0  # kill oneself before this statement of the job; 0: live


class Mortal:
    """A forked process with a copy of the hall and connections of its own to the same database."""

    def __init__(self, hall: Hall, jobs: list[Job]) -> None:
        """Start, and do these jobs in this order."""
        self.pipe, theirs = FORK.Pipe()
        self.process: ForkProcess = FORK.Process(target=_live, args=(hall, theirs), daemon=True)
        self.process.start()
        theirs.close()
        self.jobs = list(jobs)  # not yet reported, in their order
        with suppress(OSError):
            self.pipe.send(jobs)

    def reported(self) -> Job | None:
        """The next job that was done; None when the process was killed and nothing more comes.

        Raises RuntimeError when nobody killed it: then the hall itself failed, which no replay may hide.
        """
        try:
            self.pipe.recv()
        except (EOFError, OSError):
            self.process.join()
            if self.process.exitcode != -signal.SIGKILL:
                raise RuntimeError(f"a process ended by itself while it did {self.jobs[:1]}") from None
            return None
        return self.jobs.pop(0)

    def kill(self) -> None:
        """SIGKILL: no handler runs, no transaction is ended."""
        self.process.kill()

    def bury(self) -> None:
        """Let it end if it still lives; closing alone would not, since later forks hold copies of the pipe."""
        with suppress(OSError):
            self.pipe.send(None)
        self.pipe.close()
        self.process.join()


def _live(hall: Hall, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)
    hall.database.engine.dispose(close=False)  # what the parent had open is the parent's
    fuse = _Fuse(hall)
    with suppress(EOFError, OSError):
        while (jobs := pipe.recv()) is not None:
            for job in jobs:
                fuse.left = job.die_at
                with suppress(HotlineError):  # 这一单已经由别人接走: an answer like any other
                    do(hall, job)
                fuse.burn()  # done and committed, but nobody was told
                pipe.send(True)


class _Fuse:
    """Kills this process before the n-th statement or commit."""

    def __init__(self, hall: Hall) -> None:
        self.left = 0
        event.listen(hall.database.engine, "before_cursor_execute", self.burn)
        event.listen(hall.database.engine, "commit", self.burn)

    def burn(self, *_: Any) -> None:
        """One statement nearer to the end."""
        if self.left:
            self.left -= 1
            if not self.left:
                os.kill(os.getpid(), signal.SIGKILL)


def do(hall: Hall, job: Job) -> None:
    """One request in a transaction of its own."""
    with hall.database.begin() as session:
        if job.kind == "create":
            hall.orders.place(session, _request(hall, job))
        elif job.kind == "step":
            hall.dispatch.step(session)
        elif job.kind == "accept":
            hall.dispatch.accept(session, job.offer, session.get_one(Runner, job.runner))
        elif job.kind == "carry":
            order = session.scalars(select(ErrandOrder).where(ErrandOrder.key == job.key)).one()
            runner = session.get_one(Runner, order.runner_id)
            hall.carrying.carry_on(session, runner, str(order.number), Step(OrderAction(job.action)))


def _request(hall: Hall, job: Job) -> ErrandRequest:
    wish = hall.clock() + (timedelta(minutes=10) if job.dispatched else timedelta(days=30))
    return ErrandRequest(
        key=job.key, channel="sms", applicant_name="王", contact_phone="13800001234", item_code=None,
        item_name="崩溃测试", zone="police", help=HelpKind.ASSIST, place_code=GUANZIGOU[0], township=GUANZIGOU[1],
        place_text="罐子沟村", wish_from=wish, wish_to=wish + timedelta(minutes=30),
    )  # fmt: skip


def dying_at(job: Job, statement: int) -> Job:
    """The same job, killed before this statement."""
    return replace(job, die_at=statement)
