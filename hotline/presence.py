"""Who of the staff is at the desk: a lease from the open page, and the own switch 忙/空闲, which always wins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.errors import InvalidInput
from hotline.store.desk import Handoff, Presence
from hotline.store.schema import Conversation, Staff
from hotline.store.verification import LeadOfficer
from hotline.vocabulary import ConversationState, Owner, Role

LEASE = timedelta(seconds=30)  # a desk page that was not seen for so long is closed
IDLE = timedelta(minutes=30)  # a conversation in which nothing was said for so long takes up nobody's time
MOST_AT_A_TIME = 20
RECEIVING = (Role.HOTLINE, Role.ADMINISTRATOR, Role.LEAD_OFFICER)  # roles to whom conversations are assigned


@dataclass(frozen=True)
class Chair:
    """A member of staff as the queue sees them."""

    presence: Presence
    staff: Staff
    leads: frozenset[str]  # zones whose post of lead officer they hold
    load: int  # conversations they have in hand, with those just assigned

    @property
    def has_room(self) -> bool:
        """Whether one more conversation fits."""
        return self.load < self.presence.capacity

    def fits(self, handoff: Handoff) -> bool:
        """Whether this conversation is for them: skill and zone, a wanted colleague, and not returned before."""
        if self.staff.id in (handoff.returned_by or []):
            return False
        if handoff.wanted_id is not None:
            return self.staff.id == handoff.wanted_id
        if handoff.to_lead:
            return handoff.zone in self.leads
        if self.staff.role is Role.LEAD_OFFICER:
            return handoff.zone in self.leads
        return not handoff.zone or not self.presence.zones or handoff.zone in self.presence.zones


class Presences:
    """The presence of all staff."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def of(self, session: Session, staff: Staff) -> Presence:
        """The presence of one; hotline staff begin free, others say so themselves."""
        row = session.get(Presence, staff.id)
        if row is None:
            row = Presence(staff_id=staff.id, free=staff.role is Role.HOTLINE, missed=False, capacity=4, zones=[])
            session.add(row)
            session.flush()
        return row

    def seen(self, session: Session, staff: Staff) -> bool:
        """The desk page is open now; whether it was not before."""
        row = self.of(session, staff)
        came = not self.is_present(row)
        row.seen_at = self.clock()
        return came

    def leave(self, session: Session, staff: Staff) -> None:
        """Logged out: gone at once."""
        self.of(session, staff).seen_at = None

    def switch(
        self, session: Session, staff: Staff, *, free: bool, capacity: int | None = None, zones: list[str] | None = None
    ) -> Presence:
        """忙 or 空闲, and how much of what; raises InvalidInput."""
        if free and staff.role not in RECEIVING:
            raise InvalidInput("您的角色不接待对话，不用设空闲。")
        if capacity is not None and not 1 <= capacity <= MOST_AT_A_TIME:
            raise InvalidInput(f"同时接待的人数应当在1到{MOST_AT_A_TIME}之间。")
        row = self.of(session, staff)
        row.free, row.missed = free, False
        row.capacity = capacity or row.capacity
        row.zones = row.zones if zones is None else zones
        return row

    def is_present(self, row: Presence | None) -> bool:
        """Whether the page is open."""
        return row is not None and row.seen_at is not None and self.clock() - row.seen_at <= LEASE

    def present(self, session: Session) -> list[Chair]:
        """Everybody whose page is open and who may be given conversations, free or not."""
        since = self.clock() - LEASE
        rows = session.execute(
            select(Presence, Staff).join(Staff, Staff.id == Presence.staff_id)
            .where(Presence.seen_at >= since, Staff.role.in_(RECEIVING)).order_by(Staff.id)
        ).all()  # fmt: skip
        loads = self._loads(session, [staff.id for _, staff in rows])
        posts: dict[int, set[str]] = {}
        for post in session.scalars(select(LeadOfficer)):
            posts.setdefault(post.staff_id, set()).add(post.zone)
        return [
            Chair(presence, staff, frozenset(posts.get(staff.id, ())), loads.get(staff.id, 0)) for presence, staff in rows
        ]

    def free(self, session: Session) -> list[Chair]:
        """Who can be given a conversation now: the least loaded first, then who waited longest for one."""
        chairs = [chair for chair in self.present(session) if chair.presence.free and chair.has_room]
        return sorted(chairs, key=lambda c: (c.load, str(c.presence.assigned_at or ""), c.staff.id))

    def _loads(self, session: Session, staff_ids: Sequence[int]) -> dict[int, int]:
        """What each has in hand, and what was assigned to them and waits for their answer."""
        in_hand = select(Conversation.staff_id, func.count()).where(
            Conversation.staff_id.in_(staff_ids), Conversation.owner == Owner.STAFF,
            Conversation.state == ConversationState.ACTIVE, Conversation.updated_at >= self.clock() - IDLE,
        ).group_by(Conversation.staff_id)  # fmt: skip
        assigned = select(Handoff.assigned_id, func.count()).where(
            Handoff.assigned_id.in_(staff_ids), Handoff.ended_at.is_(None), Handoff.taken_at.is_(None)
        ).group_by(Handoff.assigned_id)  # fmt: skip
        loads: Counter[int] = Counter()
        for query in (in_hand, assigned):
            for staff_id, count in session.execute(query):
                loads[staff_id or 0] += count
        return loads
