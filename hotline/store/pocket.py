"""The tables of a runner's page: what a phone already reported, and the runner's talk with the desk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.schema import Moment, Table


class RunnerAct(Table):
    """Something that a runner's phone reported under an id of its own: done once, however often it comes."""

    __tablename__ = "runner_act"

    runner_id: Mapped[int] = mapped_column(ForeignKey("runner.id"), primary_key=True)
    act_id: Mapped[str] = mapped_column(String(64), primary_key=True)  # made by the phone
    what: Mapped[str] = mapped_column(String(64))  # accept 12, COLLECT 10019
    at: Mapped[datetime] = mapped_column(Moment)  # when it reached the hall


class RunnerTalk(Table):
    """The one conversation in which a runner asks the desk."""

    __tablename__ = "runner_talk"

    runner_id: Mapped[int] = mapped_column(ForeignKey("runner.id"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
