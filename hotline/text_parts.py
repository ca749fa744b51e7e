"""Texts that came in parts are one message, whether they came twice or out of order.

The rule: a text that looks cut (60 characters or more with no full stop at its end, or an open comma) waits
three seconds for the next one of the same number and is put in front of it. Parts that say which they are,
（1/3） or 1/3, wait for all of theirs and are put into that order. Each part is a row, so that nothing is lost
when the hall stops meanwhile: what waited goes in front of the number's next text.
"""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.store.texting import TextPart

WAIT = 3.0  # seconds for the rest of a text that looks cut
CUT = 60  # characters; one part of a Chinese text holds 67 at the most
FORGOTTEN = timedelta(days=1)  # what waited longer is not put in front of anything
_END = re.compile(r"[。！？!?.~”）)]\s*$")
_OPEN = re.compile(r"[，、：,:；;（(]\s*$")
_MARK = re.compile(r"^\s*[（(\[]?([1-9])\s*/\s*([2-9])[）)\]]?\s*|\s*[（(\[]([1-9])/([2-9])[）)\]]\s*$")


def looks_cut(text: str) -> bool:
    """Whether more of a text is to be expected."""
    return bool(_OPEN.search(text)) or (len(text) >= CUT and not _END.search(text))


def mark_of(text: str) -> tuple[int, int] | None:
    """(which part, of how many) when the text says so."""
    found = _MARK.search(text)
    if found is None:
        return None
    part, of = (int(group) for group in found.groups() if group)
    return (part, of) if part <= of else None


class TextParts:
    """The parts that came, until they are joined."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def take(self, session: Session, provider_id: str, number: str, text: str) -> float:
        """Keep a part, once for its id; for how many seconds the rest should be waited for."""
        if self._part(session, provider_id) is None:
            session.add(TextPart(provider_id=provider_id, number=number, text=text, joined_by="", at=self.clock()))
            session.flush()
        mark = mark_of(text)
        if mark is None:
            return WAIT if looks_cut(text) else 0.0
        marks = {mark_of(part.text) for part in self._waiting(session, number)}
        return 0.0 if {(part, mark[1]) for part in range(1, mark[1] + 1)} <= marks else WAIT

    def is_joined(self, session: Session, provider_id: str) -> bool:
        """Whether a part belongs to a message already."""
        part = self._part(session, provider_id)
        return part is not None and part.joined_by != ""

    def join(self, session: Session, provider_id: str) -> str | None:
        """The whole message that this part completes; None when another part does or did that.

        The same part again gets the same message.
        """
        part = self._part(session, provider_id)
        if part is None or part.joined_by not in ("", provider_id):
            return None
        if part.joined_by:
            return _whole(list(session.scalars(_of(part.number).where(TextPart.joined_by == provider_id))))
        waiting = self._waiting(session, part.number) if part.number else [part]
        if waiting[-1].id != part.id:
            return None  # a later part is here and does it
        for each in waiting:
            each.joined_by = provider_id
        return _whole(waiting)

    def _waiting(self, session: Session, number: str) -> list[TextPart]:
        query = _of(number).where(TextPart.joined_by == "", TextPart.at > self.clock() - FORGOTTEN)
        return list(session.scalars(query.with_for_update()))

    def _part(self, session: Session, provider_id: str) -> TextPart | None:
        return session.scalar(select(TextPart).where(TextPart.provider_id == provider_id))


def _of(number: str) -> Select[TextPart]:
    return select(TextPart).where(TextPart.number == number).order_by(TextPart.id)


def _whole(parts: list[TextPart]) -> str:
    """The texts behind each other, those with marks in the order of these."""
    marked = [part for part in parts if mark_of(part.text)]
    in_order = sorted(marked, key=lambda part: mark_of(part.text) or (0, 0))
    texts = iter(in_order)
    ordered = [next(texts) if part in marked else part for part in parts]
    return "".join(_MARK.sub("", part.text) if part in marked else part.text for part in ordered)
