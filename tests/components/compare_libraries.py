"""Our parsers beside well-known libraries, on the hand-written cases of this folder. Not a test: the libraries are no
part of the product. Run it with

    uv run --no-project --python 3.11 --with jionlp,phonenumbers,cn2an,chinesecalendar,lunardate,pypinyin,pyyaml \
        python tests/components/compare_libraries.py

A case is right when everything is found and nothing else: phones by their digits, sums in yuan, times by the day on
which they begin (that is kinder to the library than by the hour: what 上午 means is the hall's own choice).
The cases were written for our parsers by their makers, which favours ours.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import jionlp
import phonenumbers

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bot.components.details import find_details  # noqa: E402  (after the path to it)

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
BASE = {"year": NOW.year, "month": NOW.month, "day": NOW.day, "hour": NOW.hour}
Finder = Callable[[str], list[str]]


def cases(name: str) -> list[tuple[str, list[str]]]:
    """Texts and what is to be found in them; flags and ends of times left off."""
    with (Path(__file__).parent / f"{name}_cases.tsv").open(encoding="utf-8") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
        return [
            (row["text"], [_plain(part) for part in (row["expected"] or "").split("|") if part.strip()])
            for row in rows
        ]


def _plain(expected: str) -> str:
    value = expected.strip().split("=")[-1].split(">")[0].rstrip("~?!")
    return value[:10] if "T" in value else value


def ours(kind: str) -> Finder:
    """Our own parsers for one kind."""
    length = 10 if kind == "time" else None
    return lambda text: [
        d.value[:length] for d in find_details(text, now=NOW) if d.kind == kind and "invalid" not in d.extra
    ]


def google_phones(text: str) -> list[str]:
    """phonenumbers, the port of Google's library."""
    numbers = [str(match.number.national_number) for match in phonenumbers.PhoneNumberMatcher(text, "CN")]
    return [number if number.startswith("1") else "0" + number for number in numbers]


def jio_phones(text: str) -> list[str]:
    """jionlp's extraction by pattern."""
    return [number.replace("-", "") for number in jionlp.extract_phone_number(text)]


def jio_times(text: str) -> list[str]:
    """jionlp's time entities: the day on which each begins."""
    found = jionlp.ner.extract_time(text, time_base=BASE)
    return [
        str(part["detail"]["time"][0])[:10] for part in found if part["type"] in ("time_point", "time_span")
    ]


def jio_sums(text: str) -> list[str]:
    """jionlp's money entities."""
    return [str(part["detail"]["num"]).removesuffix(".00") for part in jionlp.ner.extract_money(text)]


def show(kind: str, library: str, find: Finder) -> None:
    """A line of the table: cases with something and with nothing to find, right ones, and the time."""
    rows = cases(kind)
    begun = time.perf_counter()
    marks = [
        (bool(wanted), _safely(find, text) == wanted)
        for text, wanted in rows
        if not any("(" in w for w in wanted)
    ]
    each = 1000 * (time.perf_counter() - begun) / len(rows)
    full, empty = [right for some, right in marks if some], [right for some, right in marks if not some]
    shares = "\t".join(f"{sum(part)}/{len(part)}" for part in (full, empty))
    print(f"{kind}\t{library}\t{shares}\t{each:.2f} ms")


def _safely(find: Finder, text: str) -> list[str]:
    try:
        return find(text)
    except Exception:  # a library that fails at a sentence found nothing in it
        return []


if __name__ == "__main__":
    print("kind\tlibrary\tfound all\tfound nothing where there is nothing\ta sentence")
    for kind, library, find in (
        ("phone", "ours", ours("phone")), ("phone", "phonenumbers", google_phones), ("phone", "jionlp", jio_phones),
        ("time", "ours", ours("time")), ("time", "jionlp", jio_times),
        ("amount", "ours", ours("amount")), ("amount", "jionlp", jio_sums),
    ):  # fmt: skip
        show(kind, library, find)
