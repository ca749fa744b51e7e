"""What parsers and tagger find together: the tagger tells where a detail stands that they missed, they tell what it means.

Where both mark the same words, or the tagger nothing, the parsers are right as they are. Else the tagger's surest span
of a kind takes the place of what they found of it; docs/benchmarks.md says what comes of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from . import Detail
from .details import by_weight, find_details
from .doors import free_place
from .firms import ALONE, KINDS, SHOPS, TRADES
from .names import SPELLED
from .places import find_places
from .tagger import KINDS as MARKED
from .tagger import Span, Tagger
from .times import find_times

SURE = 0.5  # of a span, from which it counts against another one of the parsers
NUMBERS = ("phone", "order_number", "amount")  # the parsers are certain about these
UNREAD = {"precision": "day", "end": "", "past": False, "provisional": True, "note": ""}  # a time that has to be asked for
FIRM = re.compile(f"[一-龥]{{2,}}(?:{KINDS}|{TRADES}|{ALONE}|{SHOPS}|学校|幼儿园)")


def details_of(text: str, *, now: datetime, tagger: Tagger | None = None) -> list[Detail]:
    """The details of a sentence for a reader that keeps the last of each kind; 明天 is reckoned from `now` (aware)."""
    found = by_weight(find_details(text, now=now), text)
    spans = tagger.spans(text) if tagger else []
    for kind in MARKED:
        found = _with(found, [span for span in spans if span.kind == kind], text, now)
    return found


def _with(found: list[Detail], spans: Sequence[Span], text: str, now: datetime) -> list[Detail]:
    """The details with the surest of the spans, all of one kind, if the parsers did not find any of them."""
    if not spans:
        return found
    best = max(spans, key=lambda span: span.sure)
    kind = "company" if best.kind == "name" and _is_firm(best, found, text) else best.kind
    same = [detail for detail in found if detail.kind == kind]
    if same and (best.sure < SURE or any((same[-1].start, same[-1].end) == (span.start, span.end) for span in spans)):
        return found
    if any(detail.kind in NUMBERS and _overlap(detail, best) for detail in found):
        return found
    near = next((detail for detail in same if _overlap(detail, best)), None)
    meant = _meant(kind, best, near, text, now)
    if near and near == same[-1] and _says_no_more(meant, near):
        return found
    return [detail for detail in found if detail.kind != kind] + [meant]


def _says_no_more(new: Detail, old: Detail) -> bool:
    """Whether other words for a time mean the same, or fewer words for a place do."""
    within = old.start <= new.start and new.end <= old.end
    return new.value == old.value and (new.kind == "time" or (new.kind == "place" and within))


def _is_firm(span: Span, found: Sequence[Detail], text: str) -> bool:
    """Whether a name is a firm's: as the parsers heard it, or as it ends."""
    heard = any(detail.kind == "company" and _overlap(detail, span) for detail in found)
    return heard or FIRM.fullmatch(text, span.start, span.end) is not None


def _overlap(detail: Detail, span: Span) -> bool:
    return detail.start < span.end and span.start < detail.end


def _meant(kind: str, span: Span, near: Detail | None, text: str, now: datetime) -> Detail:
    """What the words of a span mean; `near` is what the parsers found among them."""
    said = text[span.start : span.end]
    whole = Detail(kind, "", said, span.start, span.end)
    if kind == "time":
        read = _read(said, now) or near
        return replace(whole, value=read.value, extra=read.extra) if read else replace(whole, extra=UNREAD)
    if kind == "place":
        known = next(iter(find_places(said)), None)
        return _with_door(whole, known) if known else free_place(text, span.start, span.end)
    return replace(whole, value=SPELLED.get(said, said))


def _read(said: str, now: datetime) -> Detail | None:
    """The time that the longest beginning tells (明天下午五点 of 明天下午五点起床后)."""
    beginnings = (said[:end] for end in range(len(said), 1, -1))
    return next((found[-1] for beginning in beginnings if (found := find_times(beginning, now=now))), None)


def _with_door(whole: Detail, known: Detail) -> Detail:
    """A place whose town or village is known from a part of its words; the rest is the door."""
    door = whole.text[: known.start] + str(known.extra["door"]) + whole.text[known.end :]
    return replace(whole, value=known.value, extra={**known.extra, "door": door})
