"""Photos of papers that a citizen sends to an order of their own conversation."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL, LIVE
from hotline.errors import InvalidInput, NotFound
from hotline.pictures import LARGEST
from hotline.vocabulary import PhotoPurpose


def photo_routes() -> list[web.AbstractRouteDef]:
    """Sending a photo."""
    return [web.post("/api/chat/{conversation_id}/orders/{number}/photos", send_photo)]


async def send_photo(request: web.Request) -> web.Response:
    """Keep a photo of a paper; whoever knows the conversation's token is its citizen."""
    hall, token, number = request.app[HALL], request.match_info["conversation_id"], request.match_info["number"]
    await hall.read(lambda s: hall.conversations.get(s, token).id)  # before a large body is read
    data = await read_picture(request)

    def work(session: Session) -> dict[str, Any]:
        conversation = hall.conversations.get(session, token)
        order = hall.orders.get(session, number, lock=True)
        if order.conversation_id != conversation.id:
            raise NotFound("没有查到您的这个订单。", number=number)
        photo = hall.photos.add(session, order, data, PhotoPurpose.PAPER, by="市民")
        return {"id": photo.id, "notice": "照片收到了，只给办这一单的人看，办完会按时删除。"}

    answer = await hall.run(work)
    request.app[LIVE].wake()
    return web.json_response(answer)


async def read_picture(request: web.Request) -> bytes:
    """The body, which may be larger than other bodies; raises InvalidInput past the limit."""
    data = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        data += chunk
        if len(data) > LARGEST:
            raise InvalidInput(f"照片太大了，最多{LARGEST // 1_000_000}MB，请压缩后再发。")
    if not data:
        raise InvalidInput("没有收到照片。")
    return bytes(data)
