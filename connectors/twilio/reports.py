"""What Twilio reports of something that we sent goes to the outbox."""

from __future__ import annotations

import logging

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL, LIVE

log = logging.getLogger(__name__)


async def note(request: web.Request, sid: str, *, delivered: bool, error: str) -> None:
    """Write what a report says to the outbox, by Twilio's id or else by our key."""
    hall, key = request.app[HALL], request.query.get("key", "")

    def write(session: Session) -> bool:
        by_id = hall.outbox.report(session, provider="twilio", provider_id=sid, delivered=delivered, error=error)
        return by_id or hall.outbox.report_by_key(
            session, provider="twilio", key=key, provider_id=sid, delivered=delivered, error=error
        )

    if not await hall.run(write):
        log.warning("a report of %s that nobody sent", sid)
    request.app[LIVE].wake()
