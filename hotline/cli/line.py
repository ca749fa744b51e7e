"""The telephone line of an installation: Twilio's where it is set up, else one for rehearsal on this machine."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

from hotline.settings import Settings

SECRET = "telephone.secret"  # a file in the data folder
REHEARSAL_NUMBER = "+868270000000"


def with_line(settings: Settings) -> Settings:
    """The settings, with a secret of our own when there is no account: only who reads the data folder can sign."""
    if settings.twilio_auth_token:
        return settings
    return replace(settings, twilio_auth_token=_secret(settings.data_dir / SECRET), twilio_number=REHEARSAL_NUMBER)


def _secret(file: Path) -> str:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(16), "ascii")
    return file.read_text("ascii")
