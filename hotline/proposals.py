"""Proposed aliases: what a citizen chose after a clarifying question, and what staff corrected, kept for review.

A wording is freed of everything personal before it is kept, and kept once for an item. A person accepts or
rejects it; an accepted one has to pass the evaluation before it goes live (`hotline/alias_review.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.catalogue.catalogue import Item
from hotline.clock import Clock
from hotline.errors import InvalidInput, NotFound, TransitionRefused
from hotline.freed import freed
from hotline.store.proposals import AliasProposal
from hotline.store.schema import Conversation, ErrandOrder, Message
from hotline.vocabulary import ProposalSource, ProposalState, Sender

log = logging.getLogger(__name__)
SHORTEST, LONGEST = 2, 60  # characters of a wording worth keeping: a whole story is no alias
LEASE = timedelta(minutes=30)  # in which an evaluation has to end, else another process takes it up
_P = ProposalState
OPEN = (_P.PROPOSED, _P.REFUSED)  # a person may still decide


class Proposals:
    """The wordings that wait for a person, or for their evaluation."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def keep(
        self, session: Session, text: str, item: Item, source: ProposalSource,
        *, details: Iterable[Mapping[str, Any]] = (), known: Iterable[str] = (),
    ) -> AliasProposal | None:  # fmt: skip
        """Keep a wording that means the item, or count it once more; None when there is nothing to learn."""
        wording = freed(text, details, known)
        if not SHORTEST <= len(wording) <= LONGEST or wording in (item.name, *item.aliases):
            return None
        return self._count(session, wording, item.code) or self._add(session, wording, item.code, source)

    def _count(self, session: Session, wording: str, item_code: str) -> AliasProposal | None:
        known = self._find(session, wording, item_code)
        if known:
            known.times, known.last_at = known.times + 1, self.clock()
        return known

    def _find(self, session: Session, wording: str, item_code: str) -> AliasProposal | None:
        query = select(AliasProposal).where(AliasProposal.text == wording, AliasProposal.item_code == item_code)
        return session.scalar(query.with_for_update().execution_options(populate_existing=True))

    def _add(self, session: Session, wording: str, item_code: str, source: ProposalSource) -> AliasProposal:
        now = self.clock()
        row = AliasProposal(
            text=wording, item_code=item_code, source=source, times=1, state=_P.PROPOSED, first_at=now, last_at=now
        )
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()
        except IntegrityError:
            known = self._count(session, wording, item_code)
            if known is None:
                raise
            return known
        log.info("alias %s: proposed for item %s", row.id, item_code)
        return row

    def corrected(
        self, session: Session, conversation_id: int, message_id: int, item: Item
    ) -> AliasProposal | None:
        """A member of staff says which item a citizen's message meant; raises NotFound."""
        message = session.get(Message, message_id)
        if message is None or message.conversation_id != conversation_id or message.sender is not Sender.CITIZEN:
            raise NotFound("没有市民的这句话。", message=message_id)
        known = self._known(session, conversation_id)
        return self.keep(session, message.text, item, ProposalSource.STAFF, known=known)

    def _known(self, session: Session, conversation_id: int) -> list[str]:
        """What the citizen's orders tell about them."""
        query = select(ErrandOrder).where(ErrandOrder.conversation_id == conversation_id)
        known = [text for order in session.scalars(query) for text in (order.applicant_name, order.contact_phone, order.place_text)]
        conversation = session.get(Conversation, conversation_id)
        return [*known, conversation.contact] if conversation else known

    # --- review

    def get(self, session: Session, proposal_id: int) -> AliasProposal:
        """A proposal, locked; raises NotFound."""
        row = session.scalar(select(AliasProposal).where(AliasProposal.id == proposal_id).with_for_update())
        if row is None:
            raise NotFound("没有这条新说法，请刷新后再看。", proposal=proposal_id)
        return row

    def of_states(self, session: Session, states: Sequence[ProposalState], limit: int = 200) -> list[AliasProposal]:
        """Proposals in these states, those that were said most often first."""
        query = select(AliasProposal).where(AliasProposal.state.in_(states))
        return list(session.scalars(query.order_by(AliasProposal.times.desc(), AliasProposal.id).limit(limit)))

    def accept(
        self, session: Session, proposal_id: int, *, by: str, text: str = "", forced: bool = False
    ) -> AliasProposal:
        """A person wants it, perhaps in other words; it is evaluated next. Raises InvalidInput, TransitionRefused."""
        row = self.get(session, proposal_id)
        wording = text.strip() or row.text
        if not SHORTEST <= len(wording) <= LONGEST:
            raise InvalidInput(f"说法要有{SHORTEST}到{LONGEST}个字。")
        if wording != row.text and self._find(session, wording, row.item_code):
            raise InvalidInput(f"“{wording}”已经在这张单子上了。")
        self._decide(row, _P.ACCEPTED, by)
        row.text, row.forced, row.check_at, row.report = wording, forced, self.clock(), ""
        return row

    def reject(self, session: Session, proposal_id: int, *, by: str) -> AliasProposal:
        """A person does not want it; being said again does not bring it back."""
        row = self.get(session, proposal_id)
        self._decide(row, _P.REJECTED, by)
        return row

    def _decide(self, row: AliasProposal, state: ProposalState, by: str) -> None:
        if row.state not in OPEN:
            raise TransitionRefused(f"“{row.text}”{row.state.label}，不能再改。", proposal=row.id)
        self._move(row, state)
        row.decided_at, row.decided_by = self.clock(), by[:64]

    # --- evaluation

    def has_due(self, session: Session) -> bool:
        """Whether accepted proposals wait for their evaluation."""
        return session.scalar(self._due().limit(1)) is not None

    def claim(self, session: Session) -> list[AliasProposal]:
        """Take all that wait, for as long as the lease."""
        rows = list(session.scalars(self._due().with_for_update(skip_locked=True)))
        for row in rows:
            row.check_at = self.clock() + LEASE
        return rows

    def _due(self) -> Any:
        return select(AliasProposal).where(
            AliasProposal.state == _P.ACCEPTED, AliasProposal.check_at <= self.clock()
        )

    def settle(self, session: Session, proposal_id: int, *, version: int | None, report: str) -> None:
        """The evaluation has ended: live in a version, or refused with the reasons."""
        row = self.get(session, proposal_id)
        if row.state is not _P.ACCEPTED:
            return  # another process settled it
        self._move(row, _P.LIVE if version else _P.REFUSED)
        row.version, row.report, row.check_at = version, report[:4000], None

    def _move(self, row: AliasProposal, state: ProposalState) -> None:
        log.info("alias %s: %s -> %s", row.id, row.state.value, state.value)
        row.state = state
