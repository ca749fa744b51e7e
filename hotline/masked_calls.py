"""A runner and a citizen talk through the hotline's number: neither sees the other's.

The runner asks on their page, the hotline rings the runner first, and a key rings the citizen. Both are
asked again whether the order is still that runner's, since minutes may pass in between.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from hotline.calls.speech import by_digit
from hotline.clock import Clock
from hotline.errors import Forbidden, NotFound
from hotline.orders import CARRIED, Orders
from hotline.outbox import Outbox
from hotline.store.schema import ErrandOrder, Runner
from hotline.vocabulary import Means

BRIDGE_KEY = "bridge:"
GONE = "这一单现在不在您手上，不能打给市民。"


class MaskedCalls:
    """Calls of runners to citizens."""

    def __init__(self, orders: Orders, outbox: Outbox, clock: Clock) -> None:
        self.orders = orders
        self.outbox = outbox
        self.clock = clock

    @property
    def has_line(self) -> bool:
        """Whether the hotline can ring anybody."""
        return any(Means.CALL in sender.means for sender in self.outbox.senders)

    def request(self, session: Session, runner: Runner, number: str) -> None:
        """Ring the runner about an order in hand, once a minute at the most. Raises NotFound, Forbidden."""
        if not self.has_line:
            raise Forbidden("热线现在没有外呼线路，请联系工作台转告市民。")
        order = self.orders.get(session, number)
        _refuse_others(order, runner)
        self.outbox.add(
            session, key=f"{BRIDGE_KEY}{order.id}:{runner.id}:{self.clock():%m%d%H%M}", means=Means.CALL,
            address=runner.phone, order_id=order.id, text=f"接通订单{order.number}的市民",
        )  # fmt: skip

    def spoken(self, session: Session, key: str) -> str:
        """What the runner hears who was rung; raises NotFound, Forbidden."""
        order = self._order(session, key)
        return f"跑团热线。按1接通订单{by_digit(order.number or '')}的市民，对方看到的是热线的号码。"

    def number_of(self, session: Session, key: str) -> str:
        """The citizen's number, for the line only; raises NotFound, Forbidden."""
        return self._order(session, key).contact_phone

    def _order(self, session: Session, key: str) -> ErrandOrder:
        order_id, _, runner_id = key.removeprefix(BRIDGE_KEY).rpartition(":")[0].partition(":")
        if not (order_id.isdigit() and runner_id.isdigit()):
            raise NotFound(bridge=key[:40])
        order, runner = session.get(ErrandOrder, int(order_id)), session.get(Runner, int(runner_id))
        if order is None or runner is None:
            raise NotFound(bridge=key[:40])
        _refuse_others(order, runner)
        return order


def _refuse_others(order: ErrandOrder, runner: Runner) -> None:
    if order.runner_id != runner.id or order.state not in CARRIED:
        raise Forbidden(GONE, number=order.number)
