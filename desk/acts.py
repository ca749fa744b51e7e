"""What staff do: the change and its line in the audit log in one transaction, then news for open pages.

`seated` refuses to answer a change that was not made here, so that no handler can forget the log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL, LIVE
from hotline.errors import Forbidden, InvalidInput, StaleView
from hotline.hall import Hall
from hotline.store.schema import ErrandOrder
from hotline.vocabulary import OrderAction

if TYPE_CHECKING:
    from desk.login import Seat

T = TypeVar("T")
KEPT = web.RequestKey("kept", bool)  # of a request: its line in the audit log is written
ACTIONS = {action.value: action.label for action in OrderAction}


async def changed(
    request: web.Request, seat: Seat, work: Callable[[Session], T], *, made: Callable[[T], str] | None = None
) -> T:
    """Do what a member of staff wants and keep who did it; `made` names what is new and has no name in the path."""
    hall = request.app[HALL]

    def change(session: Session) -> T:
        answer = work(session)
        act, subject, subject_id = _named(request)
        hall.audit.note(session, seat.staff_id, act, subject, made(answer) if made else subject_id)
        return answer

    answer = await hall.run(change)
    request[KEPT] = True
    request.app[LIVE].wake()
    return answer


def _named(request: web.Request) -> tuple[str, str, str]:
    """/desk/orders/10019/assign: who did assign to orders 10019."""
    parts, subject_id = request.path.split("/")[2:], next(iter(request.match_info.values()), "")
    act = parts[-1] if parts[-1] not in (subject_id, parts[0]) else "change"
    return f"see-{act}" if request.method == "GET" else act, parts[0], subject_id


def order_for(request: web.Request, session: Session, seat: Seat, *, lock: bool = True) -> ErrandOrder:
    """The order of the path, for who may act on it: raises Forbidden for the lead officer of another zone."""
    hall = request.app[HALL]
    order = hall.orders.get(session, request.match_info["number"], lock=lock)
    refuse_other_zone(hall, session, seat, order)
    return order


def refuse_other_zone(hall: Hall, session: Session, seat: Seat, order: ErrandOrder) -> None:
    """Raises Forbidden when the order is of a zone that this lead officer does not lead."""
    if hall.staff.may_act(session, seat.staff(session), order.zone):
        return
    zone = hall.profile.zones.get(order.zone)
    raise Forbidden(
        f"这一单归{zone.name if zone else order.zone}，不是您的专区。请转给那个专区的首席，或者热线人员。",
        login=seat.login, number=order.number,
    )  # fmt: skip


def refuse_stale(hall: Hall, session: Session, order: ErrandOrder, body: dict[str, Any]) -> None:
    """Raises StaleView, saying who did what, when the page did not see the newest step of the order."""
    newest, seen = hall.orders.newest_step(session, order), body.get("seen")
    if newest is None or seen == newest.id:
        return
    if not isinstance(seen, int):
        raise InvalidInput("缺少 seen：页面看到的是这一单的哪一步。请刷新页面再办。", number=order.number)
    raise StaleView(
        f"别人刚改过：{newest.actor}{ACTIONS.get(newest.action, '')}。页面已经更新，请核对后再办。", number=order.number
    )
