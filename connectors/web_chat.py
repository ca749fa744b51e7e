"""The citizen's chat: the page, and the HTTP interface under /api."""

from __future__ import annotations

import asyncio
import contextlib
import json
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import ENGINE, HALL, LIVE, TURNS
from connectors.live import open_stream
from connectors.static import assets, send_file
from hotline.clock import local
from hotline.errors import InvalidInput
from hotline.hall import Hall
from hotline.store.schema import Conversation, Message
from hotline.vocabulary import Owner

PAGES = Path(__file__).parent / "pages"
LONGEST_QUERY = 2_000
MOST_CANDIDATES = 20
ENGINE_DOWN = "助手正在重新启动，您说的话已经记下，稍等一会儿就回您。"
WITH_STAFF = "工作人员正在接待您，您说的话已经转到，请等一下。"


def chat_routes() -> list[web.AbstractRouteDef]:
    """The page, the chat, the lookup and the state of an order."""
    return [
        web.get("/", page),
        assets("/static/chat", PAGES),
        web.get("/api/openapi.json", openapi),
        web.get("/api/hall", hall_profile),
        web.get("/api/lookup", lookup),
        web.get("/api/orders/{number}", order_state),
        web.post("/api/chat", start),
        web.get("/api/chat/{conversation_id}/messages", history),
        web.post("/api/chat/{conversation_id}/messages", send),
        web.get("/api/chat/{conversation_id}/events", events),
        web.post("/api/chat/{conversation_id}/callback", leave_number),
        web.get("/healthz", healthz),
        web.get("/readyz", readyz),
    ]


async def page(request: web.Request) -> web.StreamResponse:
    """The chat page."""
    return send_file(PAGES / "chat.html")


async def healthz(request: web.Request) -> web.Response:
    """The process answers."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """200 once the engine answers."""
    ready = await request.app[ENGINE].is_ready()
    return web.json_response({"ready": ready}, status=200 if ready else 503)


@cache
def openapi_document() -> dict[str, Any]:
    """The description of this interface."""
    document: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "openapi.yml").read_text("utf-8"))
    return document


async def openapi(request: web.Request) -> web.Response:
    """The OpenAPI document."""
    return web.json_response(openapi_document())


async def hall_profile(request: web.Request) -> web.Response:
    """What a page shows about the hall."""
    profile = request.app[HALL].profile
    return web.json_response(
        {
            "name": profile.name,
            "runner_team": profile.runner_team,
            "banner": profile.banner,
            "numbers": profile.numbers if profile.confirmed else {},
        }
    )


async def lookup(request: web.Request) -> web.Response:
    """Which items an utterance means."""
    text = request.query.get("q", "").strip()
    if not text:
        raise InvalidInput("请说明要查什么，例如 /api/lookup?q=上户口。")
    limit = _number(request.query.get("limit", "3"), "limit", 1, MOST_CANDIDATES)
    hall = request.app[HALL]
    result = await asyncio.to_thread(lambda: hall.lookup.find(text[:LONGEST_QUERY], limit=limit))
    return web.json_response(result.as_json())


async def order_state(request: web.Request) -> web.Response:
    """The state of an order, for who knows its number and its phone, of which four digits mostly do."""
    hall, number = request.app[HALL], request.match_info["number"]
    proof = request.query.get("phone", "").strip() or request.query.get("phone_last4", "")
    who = _who(request, hall.settings.trusted_proxies)

    def work(session: Session) -> dict[str, Any]:
        order = hall.errand_desk.foreign(session, number, proof, who=who)
        return {"number": order.number, "state": order.state.value, "status": hall.errand_desk.describe(order, own=False)}

    return web.json_response(await hall.read(work))


async def start(request: web.Request) -> web.Response:
    """Begin a conversation."""
    hall = request.app[HALL]
    token = await hall.run(lambda s: hall.conversations.start(s, "web").token)
    return web.json_response({"conversation_id": token, "banner": hall.profile.banner})


async def history(request: web.Request) -> web.Response:
    """Everything said so far, for a page that is loaded again."""
    hall, token = request.app[HALL], request.match_info["conversation_id"]
    after = _number(request.query.get("after", "0"), "after", 0, 2**53)
    return web.json_response(await hall.read(lambda s: _since(hall, s, token, after)))


async def send(request: web.Request) -> web.Response:
    """Take a message or a pressed button, and answer it if the assistant can now."""
    hall, token = request.app[HALL], request.match_info["conversation_id"]
    body = await json_body(request)
    client_id, text, payload = _field(body, "id"), _field(body, "text"), body.get("payload")
    if payload is not None and not isinstance(payload, str):
        raise InvalidInput("payload 应当是文字。")

    def receive(session: Session) -> tuple[int, int]:
        conversation = hall.conversations.get(session, token)
        message, _ = hall.conversations.receive(session, conversation, client_id, text=text, payload=payload)
        return conversation.id, message.id

    conversation_id, message_id = await hall.run(receive)
    request.app[LIVE].wake()
    answered = await asyncio.shield(request.app[TURNS].answer(conversation_id))
    return web.json_response(await hall.read(lambda s: _answer(hall, s, message_id, answered)))


async def events(request: web.Request) -> web.StreamResponse:
    """What is said from now on, as server-sent events; resumes after `Last-Event-ID`."""
    hall, live, token = request.app[HALL], request.app[LIVE], request.match_info["conversation_id"]
    seen = _number(request.headers.get("Last-Event-ID") or request.query.get("after", "0"), "after", 0, 2**53)
    await hall.read(lambda s: hall.conversations.get(s, token))
    stream = await open_stream(request)
    told: dict[str, str] = {}
    with contextlib.suppress(ConnectionResetError, asyncio.CancelledError):
        while True:
            news = await hall.read(partial(_news, hall, token, seen))
            for message in news.pop("messages"):
                seen = message["seq"]
                data = json.dumps(message, ensure_ascii=False)
                await stream.write(f"event: message\nid: {seen}\ndata: {data}\n\n".encode())
            if news != told:
                told = news
                await stream.write(f"event: standing\ndata: {json.dumps(news, ensure_ascii=False)}\n\n".encode())
            else:
                await stream.write(b": still here\n\n")
            await live.news()
    return stream


async def leave_number(request: web.Request) -> web.Response:
    """Rather than wait for a person, be called back."""
    hall, token = request.app[HALL], request.match_info["conversation_id"]
    phone = _field(await json_body(request), "phone")
    await hall.run(lambda s: hall.queue.leave_number(s, hall.conversations.get(s, token).id, phone))
    request.app[LIVE].wake()
    return web.json_response(await hall.read(lambda s: {"waiting": _since(hall, s, token, 2**53)["waiting"]}))


async def json_body(request: web.Request) -> dict[str, Any]:
    """The JSON object in a request; raises InvalidInput. Nobody has to compress, so nobody can send a bomb."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise InvalidInput("发来的内容不要压缩。")
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError) as error:  # ValueError: no JSON, no UTF-8, a number of 5,000 digits
        raise InvalidInput("发来的内容不是 JSON。") from error
    if not isinstance(body, dict):
        raise InvalidInput("发来的内容应当是一个 JSON 对象。")
    return body


def _who(request: web.Request, trusted_proxies: int) -> str:
    """The address of whoever asks, as the outermost trusted proxy saw it."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    return hops[-trusted_proxies] if 0 < trusted_proxies <= len(hops) else request.remote or ""


def _field(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise InvalidInput(f"{name} 应当是文字。")
    return value


def _number(text: str, name: str, low: int, high: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 16 or not low <= int(text) <= high:
        raise InvalidInput(f"{name} 应当是{low}到{high}之间的数字。")
    return int(text)


def _answer(hall: Hall, session: Session, message_id: int, answered: bool) -> dict[str, Any]:
    message = session.get_one(Message, message_id)
    said = [as_json(m) for m in hall.conversations.answers_to(session, message)]
    conversation = session.get_one(Conversation, message.conversation_id)
    answer: dict[str, Any] = {"messages": said, "seq": message.id}
    if conversation.owner is Owner.STAFF:
        answer["notice"] = WITH_STAFF
    elif not said and not answered:
        answer["notice"] = ENGINE_DOWN
    return answer


def _since(hall: Hall, session: Session, token: str, after: int) -> dict[str, Any]:
    conversation = hall.conversations.get(session, token)
    said = hall.conversations.after(session, conversation, after)
    place = hall.queue.place_of(session, conversation)
    waiting = f"正在等工作人员：{hall.queue.words(place)}。" if place else ""
    return {"messages": [as_json(m) for m in said], "owner": conversation.owner.value, "waiting": waiting}


def _news(hall: Hall, token: str, after: int, session: Session) -> dict[str, Any]:
    return _since(hall, session, token, after)


def as_json(message: Message) -> dict[str, Any]:
    """A message as pages get it; `id` is the client's own, so that a page knows its message again."""
    return {
        "seq": message.id,
        "id": message.client_id,
        "sender": message.sender.value,
        "text": message.text,
        "buttons": message.buttons or [],
        "author": message.author,
        "at": local(message.created_at).isoformat(timespec="seconds"),
    }
