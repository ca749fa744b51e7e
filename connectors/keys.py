"""What handlers find in the application."""

from __future__ import annotations

from aiohttp import web

from connectors.engine import EngineClient
from connectors.live import LIVE, Live
from connectors.turns import Turns
from hotline.hall import Hall

HALL = web.AppKey("hall", Hall)
ENGINE = web.AppKey("engine", EngineClient)
TURNS = web.AppKey("turns", Turns)

__all__ = ["ENGINE", "HALL", "LIVE", "TURNS", "Live"]
