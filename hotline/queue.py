"""The queue for people: the longest waiting first, to whom it fits, again whenever somebody becomes free.

Conversations are assigned at once when one begins to wait, is returned, or somebody is released; and by
the timer, which also sees who left without a word. So nobody waits while somebody fitting is free.
Telephone calls are not assigned here: there the person is rung.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.clock import Clock, spoken_time
from hotline.conversations import Conversations
from hotline.errors import InvalidInput, NotFound, TakenOver
from hotline.follow_up import FollowUps
from hotline.notice_words import notice
from hotline.orders import check_phone
from hotline.presence import Chair, Presences
from hotline.profile import HallProfile
from hotline.store.claims import QUEUE, claim
from hotline.store.desk import FollowUpWork, Handoff, Presence
from hotline.store.schema import Conversation, ErrandOrder, FollowUp, Message, Staff
from hotline.store.verification import LeadOfficer
from hotline.vocabulary import ConversationState, HandoffEnd, Owner, Role, Sender
from hotline.working_time import WorkingCalendar

log = logging.getLogger(__name__)

ANSWER_WITHIN = timedelta(seconds=60)  # who does not answer an assignment is not there: switched to 忙
ABSENT = timedelta(minutes=2)  # a citizen waits so long for an owner whose page is closed
PATIENCE = timedelta(minutes=2)  # so long one waits for a wanted colleague, or silently for anybody
CALL_BACK_WITHIN = timedelta(minutes=30)  # of office hours
BY_TELEPHONE = "phone"
MEASURED = 50  # newest handlings whose length tells the next
FEWEST = 5  # with fewer no time is told
MEASURED_SINCE = timedelta(days=30)


@dataclass(frozen=True)
class Place:
    """Where a citizen stands in the queue."""

    position: int  # 1 is next
    minutes: int | None  # expected wait, from recent handling times; None: cannot be told
    is_open: bool  # whether the hall is open


class Queue:
    """Who waits for whom."""

    def __init__(
        self, conversations: Conversations, presences: Presences, follow_ups: FollowUps, profile: HallProfile, clock: Clock
    ) -> None:
        self.conversations = conversations
        self.presences = presences
        self.follow_ups = follow_ups
        self.profile = profile
        self.clock = clock
        self.calendar = WorkingCalendar(profile)
        conversations.waits.append(self._waits)
        conversations.taken.append(self._taken)
        conversations.left.append(self._left)

    # --- what ownership tells

    def _waits(self, session: Session, conversation: Conversation) -> None:
        if self.open_of(session, conversation.id) is None:
            self._open(session, conversation)
        self.assign(session)

    def _open(self, session: Session, conversation: Conversation) -> Handoff:
        row = Handoff(
            conversation_id=conversation.id, reason=conversation.reason, zone=self._zone_of(session, conversation),
            asked_at=self.clock(), to_lead=False, note="", returned_by=[],
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row

    def _taken(self, session: Session, conversation: Conversation, staff: Staff) -> None:
        row = self.open_of(session, conversation.id) or self._open(session, conversation)
        row.taken_id, row.taken_at, row.assigned_id, row.assigned_at = staff.id, self.clock(), None, None
        session.flush()

    def _left(self, session: Session, conversation: Conversation, ended: HandoffEnd) -> None:
        row = self.open_of(session, conversation.id)
        if row:
            row.ended_at, row.ended, row.assigned_id = self.clock(), ended, None
            session.flush()
        self.assign(session)

    def _zone_of(self, session: Session, conversation: Conversation) -> str:
        query = select(ErrandOrder.zone).where(ErrandOrder.conversation_id == conversation.id)
        return session.scalar(query.order_by(ErrandOrder.id.desc()).limit(1)) or ""

    def open_of(self, session: Session, conversation_id: int) -> Handoff | None:
        """The handoff of a conversation that has not ended."""
        query = select(Handoff).where(Handoff.conversation_id == conversation_id, Handoff.ended_at.is_(None))
        return session.scalar(query.with_for_update().execution_options(populate_existing=True))

    # --- assignment

    def waiting(self, session: Session) -> list[Handoff]:
        """Who waits and is assigned to nobody, the longest waiting first."""
        query = (
            select(Handoff).join(Conversation, Conversation.id == Handoff.conversation_id)
            .where(
                Handoff.ended_at.is_(None), Handoff.taken_at.is_(None), Handoff.assigned_id.is_(None),
                Conversation.channel != BY_TELEPHONE,
            )
            .order_by(Handoff.asked_at, Handoff.id)
            .with_for_update(of=Handoff, skip_locked=True)
        )  # fmt: skip
        return list(session.scalars(query))

    def assign(self, session: Session) -> int:
        """Give who waits to those who are free; how many were given."""
        session.flush()
        if not claim(session, QUEUE):
            return 0  # another hall is at it; the timer looks again
        free, given = self.presences.free(session), 0
        for row in self.waiting(session) if free else []:
            chair = next((chair for chair in free if chair.fits(row)), None)
            if chair is not None:
                self._assign(row, chair)
                session.flush()
                free, given = self.presences.free(session), given + 1
        return given

    def _assign(self, row: Handoff, chair: Chair) -> None:
        row.assigned_id, row.assigned_at = chair.staff.id, self.clock()
        chair.presence.assigned_at = self.clock()
        log.info("conversation %s: assigned to %s", row.conversation_id, chair.staff.login)

    def put_back(self, session: Session, conversation_id: int, staff: Staff) -> None:
        """Who was assigned cannot; the next one is asked. Raises TakenOver when it was not assigned to them."""
        row = self.open_of(session, conversation_id)
        if row is None or row.assigned_id != staff.id or row.taken_at is not None:
            raise TakenOver(conversation=conversation_id)
        self._put_back(row, staff.id)
        self.assign(session)

    def _put_back(self, row: Handoff, staff_id: int | None) -> None:
        row.assigned_id = row.assigned_at = None
        if staff_id is not None:
            row.returned_by = [*(row.returned_by or []), staff_id]

    def switched(self, session: Session, staff: Staff) -> None:
        """Somebody switched to 忙 or 空闲, or left: what was assigned to who is not there goes on."""
        presence = self.presences.of(session, staff)
        if not presence.free or presence.seen_at is None:
            for row in self._assigned_to(session, staff.id):
                self._put_back(row, None)
        self.assign(session)

    def _assigned_to(self, session: Session, staff_id: int) -> list[Handoff]:
        query = select(Handoff).where(
            Handoff.assigned_id == staff_id, Handoff.ended_at.is_(None), Handoff.taken_at.is_(None)
        )
        return list(session.scalars(query.with_for_update(skip_locked=True)))

    # --- passing on

    def transfer(
        self, session: Session, conversation_id: int, staff: Staff, *, to: Staff | None = None, zone: str = "", note: str = ""
    ) -> Handoff:
        """Pass an own conversation on to a colleague or a zone's lead officer; raises TakenOver, InvalidInput, NotFound."""
        conversation = self.conversations.owned(session, conversation_id, staff)
        target = self._target(session, staff, to, zone)
        row = self.open_of(session, conversation_id)
        if row:
            row.ended_at, row.ended = self.clock(), HandoffEnd.PASSED_ON
            session.flush()
        new = Handoff(
            conversation_id=conversation_id, reason=f"{staff.name}转来", asked_at=self.clock(), note=note[:2000],
            zone=zone or (row.zone if row else ""), to_lead=bool(zone), wanted_id=to.id if to else None, returned_by=[],
        )  # fmt: skip
        session.add(new)
        session.flush()
        log.info("conversation %s: passed on by %s to %s", conversation_id, staff.login, to.login if to else zone)
        words = notice(conversation, "passed_on", target=target)
        self.conversations.release(session, conversation_id, f"{staff.name}转给{target}", words)
        return new

    def _target(self, session: Session, staff: Staff, to: Staff | None, zone: str) -> str:
        if to is not None:
            if to.id == staff.id or to.role is Role.VIEWER:
                raise InvalidInput("请选一位别的同事。")
            return f"工作人员{to.name}"
        if zone not in self.profile.zones:
            raise InvalidInput("请选一位同事或一个专区。")
        if session.get(LeadOfficer, zone) is None:
            raise NotFound(f"{self.profile.zones[zone].name}还没有首席的账号，请转给别的同事。")
        return self.profile.zones[zone].lead_officer

    # --- the timer

    def step(self, session: Session) -> int:
        """What is due now; how many conversations it concerned."""
        if not claim(session, QUEUE):
            return 0
        changed = self._unanswered(session) + self._ownerless(session) + self._in_vain(session)
        return changed + self.assign(session)

    def _unanswered(self, session: Session) -> int:
        """Assigned to somebody who left, or does not answer: that one is switched to 忙."""
        query = (
            select(Handoff, Presence).join(Presence, Presence.staff_id == Handoff.assigned_id)
            .where(Handoff.ended_at.is_(None), Handoff.taken_at.is_(None))
            .with_for_update(of=Handoff, skip_locked=True)
        )  # fmt: skip
        changed = 0
        for row, presence in session.execute(query).all():
            is_late = row.assigned_at is not None and self.clock() - row.assigned_at >= ANSWER_WITHIN
            if is_late:
                presence.free, presence.missed = False, True
            if is_late or not self.presences.is_present(presence):
                self._put_back(row, None)
                changed += 1
        return changed

    def _ownerless(self, session: Session) -> int:
        """A citizen spoke to somebody whose page is closed for long: back into the queue."""
        since = self.clock() - ABSENT
        query = (
            select(Conversation, Staff).join(Staff, Staff.id == Conversation.staff_id)
            .join(Presence, Presence.staff_id == Staff.id, isouter=True)
            .where(
                Conversation.owner == Owner.STAFF, Conversation.channel != BY_TELEPHONE,
                (Presence.seen_at.is_(None)) | (Presence.seen_at < since),
                select(Message.id).where(
                    Message.conversation_id == Conversation.id, Message.sender == Sender.CITIZEN,
                    Message.answered_at.is_(None), Message.created_at < since,
                ).exists(),
            )
        )  # fmt: skip
        found = session.execute(query).all()
        for conversation, staff in found:
            row = self.open_of(session, conversation.id)
            if row:
                row.ended_at, row.ended = self.clock(), HandoffEnd.PASSED_ON
                session.flush()
            words = notice(conversation, "left", name=staff.name)
            self.conversations.release(session, conversation.id, f"{staff.name}不在", words)
        return len(found)

    def _in_vain(self, session: Session) -> int:
        """The wanted colleague does not come: then anybody. Nobody is there at all: the assistant stands in."""
        changed = 0
        late = [row for row in self.waiting(session) if self.clock() - row.asked_at >= PATIENCE]
        fitting = self.presences.present(session) if late else []
        for row in late:
            if row.wanted_id is not None or row.to_lead:
                row.wanted_id, row.to_lead = None, False
                changed += 1
            conversation = session.get_one(Conversation, row.conversation_id)
            if conversation.owner is Owner.STAFF and not any(chair.fits(row) for chair in fitting):
                words = notice(conversation, "nobody", next=self.next_words())
                self.conversations.stand_in(session, conversation.id, words)
                changed += 1
        return changed

    # --- what the citizen is told

    def place_of(self, session: Session, conversation: Conversation) -> Place | None:
        """Where the citizen stands; None for who does not wait."""
        if conversation.state is not ConversationState.WAITING:
            return None
        position = self.conversations.waiting_before(session, conversation) + 1
        return Place(position, self._expected(session, position), self.profile.is_open(self.clock()))

    def _expected(self, session: Session, position: int) -> int | None:
        """Minutes until it is the turn of who stands there: recent handlings, shared by who is present."""
        room = sum(chair.presence.capacity for chair in self.presences.present(session) if chair.presence.free)
        recent = select(Handoff.taken_at, Handoff.ended_at).where(
            Handoff.taken_at.is_not(None), Handoff.ended_at >= self.clock() - MEASURED_SINCE
        )
        rows = session.execute(recent.order_by(Handoff.ended_at.desc()).limit(MEASURED)).all()
        if not room or len(rows) < FEWEST:
            return None
        minutes = median((ended - taken).total_seconds() for taken, ended in rows if taken and ended) / 60
        return max(1, math.ceil(position * minutes / room))

    def words(self, place: Place) -> str:
        """排在第2位，大约还要等6分钟."""
        if not place.is_open:
            return f"现在是下班时间，{self.next_words()}"
        wait = f"，大约还要等{place.minutes}分钟" if place.minutes else ""
        return f"排在第{place.position}位{wait}"

    def next_words(self) -> str:
        """When somebody comes."""
        if self.profile.is_open(self.clock()):
            return "有人空出来马上接待您"
        now = self.clock()
        return f"{spoken_time(self.profile.next_opening(now), now)}上班后第一时间联系您"

    def leave_number(self, session: Session, conversation_id: int, phone: str, *, tells: bool = True) -> FollowUp:
        """Rather than wait, the citizen is called back; once for a handoff. Raises InvalidInput.

        Not `tells`: the assistant says it in its own answer, so no notice does.
        """
        digits = check_phone(phone)
        conversation = session.get_one(Conversation, conversation_id)
        row = self.open_of(session, conversation_id)
        key = f"callback:{row.id}" if row else f"callback:{conversation_id}:{self.clock():%Y%m%d}"
        due = self.calendar.add_hours(self.clock(), CALL_BACK_WITHIN)
        reason = conversation.reason or "想找人工"
        kept, is_new = self.follow_ups.keep(
            session, key=key, kind="callback", conversation_id=conversation_id, text=f"等人工时留的电话：{reason}", due_at=due
        )
        if is_new:
            session.add(FollowUpWork(follow_up_id=kept.id, phone=digits, attempts=[]))
            self.conversations.withdraw(session, conversation_id, HandoffEnd.CALLBACK)
            if not tells:
                return kept
            when = spoken_time(due, self.clock())
            text = f"电话记下了，{when}之前工作人员打{digits[:3]}****{digits[-4:]}找您，不用在这里等。还有别的事可以接着跟助手说。"
            self.conversations.notify(session, conversation_id, text)
        return kept

    def counts(self, session: Session) -> dict[str, int]:
        """How many wait, and how many of them are assigned."""
        query = select(func.count(), func.count(Handoff.assigned_id)).where(
            Handoff.ended_at.is_(None), Handoff.taken_at.is_(None)
        )
        waiting, assigned = session.execute(query).one()
        return {"waiting": waiting, "assigned": assigned}
