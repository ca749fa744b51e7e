"""Papers, photos and letters of orders, for staff and for the runner who carries them."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL, LIVE
from connectors.photos import read_picture
from connectors.web_chat import json_body
from desk.acts import changed, order_for, refuse_other_zone, refuse_stale
from desk.login import Seat, seated, with_link
from desk.order_work import on_order
from desk.paper_views import paper_as_json, papers_of_order, photo_as_json
from desk.prints import as_html, handover_page, letter_page, promise_page
from hotline.errors import InvalidInput, NotFound
from hotline.hall import Hall
from hotline.permissions import Permission
from hotline.store.photos import Photo
from hotline.store.schema import ErrandOrder
from hotline.vocabulary import PhotoPurpose

A_POSITION = r"{position:\d{1,4}}"


def routes() -> list[web.AbstractRouteDef]:
    """The JSON, pictures and printed pages of papers."""
    order, own = "/desk/orders/{number}", "/runner/orders/{number}"
    return [
        web.get("/desk/papers", abroad),
        web.get(f"{order}/papers", papers),
        web.get(f"{order}/handovers/{A_POSITION}", print_handover),
        web.post(f"{order}/deferred", papers_brought),
        web.post(f"{order}/responsible", take_responsibility),
        web.get(f"{order}/promise", print_promise),
        web.get(f"{order}/letter", print_letter),
        web.post(f"{order}/photos", add_photo),
        web.get(r"/desk/photos/{id:\d{1,15}}", show_photo),
        web.get("/runner/papers", own_papers),
        web.get(f"{own}/papers", papers_in_hand),
        web.get(f"{own}/handovers/{A_POSITION}", print_own_handover),
        web.get(f"{own}/letter", print_own_letter),
        web.post(f"{own}/photos", add_own_photo),
        web.get(own + r"/photos/{id:\d{1,15}}", show_own_photo),
    ]


@seated()
async def abroad(request: web.Request, seat: Seat) -> web.Response:
    """Originals that are not home: who holds them, until when."""
    hall = request.app[HALL]
    rows = await hall.read(lambda s: [paper_as_json(paper) for paper in hall.papers.abroad(s)])
    return web.json_response({"papers": rows})


@seated()
async def papers(request: web.Request, seat: Seat) -> web.Response:
    """Everything about the papers of one order."""
    hall, number = request.app[HALL], request.match_info["number"]
    return web.json_response(await hall.read(lambda s: papers_of_order(hall, s, hall.orders.get(s, number))))


@seated()
async def print_handover(request: web.Request, seat: Seat) -> web.Response:
    """A 材料交接单 for the printer."""
    hall, position = request.app[HALL], int(request.match_info["position"])
    return as_html(await _read(request, lambda s, order: handover_page(hall, s, order, position)))


@seated()
async def print_promise(request: web.Request, seat: Seat) -> web.Response:
    """The 容缺受理承诺书 for the printer."""
    hall = request.app[HALL]
    return as_html(await _read(request, lambda s, order: promise_page(hall, s, order)))


@seated(Permission.ORDERS)
async def print_letter(request: web.Request, seat: Seat) -> web.Response:
    """The 委托书 for the printer, with both identities: who saw it is kept."""
    hall = request.app[HALL]
    return as_html(await changed(request, seat, lambda s: letter_page(hall, s, order_for(request, s, seat))))


async def _read(request: web.Request, work: Any) -> Any:
    hall, number = request.app[HALL], request.match_info["number"]
    return await hall.read(lambda s: work(s, hall.orders.get(s, number)))


@seated(Permission.ORDERS)
async def papers_brought(request: web.Request, seat: Seat) -> web.Response:
    """The papers of 容缺受理 are there."""
    hall, body = request.app[HALL], await json_body(request)
    return await on_order(request, seat, body, lambda s, order: hall.outcomes.papers_brought(s, order, actor=seat.name))


@seated(Permission.ORDERS)
async def take_responsibility(request: web.Request, seat: Seat) -> web.Response:
    """Become the one who answers for the case (首问责任人)."""
    hall, body = request.app[HALL], await json_body(request)
    return await on_order(request, seat, body, lambda s, order: hall.responsibilities.accept(s, order, seat.name))


@seated(Permission.ORDERS)
async def add_photo(request: web.Request, seat: Seat) -> web.Response:
    """Keep a photo that staff took or were sent; one of a signed 委托书 says in the path which step was `seen`."""
    hall = request.app[HALL]
    purpose, data, seen = _purpose(request), await read_picture(request), request.query.get("seen", "")[:15]

    def work(session: Session) -> dict[str, Any]:
        order = order_for(request, session, seat)
        if purpose is PhotoPurpose.LETTER:  # it binds: for another runner it would be another letter
            refuse_stale(hall, session, order, {"seen": int(seen)} if seen.isascii() and seen.isdigit() else {})
        return photo_as_json(_keep(hall, session, order, data, purpose, seat.name))

    return web.json_response(await changed(request, seat, work))


def _keep(
    hall: Hall, session: Session, order: ErrandOrder, data: bytes, purpose: PhotoPurpose, by: str
) -> Photo:
    """Keep a photo; that of a 委托书 makes the letter bind."""
    photo = hall.photos.add(session, order, data, purpose, by=by)
    if purpose is PhotoPurpose.LETTER:
        hall.letters.sign(session, order, photo, actor=by)
    return photo


def _purpose(request: web.Request) -> PhotoPurpose:
    word = request.query.get("purpose", PhotoPurpose.PAPER.value)
    for purpose in PhotoPurpose:
        if word == purpose.value:
            return purpose
    raise InvalidInput(f"purpose 应当是{'、'.join(PhotoPurpose)}之一。")


@seated(Permission.ORDERS)
async def show_photo(request: web.Request, seat: Seat) -> web.Response:
    """A photo, marked with who looks at it: who saw it is kept."""
    hall, photo_id = request.app[HALL], int(request.match_info["id"])

    def work(session: Session) -> bytes:
        if photo := session.get(Photo, photo_id):
            refuse_other_zone(hall, session, seat, session.get_one(ErrandOrder, photo.order_id))
        return hall.photos.show(session, photo_id, viewer=f"{seat.name} {seat.login}")

    return _jpeg(await changed(request, seat, work))


def _jpeg(picture: bytes) -> web.Response:
    return web.Response(body=picture, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


# --- the runner's own


def _own(hall: Hall, session: Session, token: str, number: str, *, lock: bool = False) -> ErrandOrder:
    """An order that this runner carries; any other is as if it were not there."""
    runner = hall.runners.by_token(session, token)
    order = hall.orders.get(session, number, lock=lock)
    if order.runner_id != runner.id:
        raise NotFound("这一单不在您手上了，请刷新后再看。", number=number, runner=runner.number)
    return order


@with_link
async def own_papers(request: web.Request, token: str) -> web.Response:
    """Originals in the runner's hands."""
    hall = request.app[HALL]

    def work(session: Session) -> list[dict[str, Any]]:
        runner = hall.runners.by_token(session, token)
        return [paper_as_json(paper) for paper in hall.papers.abroad(session, runner=runner)]

    return web.json_response({"papers": await hall.read(work)})


@with_link
async def papers_in_hand(request: web.Request, token: str) -> web.Response:
    """Everything about the papers of an order in hand."""
    hall, number = request.app[HALL], request.match_info["number"]
    return web.json_response(
        await hall.read(lambda s: papers_of_order(hall, s, _own(hall, s, token, number)))
    )


@with_link
async def print_own_handover(request: web.Request, token: str) -> web.Response:
    """A 材料交接单 of an order in hand."""
    hall, number, position = request.app[HALL], request.match_info["number"], int(request.match_info["position"])
    return as_html(
        await hall.read(lambda s: handover_page(hall, s, _own(hall, s, token, number), position))
    )


@with_link
async def print_own_letter(request: web.Request, token: str) -> web.Response:
    """The 委托书 of an order in hand, drafted now if there is none."""
    hall, number = request.app[HALL], request.match_info["number"]

    def work(session: Session) -> str:
        order = _own(hall, session, token, number, lock=True)
        if not hall.letters.of_order(session, order):
            hall.letters.draft(session, order)
        return letter_page(hall, session, order)

    return as_html(await hall.run(work))


@with_link
async def add_own_photo(request: web.Request, token: str) -> web.Response:
    """Keep a photo that the runner took: papers, proof of collection or delivery, the signed 委托书."""
    hall, number = request.app[HALL], request.match_info["number"]
    await hall.read(lambda s: hall.runners.by_token(s, token).id)  # before a large body is read
    purpose, data = _purpose(request), await read_picture(request)

    def work(session: Session) -> dict[str, Any]:
        order = _own(hall, session, token, number, lock=True)
        by = hall.runners.by_token(session, token).number
        return photo_as_json(_keep(hall, session, order, data, purpose, by))

    answer = await hall.run(work)
    request.app[LIVE].wake()
    return web.json_response(answer)


@with_link
async def show_own_photo(request: web.Request, token: str) -> web.Response:
    """A photo of an order in hand, marked with the runner's number."""
    hall, number, photo_id = request.app[HALL], request.match_info["number"], int(request.match_info["id"])

    def work(session: Session) -> bytes:
        order = _own(hall, session, token, number)
        viewer = hall.runners.by_token(session, token).number
        return hall.photos.show(session, photo_id, viewer=viewer, order=order)

    return _jpeg(await hall.read(work))
