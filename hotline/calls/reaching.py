"""Offers reach runners whose page is closed: by telephone in the daytime, by text otherwise or for a wave."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.calls.offers import OfferCalls
from hotline.clock import Clock
from hotline.outbox import Outbox
from hotline.quiet_hours import is_loud
from hotline.settings import Settings
from hotline.store.schema import ErrandOrder, Offer, Runner
from hotline.vocabulary import Means, OfferState, OrderAction

OFFER_KEY = "offer-call:"


class OfferReaching:
    """Rings or texts those to whom an order was just offered."""

    def __init__(self, outbox: Outbox, offers: OfferCalls, settings: Settings, clock: Clock) -> None:
        self.outbox = outbox
        self.offers = offers
        self.settings = settings
        self.clock = clock

    def order_moved(self, session: Session, order: ErrandOrder, action: OrderAction) -> None:
        """After an offer: one row in the outbox for each runner whose page is not open. No line: nothing."""
        if action is not OrderAction.OFFER or not self.outbox.senders:
            return
        session.flush()
        query = select(Offer).where(Offer.order_id == order.id, Offer.state == OfferState.OPEN)
        absent = [offer for offer in session.scalars(query) if not self._is_present(offer.runner)]
        for offer in absent:
            self._reach(session, offer, means=Means.CALL if len(absent) == 1 and is_loud(self.clock()) else Means.SMS)

    def _reach(self, session: Session, offer: Offer, *, means: Means) -> None:
        key = f"{OFFER_KEY if means is Means.CALL else 'offer-text:'}{offer.id}"
        self.outbox.add(
            session, key=key, means=means, address=offer.runner.phone, order_id=offer.order_id,
            text=self.offers.texted(session, offer.id),
        )  # fmt: skip

    def _is_present(self, runner: Runner) -> bool:
        return bool(runner.seen_at and self.clock() - runner.seen_at <= self.settings.presence_lease)
