"""The hall: every part of the core put together over one database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from hotline.catalogue.catalogue import Catalogue, read_catalogue
from hotline.catalogue.lookup import Lookup, open_lookup
from hotline.clock import Clock, system_clock
from hotline.conversations import Conversations
from hotline.dispatch import Dispatch
from hotline.divisions import Divisions, read_divisions
from hotline.errand_desk import ErrandDesk
from hotline.errands import ErrandTaking
from hotline.follow_up import FollowUps
from hotline.guidance import Guidance
from hotline.notices import Notices
from hotline.orders import Orders
from hotline.profile import HallProfile, read_profile
from hotline.runners import Runners
from hotline.settings import Settings
from hotline.staff import StaffAccounts
from hotline.store import Database

T = TypeVar("T")


class Hall:
    """One service hall. Its parts are plain objects that take a session.

    `with hall.database.begin() as session: hall.orders.place(session, request)`
    """

    def __init__(self, settings: Settings, clock: Clock = system_clock) -> None:
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
        self.orders.observers.append(Notices(self.conversations, clock).order_moved)

    @cached_property
    def divisions(self) -> Divisions:
        """The townships and villages."""
        return read_divisions()

    @cached_property
    def catalogue(self) -> Catalogue:
        """The service items."""
        return read_catalogue(self.profile)

    @cached_property
    def lookup(self) -> Lookup:
        """The item lookup over the catalogue."""
        return open_lookup(self.catalogue)

    @cached_property
    def guidance(self) -> Guidance:
        """Answers about items."""
        return Guidance(self.catalogue, self.divisions)

    @cached_property
    def errand_taking(self) -> ErrandTaking:
        """What a message adds to an errand."""
        return ErrandTaking(self.lookup, self.divisions, self.clock)

    @cached_property
    def errand_desk(self) -> ErrandDesk:
        """Orders as the assistant handles them."""
        return ErrandDesk(
            orders=self.orders, conversations=self.conversations, follow_ups=self.follow_ups,
            guidance=self.guidance, taking=self.errand_taking, clock=self.clock,
        )  # fmt: skip

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
        """Give the database back."""
        self.database.close()

    def describe(self) -> dict[str, Any]:
        """What this hall is, for logs and `doctor`."""
        return {"name": self.profile.name, "database": self.database.url.render_as_string(), "confirmed": self.profile.confirmed}
