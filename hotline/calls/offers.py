"""Runners by telephone and text: an offer is heard, and answered by a key or a word.

Before acceptance a runner hears town, time and load only; never the item or the citizen's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.clock import Clock, spoken_time
from hotline.dispatch import Dispatch
from hotline.errors import HotlineError, NotFound
from hotline.orders import CARRIED
from hotline.store.schema import ErrandOrder, Offer, Runner
from hotline.vocabulary import OfferState

ACCEPT, DECLINE, AGAIN = "1", "2", "3"
_YES = re.compile(r"(?:1|①|一|接单?|接了|我接|要得|可以|得行|好的?|去)(?:[，,。.!！\s].*)?", re.DOTALL)
_NO = re.compile(r"(?:2|②|二|拒单?|不接|不得?空|没得?空|来不到|走不开|去不了|不去|算了)(?P<why>.*)", re.DOTALL)


@dataclass(frozen=True)
class OfferAnswer:
    """What the runner is told after a key or a text."""

    text: str
    done: bool = True  # False: listen for another key


class OfferCalls:
    """Tells runners of offers and takes their answers."""

    def __init__(self, dispatch: Dispatch, clock: Clock) -> None:
        self.dispatch = dispatch
        self.clock = clock

    def spoken(self, session: Session, offer_id: int) -> str:
        """What a runner hears when the telephone is answered; raises NotFound."""
        return f"{self._what(session, self._offer(session, offer_id))}按1接单，按2拒单，按3重听。"

    def texted(self, session: Session, offer_id: int) -> str:
        """The same as a text message."""
        offer = self._offer(session, offer_id)
        minutes = max(1, round((offer.expires_at - self.clock()).total_seconds() / 60))
        return f"{self._what(session, offer)}回1接单，回2拒单。{minutes}分钟内有效。"

    def _what(self, session: Session, offer: Offer) -> str:
        order, now = offer.order, self.clock()
        load = session.scalar(
            select(func.count()).where(ErrandOrder.runner_id == offer.runner_id, ErrandOrder.state.in_(CARRIED))
        )
        where = order.township or "城区"
        return f"恩阳跑团派单：{where}，{spoken_time(order.wish_from, now)}上门收材料，您手上有{load}单。"

    def key(self, session: Session, offer_id: int, digits: str) -> OfferAnswer:
        """The key that a runner pressed; anything but 1 and 2 is read again. Raises NotFound."""
        offer = self._offer(session, offer_id)
        if digits not in (ACCEPT, DECLINE):
            return OfferAnswer(self.spoken(session, offer_id), done=False)
        return OfferAnswer(self._settle(session, offer, accept=digits == ACCEPT, reason="电话拒单"))

    def text(self, session: Session, number: str, text: str) -> OfferAnswer | None:
        """A text of a number: the answer to a runner's open offer, or None when it is no such answer."""
        runner = session.scalar(select(Runner).where(Runner.phone == number)) if number else None
        if runner is None:
            return None
        plain = text.strip()
        yes, no = _YES.fullmatch(plain), _NO.fullmatch(plain)
        if not (yes or no):
            return None
        newest = select(Offer).where(Offer.runner_id == runner.id).order_by(Offer.id.desc()).limit(1)
        offer = session.scalar(newest)
        if offer is None:
            return None
        why = (no["why"].strip(" ，,。.") if no else "") or "短信拒单"
        return OfferAnswer(self._settle(session, offer, accept=bool(yes), reason=why))

    def _settle(self, session: Session, offer: Offer, *, accept: bool, reason: str) -> str:
        """Accept or decline; the same answer again is told the same."""
        order = offer.order
        if offer.state is (OfferState.ACCEPTED if accept else OfferState.DECLINED):
            return self._accepted(order) if accept else "好的，已经派给别人。"
        try:
            if accept:
                return self._accepted(self.dispatch.accept(session, offer.id, offer.runner))
            self.dispatch.decline(session, offer.id, offer.runner, reason)
            return "好的，已经派给别人。"
        except HotlineError as error:
            return error.wording

    def _accepted(self, order: ErrandOrder) -> str:
        return f"接单成功，订单{order.number}，详情在跑手页上看。上门先报暗号，不收一分钱。"

    def _offer(self, session: Session, offer_id: int) -> Offer:
        offer = session.get(Offer, offer_id)
        if offer is None:
            raise NotFound(offer=offer_id)
        return offer
