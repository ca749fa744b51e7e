"""The hall: every part of the core put together over one database."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from hotline.audit import Audit
from hotline.callbacks import Callbacks
from hotline.calls.desk import CallDesk
from hotline.calls.forwarding import Forwarding
from hotline.calls.offers import OfferCalls
from hotline.calls.reaching import OfferReaching
from hotline.carrying import Carrying
from hotline.catalogue.bundles import Bundles, read_bundles
from hotline.catalogue.catalogue import Catalogue, read_catalogue
from hotline.catalogue.encoders import Encoder
from hotline.catalogue.lookup import Lookup
from hotline.catalogue.nearby import Nearby, NearbyFile
from hotline.catalogue.typical_questions import TypicalQuestions
from hotline.catalogue.versions import CatalogueVersions
from hotline.cipher import Cipher
from hotline.clock import Clock, system_clock
from hotline.conversations import Conversations
from hotline.danger import Danger
from hotline.deadlines import Deadlines
from hotline.dispatch import Dispatch
from hotline.divisions import Divisions, read_divisions
from hotline.drafts import Drafts
from hotline.errand_desk import ErrandDesk
from hotline.errands import ErrandTaking
from hotline.follow_up import FollowUps
from hotline.guidance import Guidance
from hotline.handing_over import HandingOver
from hotline.intake import Intake
from hotline.knowledge import Knowledge
from hotline.letters import Letters
from hotline.market_day_table import MarketDayTable
from hotline.masked_calls import MaskedCalls
from hotline.notices import Notices
from hotline.opt_outs import OptOuts
from hotline.order_changes import OrderChanges
from hotline.order_forms import OrderForms
from hotline.orders import Orders
from hotline.outbox import Outbox
from hotline.outcomes import Outcomes, Responsibilities
from hotline.papers import Papers
from hotline.photos import Photos
from hotline.presence import Presences
from hotline.profile import HallProfile, read_profile
from hotline.proposals import Proposals
from hotline.queue import Queue
from hotline.reminders import Reminders
from hotline.revisits import Revisits
from hotline.runner_acts import RunnerActs
from hotline.runner_talk import RunnerTalks
from hotline.runners import Runners
from hotline.service_levels import ServiceLevels
from hotline.settings import Settings
from hotline.staff import StaffAccounts
from hotline.store import Database
from hotline.text_codes import TextCodes
from hotline.text_parts import TextParts
from hotline.texting import Texting
from hotline.tickets import Tickets
from hotline.verification import Verifications
from hotline.visits import Visits

log = logging.getLogger(__name__)

T = TypeVar("T")
VERSION_SECONDS = 3.0  # how often another live version is looked for
FAILED_VERSION_SECONDS = 60.0  # and after one that could not be used


class Hall:
    """One service hall. Its parts are plain objects that take a session.

    `with hall.database.begin() as session: hall.orders.place(session, request)`
    """

    def __init__(
        self, settings: Settings, clock: Clock = system_clock, encoders: Sequence[Encoder] | None = None
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.database = Database(settings.url)
        self.profile: HallProfile = read_profile(settings.profile)
        self.conversations = Conversations(clock)
        self.orders = Orders(settings, clock)
        self.dispatch = Dispatch(settings, clock, self.orders)
        self.runners = Runners(settings, clock)
        self.staff = StaffAccounts(settings, clock)
        self.follow_ups = FollowUps(clock)
        self.audit = Audit(clock)
        self.callbacks = Callbacks(clock)
        self.presences = Presences(clock)
        self.queue = Queue(self.conversations, self.presences, self.follow_ups, self.profile, clock)
        self.drafts = Drafts(clock)
        self.danger = Danger(lambda: self.lookup)
        self.versions = CatalogueVersions(self.profile, clock)
        self.calls = CallDesk(
            conversations=self.conversations, profile=self.profile, clock=clock, recorded=settings.record_calls,
            forwarding=Forwarding(self.conversations, self.follow_ups, self.profile, clock),
            listening=lambda: self.knowledge.listening, hearing=lambda: self.knowledge.hearing,
        )  # fmt: skip
        self.offer_calls = OfferCalls(self.dispatch, clock)
        self.texting, self.text_parts = Texting(self.conversations, clock), TextParts(clock)
        self.encoders = encoders
        self._knowledge: Knowledge | None = None
        self._switching = threading.Lock()
        self.outbox = Outbox(clock)
        self.cipher = Cipher(settings.data_dir)
        self.text_codes = TextCodes(self.outbox, self.cipher, clock)
        self.deadlines = Deadlines(self.profile, clock)
        self.service_levels = ServiceLevels(self.orders, self.deadlines, self._promise)
        self.intake = Intake(self.orders, self.deadlines)
        self.order_forms = OrderForms(lambda: self.catalogue, read_divisions(), self.profile, clock)
        self.notices = Notices(self.conversations, clock, self.outbox)
        self.changes = OrderChanges(
            self.orders, self.dispatch, self.outbox, self.notices, reopen_days=self.profile.service_levels.reopen_days
        )
        self.papers = Papers(self.deadlines, clock, self._forms)
        self.handing_over = HandingOver(self.papers, self.changes)
        self.outcomes = Outcomes(self.service_levels, self.deadlines, clock)
        self.responsibilities = Responsibilities(clock)
        self.carrying = Carrying(self.orders, self.papers, self.outcomes)
        self.photos = Photos(self.cipher, self.deadlines, clock)
        self.letters = Letters(self.cipher, clock)
        self.tickets = Tickets(self.deadlines, clock)
        self.visits = Visits(clock)
        self.market_days = MarketDayTable(read_divisions())
        self.runner_acts = RunnerActs(clock)
        self.runner_talks = RunnerTalks(self.conversations, clock)
        self.orders.observers += [
            self.notices.order_moved, self.service_levels.order_moved,
            OfferReaching(self.outbox, self.offer_calls, settings, clock).order_moved,
        ]  # fmt: skip
        self.orders.guards.append(self.letters.refuse_submission)
        self.opt_outs = OptOuts(clock)
        self.masked_calls = MaskedCalls(self.orders, self.outbox, clock)
        self.reminders = Reminders(self.deadlines, self.conversations, self.outbox, self.opt_outs, clock)
        self.revisits = Revisits(self.reminders, self.follow_ups, self.opt_outs, self.deadlines.calendar, clock)
        self.orders.observers.append(self.reminders.order_moved)
        self.orders.observers += [self.papers.order_moved, self.responsibilities.order_moved]
        self.proposals = Proposals(clock)
        self.verifications = Verifications(
            self.profile, clock, self.conversations, self.orders, self.outbox,
            guidance=lambda: self.guidance, within=settings.verify_within,
        )  # fmt: skip
        self.verifications.freed.append(self.service_levels.may_collect)
        self.orders.guards.append(self.verifications.refuse_collection)
        self.orders.observers.append(self.verifications.order_moved)

    @cached_property
    def divisions(self) -> Divisions:
        """The townships and villages."""
        return read_divisions()

    @cached_property
    def nearby(self) -> Nearby:
        """Which towns, villages and parks really do which items, and since when; follows its file."""
        return NearbyFile(self.divisions)

    @cached_property
    def bundles(self) -> Bundles:
        """Life events and the items that they bring."""
        return read_bundles()

    @property
    def knowledge(self) -> Knowledge:
        """The live version and all that is built on it; for two parts of one version, take this once."""
        if self._knowledge is None:
            with self._switching:
                if self._knowledge is None:
                    with self.database.read() as session:
                        number = self.versions.live_number(session)
                    self._knowledge = self._read_knowledge(number)
        return self._knowledge

    @property
    def catalogue(self) -> Catalogue:
        """The service items of the live version."""
        return self.knowledge.catalogue

    @property
    def lookup(self) -> Lookup:
        """The item lookup over the live version."""
        return self.knowledge.lookup

    @property
    def guidance(self) -> Guidance:
        """Answers about items."""
        return self.knowledge.guidance

    @property
    def typical_questions(self) -> TypicalQuestions:
        """Which typical question of an item is asked."""
        return self.knowledge.typical_questions

    @property
    def errand_taking(self) -> ErrandTaking:
        """What a message adds to an errand."""
        return self.knowledge.errand_taking

    @property
    def errand_desk(self) -> ErrandDesk:
        """Orders as the assistant handles them."""
        return self.knowledge.errand_desk

    def _promise(self, item_code: str | None) -> tuple[int | None, bool]:
        """In how many working days an item is promised, and whether the hall stands for it."""
        item = self.catalogue.get(item_code) if item_code else None
        if item is None:
            return None, False
        return item.legal_days if item.promised_days is None else item.promised_days, item.confirmed

    def _forms(self, item_code: str | None) -> dict[str, str]:
        """原件 or 复印件 of an item's papers by their names."""
        item = self.catalogue.get(item_code) if item_code else None
        return {material.name: material.form for material in item.materials} if item else {}

    def read_files(self) -> Catalogue:
        """The catalogue of the files, whatever is live."""
        return read_catalogue(self.profile)

    def _read_knowledge(self, number: int | None, before: Lookup | None = None) -> Knowledge:
        if number is None:
            return Knowledge(self, self.read_files(), None)
        with self.database.read() as session:
            return Knowledge(self, self.versions.read(session, number), number, before)

    def switch_version(self) -> bool:
        """Swap in what is live in the database if that is another version than ours; whether it was.

        Takes seconds, since the new lookup is built and warmed first; until then everybody is answered from
        the old version, and then from the new one, in one assignment. A version that fails changes nothing.
        """
        with self.database.read() as session:
            number = self.versions.live_number(session)
        ours = self.knowledge
        if number is None or number == ours.number:
            return False
        with self._switching:
            if self._knowledge is not ours:
                return False  # another thread was faster
            new = self._read_knowledge(number, ours.lookup)
            new.warm()
            new.take_over(ours)
            self._knowledge = new
        log.info("catalogue: version %s is live here, was %s", number, ours.number or "files")
        return True

    async def follow_live_version(self) -> None:
        """Notice for ever when a person puts another version live."""
        while True:
            pause = VERSION_SECONDS
            try:
                await asyncio.to_thread(self.switch_version)
            except Exception:
                log.exception("catalogue: the live version cannot be used, the old one stays")
                pause = FAILED_VERSION_SECONDS
            await asyncio.sleep(pause)

    async def run(self, work: Callable[[Session], T]) -> T:
        """Do synchronous work with a session in a thread, and commit it."""
        return await asyncio.to_thread(self._run, work)

    async def read(self, work: Callable[[Session], T]) -> T:
        """Like `run`, for work that changes nothing."""
        return await asyncio.to_thread(self._read, work)

    def _read(self, work: Callable[[Session], T]) -> T:
        with self.database.read() as session:
            return work(session)

    def _run(self, work: Callable[[Session], T]) -> T:
        with self.database.begin() as session:
            return work(session)

    def close(self) -> None:
        """Give the database back, and the memory of the lookup, which a cycle of references would keep for long."""
        self.database.close()
        self._knowledge = None

    def describe(self) -> dict[str, Any]:
        """What this hall is, for logs and `doctor`."""
        return {"name": self.profile.name, "database": self.database.url.render_as_string(), "confirmed": self.profile.confirmed}
