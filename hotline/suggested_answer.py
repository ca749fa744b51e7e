"""What the assistant would answer now, without saying it: staff send it, change it or leave it.

The lookup and the guidance are asked, not the engine: its actions would place orders and move slots.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hotline.catalogue.lookup import Lookup
from hotline.catalogue.results import Candidate, LookupResult
from hotline.guidance import Guidance
from hotline.vocabulary import Decision

LAST_WORDS = 3  # of the citizen's messages that are looked at, newest first
CANDIDATES = 5


@dataclass(frozen=True)
class Suggestion:
    """A proposed answer and what it rests on."""

    text: str  # empty: nothing to propose
    heard: str = ""  # the citizen's words that were looked at
    message_id: int | None = None  # of those words
    candidates: list[Candidate] = field(default_factory=list)


def suggest(lookup: Lookup, guidance: Guidance, said: list[tuple[int, str]], *, item_code: str = "", place: str = "") -> Suggestion:
    """The answer to the newest of these words, (message id, text), that mean something; newest first.

    `item_code` is the item that is settled already, `place` the citizen's division.
    """
    settled = guidance.catalogue.get(item_code) if item_code else None
    best: Suggestion | None = None
    for message_id, text in said[:LAST_WORDS]:
        result = lookup.find(text, limit=CANDIDATES)
        if result.decision is Decision.COMMIT:
            words = guidance.answer(result.candidates[0].item, text, place)
            return Suggestion(words, text, message_id, result.candidates)
        best = best or _open(result, text, message_id)
    if settled and said:
        newest_id, newest = said[0]
        return Suggestion(guidance.answer(settled, newest, place), newest, newest_id, best.candidates if best else [])
    return best or Suggestion("")


def _open(result: LookupResult, text: str, message_id: int) -> Suggestion | None:
    if result.decision is Decision.CLARIFY:
        names = "；".join(f"{n}. {c.item.title}" for n, c in enumerate(result.candidates[:3], start=1))
        return Suggestion(f"{result.question or '您是要办哪一件？'}{names}。", text, message_id, result.candidates)
    if result.referral and result.referral.number:
        referral = result.referral
        return Suggestion(f"这件事请打{referral.number}找{referral.who}。", text, message_id)
    return None
