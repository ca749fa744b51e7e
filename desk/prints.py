"""Pages for the printer: 材料交接单, 委托书, 容缺承诺书."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from hotline.clock import local
from hotline.errors import NotFound
from hotline.hall import Hall
from hotline.letters import is_organisation
from hotline.store.schema import ErrandOrder
from hotline.vocabulary import OrderState

TEMPLATES = Path(__file__).parent / "templates"


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


def _page(hall: Hall, order: ErrandOrder, template: str, title: str, sub: str = "", **values: Any) -> str:
    return _templates().get_template(template).render(
        title=title, number=order.number, sub=sub, hall=hall.profile.name, banner=hall.profile.banner, **values
    )


def handover_page(hall: Hall, session: Session, order: ErrandOrder, position: int) -> str:
    """A handover note; raises NotFound."""
    note = hall.papers.note(session, order, position)
    at = f"{local(note.at):%Y年%m月%d日 %H:%M}"
    return _page(hall, order, "handover.html", "材料交接单", f"第{position}张", note=note, at=at)


def letter_page(hall: Hall, session: Session, order: ErrandOrder) -> str:
    """The newest letter of authorisation; raises NotFound when none was drafted."""
    letters = hall.letters.of_order(session, order)
    if not letters:
        raise NotFound("这一单还没有委托书。")
    letter = letters[-1]
    principal_id = hall.letters.identity(letter.principal_id)
    return _page(
        hall, order, "letter.html", "委托书", letter.state.label, letter=letter,
        principal_id=principal_id, is_organisation=is_organisation(principal_id), agent_id=hall.letters.identity(letter.agent_id),
        begins=f"{local(letter.begins_at):%Y年%m月%d日}", ends=f"{local(letter.ends_at):%Y年%m月%d日}",
        revoked=f"{local(letter.revoked_at):%Y年%m月%d日}" if letter.revoked_at else "",
    )  # fmt: skip


def promise_page(hall: Hall, session: Session, order: ErrandOrder) -> str:
    """The promise of 容缺受理; raises NotFound when the window made none."""
    rows = [row for row in hall.outcomes.of_order(session, order) if row.state is OrderState.PROVISIONAL]
    if not rows or rows[-1].due_at is None:
        raise NotFound("这一单没有容缺受理。")
    due = f"{local(rows[-1].due_at):%Y年%m月%d日 %H:%M}"
    return _page(hall, order, "promise.html", "容缺受理承诺书", outcome=rows[-1], item=order.item_name, due=due)


def as_html(text: str) -> web.Response:
    """A page that nobody keeps."""
    return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-store"})
