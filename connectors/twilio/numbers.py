"""Numbers as Twilio writes them (E.164, whatsapp:) and as we keep them."""

from __future__ import annotations

import re

COUNTRY = "+86"
WHATSAPP = "whatsapp:"
_WITHHELD = {"+266696687", "+7378742833", "+2562533", "+8656696", "anonymous", "unknown", "restricted"}


def from_line(address: str) -> str:
    """+8613800001234 or whatsapp:+86… → 13800001234; empty when the caller hides the number."""
    plain = address.removeprefix(WHATSAPP).strip().replace(" ", "")
    if plain.lower() in _WITHHELD or not re.fullmatch(r"\+?\d{5,20}", plain):
        return ""
    return plain.removeprefix(COUNTRY) if plain.startswith(COUNTRY) else plain


def to_line(number: str) -> str:
    """13800001234 → +8613800001234, 0827-1234567 → +868271234567; a number with + stays."""
    digits = re.sub(r"[\s-]", "", number)
    return digits if digits.startswith("+") else COUNTRY + digits.removeprefix("0")
