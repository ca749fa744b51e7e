"""The table of proposed aliases: wordings that citizens used and that somebody told the meaning of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.schema import Key, Moment, Table, Word
from hotline.vocabulary import ProposalSource, ProposalState


class AliasProposal(Table):
    """One wording that may become an alias of an item; freed of everything that is about a person."""

    __tablename__ = "alias_proposal"
    __table_args__ = (
        UniqueConstraint("text", "item_code", name="proposal_once"),
        Index("proposal_state", "state", "check_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    text: Mapped[str] = mapped_column(String(80))
    item_code: Mapped[str] = mapped_column(String(24))
    source: Mapped[ProposalSource] = mapped_column(Word(ProposalSource))  # of the first time
    times: Mapped[int] = mapped_column(default=1)  # how often it was said and meant so
    state: Mapped[ProposalState] = mapped_column(Word(ProposalState), default=ProposalState.PROPOSED)
    first_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    forced: Mapped[bool] = mapped_column(default=False)  # goes live whatever the evaluation says
    check_at: Mapped[datetime | None] = mapped_column(Moment)  # of an accepted one: when it may be evaluated
    report: Mapped[str] = mapped_column(Text, default="")  # what the evaluation found
    version: Mapped[int | None] = mapped_column(ForeignKey("catalogue_version.number"))  # that brought it
