"""Messages without a word: emoji, the bracketed ones of WeChat ([OK], [抱拳]), and bare punctuation."""

from __future__ import annotations

import re

INTENTS = {
    "affirm": ("👌", "👍", "✅", "🆗", "✔", "☑", "💯", "[OK]", "[强]", "[好的]", "[嘿哈]"),
    "thanks": ("🙏", "❤", "🌹", "💐", "[抱拳]", "[合十]", "[玫瑰]", "[爱心]", "[鲜花]"),
    "goodbye": ("👋", "[再见]"),
    "deny": ("👎", "❌", "🙅", "✖", "[弱]", "[NO]"),
    "repeat": ("?", "？", "[疑问]"),
    "complain": ("😡", "🤬", "😠", "[发怒]"),
}
UNKNOWN = "out_of_scope"  # a shrug or three dots mean nothing that could be acted on
_BRACKETED = re.compile(r"\[[^\[\]\s]{1,4}\]")


def meant_by_signs(text: str) -> tuple[str, bool] | None:
    """Intent, and whether it is sure, of a message that has no word; None for any other message."""
    if re.search(r"\w", _BRACKETED.sub("", text)) or not text.strip():
        return None
    for intent, signs in INTENTS.items():
        if any(sign in text for sign in signs):
            return intent, True
    return UNKNOWN, False
