"""The tables of photos of papers and of letters of authorisation; what they hold is enciphered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.store.schema import ErrandOrder, Key, Moment, Table, Word
from hotline.vocabulary import LetterState, PhotoPurpose


class Photo(Table):
    """A photo of an order; its picture is a row beside it, gone when its time is over."""

    __tablename__ = "photo"
    __table_args__ = (Index("photo_once", "order_id", "digest", "purpose", unique=True),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("errand_order.id"))
    purpose: Mapped[PhotoPurpose] = mapped_column(Word(PhotoPurpose))
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of what was sent: the same photo is kept once
    size: Mapped[int]  # bytes kept
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)
    forgotten_at: Mapped[datetime | None] = mapped_column(Moment)

    order: Mapped[ErrandOrder] = relationship()


class Picture(Table):
    """The enciphered picture of a photo."""

    __tablename__ = "picture"

    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Letter(Table):
    """A 委托书 for 代办: who lets whom do what until when; signed on paper, and revocable."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("errand_order.id"), index=True)
    principal: Mapped[str] = mapped_column(String(64))
    principal_id: Mapped[str] = mapped_column(String(255), default="")  # identity number, enciphered
    agent: Mapped[str] = mapped_column(String(64))
    agent_id: Mapped[str] = mapped_column(String(255), default="")  # identity number, enciphered
    runner_id: Mapped[int] = mapped_column(ForeignKey("runner.id"))
    item: Mapped[str] = mapped_column(String(400))
    scope: Mapped[str] = mapped_column(String(400))
    begins_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[LetterState] = mapped_column(Word(LetterState), default=LetterState.DRAFT)
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photo.id"))  # of the signed paper
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(200), default="")  # of the revocation
    created_at: Mapped[datetime] = mapped_column(Moment)

    order: Mapped[ErrandOrder] = relationship()
