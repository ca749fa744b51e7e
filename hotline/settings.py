"""Settings: where things lie and how long things last, from the environment or the defaults here."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _seconds(value: str) -> timedelta:
    return timedelta(seconds=float(value))


def _truth(value: str) -> bool:
    plain = value.lower()
    if plain in ("true", "false"):
        return plain == "true"
    return bool(int(value))


@dataclass(frozen=True)
class Settings:
    """What may differ between two installations. Each field is read from PAOTUAN_<NAME>."""

    data_dir: Path = ROOT / "var"  # everything the hall keeps: database, models' logs, uploads
    database_url: str = ""  # SQLAlchemy URL; empty means SQLite in data_dir
    host: str = "127.0.0.1"  # address the hall listens on
    port: int = 8080  # port of chat, desk, runner page and API
    public_url: str = ""  # how citizens reach the hall; empty means http://host:port
    profile: Path = ROOT / "data" / "hall.yml"  # the hall profile
    offer_seconds: timedelta = timedelta(seconds=180)  # how long a runner may think about an offer
    accept_within: timedelta = timedelta(minutes=30)  # by when a runner has accepted, or staff ring
    offers_before_escalation: int = 8  # so many times runners are asked before the desk takes over
    wave_size: int = 5  # so many runners whose page is open are asked at once
    wave_seconds: timedelta = timedelta(seconds=30)  # the head start of those who are asked first
    offer_ahead: timedelta = timedelta(days=3)  # an appointment is offered so long before it at the earliest
    offer_at_night: bool = False  # runners are asked at night, too, though nobody waits for it that night
    verify_within: timedelta = timedelta(hours=4)  # office time in which a lead officer verifies an item
    presence_lease: timedelta = timedelta(seconds=60)  # a runner's page counts as open so long
    session_hours: float = 12.0  # a desk login lasts so long
    link_days: float = 180.0  # a runner's personal link lasts so long
    twilio_account_sid: str = ""  # Twilio's account; empty: no telephone line
    twilio_auth_token: str = ""  # its secret; requests are checked against it
    twilio_number: str = ""  # the hotline's number at Twilio, +86… ; also who texts and rings out
    twilio_api_url: str = "https://api.twilio.com"  # where outgoing requests go
    call_relay: bool = False  # calls run over ConversationRelay (WebSocket) instead of <Gather>
    record_calls: bool = False  # calls are recorded, and callers are told so first
    trusted_proxies: int = 0  # proxies in front whose X-Forwarded-For may be believed

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'paotuan.db'}"

    @property
    def address(self) -> str:
        """Where a person's browser finds the hall."""
        return self.public_url or f"http://{self.host}:{self.port}"


_PARSERS: dict[str, Callable[[str], object]] = {"Path": Path, "int": int, "float": float, "str": str, "bool": _truth, "timedelta": _seconds}


def read_settings(**overrides: object) -> Settings:
    """Settings from PAOTUAN_* variables; keyword arguments that are not None win.

    Raises ValueError naming the variable that cannot be read.
    """
    values: dict[str, object] = {}
    for item in fields(Settings):
        variable = f"PAOTUAN_{item.name.upper()}"
        if variable in os.environ:
            try:
                values[item.name] = _PARSERS[str(item.type)](os.environ[variable])
            except (ValueError, OverflowError) as error:
                raise ValueError(f"{variable}={os.environ[variable]!r}: {error}") from error
    values.update({name: value for name, value in overrides.items() if value is not None})
    return Settings(**values)  # type: ignore[arg-type]
