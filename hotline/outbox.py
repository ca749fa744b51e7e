"""What leaves the hall: a row in the transaction of what it tells about, sent later, at most once.

A loop claims a due row (SENDING, with a lease in `next_attempt_at`), sends it with no transaction
open, and notes the result. A hall that dies in between leaves a lapsed lease: then the provider is
asked whether it knows the row's key. Where it cannot tell, the row becomes UNKNOWN and staff
decide; it is never sent a second time by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.errors import NotFound, TransitionRefused
from hotline.store import Database
from hotline.store.outbox import Outgoing
from hotline.vocabulary import Means, OutgoingState

log = logging.getLogger(__name__)

BATCH = 20  # rows claimed at once
LEASE = timedelta(seconds=60)  # how long a hall may take to send one row
FIRST_PAUSE = timedelta(seconds=30)  # after the first failure; doubles each time
LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 8
LONGEST_ERROR = 400  # characters
SECRET = "code:"  # a key that begins so: its text is a secret, and is not kept once it left
HIDDEN = "（验证码，不留底）"
NO_LINE = "未发送（没有线路）"
_S = OutgoingState
REPEATABLE = (_S.FAILED, _S.UNKNOWN)


@dataclass(frozen=True)
class Parcel:
    """One thing to send, as a sender gets it."""

    key: str  # idempotency key: the same key must not reach the person twice
    means: Means
    address: str  # digits of a phone, or a push address
    text: str


class NotSent(Exception):
    """It surely did not leave; it may be tried again. The text is for staff."""


class Refused(Exception):
    """It will never leave: no such number, blocked. The text is for staff."""


class Sender(Protocol):
    """A line to the outside. Anything but NotSent and Refused raised by `send` leaves its fate open."""

    name: str
    means: frozenset[Means]

    def send(self, parcel: Parcel) -> str:
        """Send it: the provider's id of it. Raises NotSent or Refused when that is certain."""
        ...

    def find(self, parcel: Parcel) -> str | None:
        """The provider's id if it knows the key; raises NotSent if it surely does not, None if it cannot tell."""
        ...


class Outbox:
    """Everything that was written to be sent."""

    def __init__(self, clock: Clock, senders: Sequence[Sender] = ()) -> None:
        self.clock = clock
        self.senders = list(senders)

    def add(
        self, session: Session, *, key: str, means: Means, address: str, text: str,
        order_id: int | None = None, not_before: datetime | None = None,
    ) -> Outgoing:  # fmt: skip
        """Write what has to be sent, once for a key; it leaves after the commit, not before `not_before`."""
        known = session.scalar(select(Outgoing).where(Outgoing.key == key))
        if known:
            return known
        now = self.clock()
        row = Outgoing(
            key=key, means=means, address=address, text=text, order_id=order_id,
            state=_S.QUEUED, created_at=now, next_attempt_at=max(not_before or now, now),
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row

    def step(self, database: Database) -> int:
        """Send what is due and can be sent, settle what another hall left; how many rows were looked at."""
        if not self.senders:
            return 0  # the rows stay and are shown as NO_LINE
        with database.begin() as session:
            claimed = self._claim(session)
        for row_id, attempt, parcel, was_sending in claimed:
            self._deliver(database, row_id, attempt, parcel, was_sending)
        return len(claimed)

    def _claim(self, session: Session) -> list[tuple[int, int, Parcel, bool]]:
        now, means = self.clock(), [means for sender in self.senders for means in sender.means]
        query = (
            select(Outgoing)
            .where(
                Outgoing.state.in_((_S.QUEUED, _S.SENDING)),
                Outgoing.next_attempt_at <= now,
                Outgoing.means.in_(means),
            )
            .order_by(Outgoing.next_attempt_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        claimed = []
        for row in session.scalars(query) if means else ():
            claimed.append((row.id, row.attempts + 1, _parcel(row), row.state is _S.SENDING))
            row.state, row.attempts, row.next_attempt_at = _S.SENDING, row.attempts + 1, now + LEASE
            row.provider = self._sender(row.means).name
        return claimed

    def _sender(self, means: Means) -> Sender:
        return next(sender for sender in self.senders if means in sender.means)

    def _deliver(self, database: Database, row_id: int, attempt: int, parcel: Parcel, was_sending: bool) -> None:
        sender = self._sender(parcel.means)
        try:
            provider_id = sender.find(parcel) if was_sending else sender.send(parcel)
            result = (_S.SENT, provider_id, "") if provider_id else (_S.UNKNOWN, "", "不知道有没有发出去，请核实后再决定要不要重发")
        except NotSent as error:
            result = (_S.QUEUED, "", str(error))
        except Refused as error:
            result = (_S.FAILED, "", str(error))
        except Exception as error:
            log.exception("outgoing %s: %s left its fate open", row_id, sender.name)
            result = (_S.UNKNOWN, "", f"发送时断了，不知道有没有发出去（{type(error).__name__}）")
        with database.begin() as session:
            self._note(session, row_id, attempt, *result)

    def _note(self, session: Session, row_id: int, attempt: int, state: OutgoingState, provider_id: str, error: str) -> None:
        row = self._locked(session, row_id)
        if row.state is not _S.SENDING or row.attempts != attempt:
            log.info("outgoing %s: what attempt %s did comes too late", row_id, attempt)
            return
        if state is _S.QUEUED and attempt >= MOST_ATTEMPTS:
            state = _S.FAILED
        now = self.clock()
        row.provider_id, row.error = provider_id, error[:LONGEST_ERROR]
        row.next_attempt_at = now + _pause(attempt) if state is _S.QUEUED else None
        row.sent_at = now if state is _S.SENT else None
        if row.key.startswith(SECRET) and state is not _S.QUEUED:
            row.text = HIDDEN
        self._set(row, state)

    def report(self, session: Session, *, provider: str, provider_id: str, delivered: bool, error: str = "") -> bool:
        """What the provider says later about something sent; whether we know it. Late and doubled reports do nothing."""
        query = select(Outgoing).where(Outgoing.provider == provider, Outgoing.provider_id == provider_id)
        row = session.scalar(query.with_for_update())
        if row is None:
            return False
        if row.state is _S.SENT:
            row.error = error[:LONGEST_ERROR]
            self._set(row, _S.DELIVERED if delivered else _S.FAILED)
        return True

    def report_by_key(
        self, session: Session, *, provider: str, key: str, provider_id: str, delivered: bool, error: str = ""
    ) -> bool:
        """The same for something of which we never learned the provider's id: it did leave; whether we know it."""
        row = session.scalar(select(Outgoing).where(Outgoing.key == key, Outgoing.provider == provider).with_for_update())
        if row is None:
            return False
        if row.state in (_S.SENDING, _S.UNKNOWN) and not row.provider_id:
            row.provider_id, row.sent_at, row.next_attempt_at, row.error = provider_id, self.clock(), None, error[:LONGEST_ERROR]
            self._set(row, _S.DELIVERED if delivered else _S.FAILED if error else _S.SENT)
        return True

    def repeat(self, session: Session, row_id: int) -> Outgoing:
        """A person decides to send again what failed or is unknown; raises NotFound, TransitionRefused."""
        row = self._locked(session, row_id)
        if row.state not in REPEATABLE:
            raise TransitionRefused(f"这条现在是“{row.state.label}”，不用重发。", outgoing=row_id)
        row.key, row.error = f"{row.key}+", ""  # a new key: the person knows that the old one may have arrived
        row.next_attempt_at = self.clock()
        self._set(row, _S.QUEUED)
        return row

    def text_of(self, session: Session, key: str) -> str:
        """What was to be told under a key; raises NotFound."""
        text = session.scalar(select(Outgoing.text).where(Outgoing.key == key))
        if text is None:
            raise NotFound("没有这条消息。", outgoing=key)
        return text

    def unsettled(self, session: Session, limit: int = 200) -> list[Outgoing]:
        """What is not there: waiting, failed or unknown, the oldest first."""
        query = select(Outgoing).where(Outgoing.state.in_((_S.QUEUED, _S.SENDING, *REPEATABLE)))
        return list(session.scalars(query.order_by(Outgoing.id).limit(limit)))

    def wording(self, row: Outgoing) -> str:
        """What staff read about a row."""
        has_line = any(row.means in sender.means for sender in self.senders)
        if row.state is _S.QUEUED and not has_line:
            return NO_LINE
        return row.state.label + (f"：{row.error}" if row.error else "")

    def _locked(self, session: Session, row_id: int) -> Outgoing:
        query = select(Outgoing).where(Outgoing.id == row_id).with_for_update()
        row = session.scalar(query.execution_options(populate_existing=True))
        if row is None:
            raise NotFound("没有这条消息。", outgoing=row_id)
        return row

    def _set(self, row: Outgoing, state: OutgoingState) -> None:
        log.info("outgoing %s: %s -> %s", row.id, row.state.value, state.value)
        row.state = state


def _parcel(row: Outgoing) -> Parcel:
    return Parcel(row.key, row.means, row.address, row.text)


def _pause(attempts: int) -> timedelta:
    pause: timedelta = FIRST_PAUSE * 2 ** (attempts - 1)
    return min(pause, LONGEST_PAUSE)
