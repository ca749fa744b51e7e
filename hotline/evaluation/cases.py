"""The test sets: rows of a TSV file, each checked, as small frozen dataclasses."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

from hotline.catalogue.catalogue import Item
from hotline.errors import InvalidInput

LOOKUP_COLUMNS = ("id", "text", "kind", "accept")
NLU_COLUMNS = ("text", "intent_expected", "entities")
KINDS = {"clear": "意图清楚", "variant": "情形要分清", "vague": "说得含糊", "life": "人生大事", "none": "不是事项"}


@dataclass(frozen=True)
class LookupCase:
    """One utterance for the lookup, and which items are right."""

    number: str  # E001
    text: str  # what the citizen says
    kind: str  # a key of KINDS
    accept: re.Pattern[str] | None  # searched in "name parent"; None: no item is right

    def accepts(self, item: Item) -> bool:
        """Whether this item is a right answer."""
        names = f"{item.name.replace(' ', '')} {item.parent.replace(' ', '')}"
        return bool(self.accept and self.accept.search(names))


@dataclass(frozen=True)
class NluCase:
    """One utterance for the assistant, its intent and its details."""

    text: str
    intent: str
    details: dict[str, str]  # phone as digits, time, place and name as spoken
    voice: str  # dialect, asr, long …
    also: frozenset[str]  # further intents that are present
    negated: frozenset[str]  # intents that would be a mishearing of a negation
    values: dict[str, Any] = field(default_factory=dict)  # what the details mean, where the set says it


def read_lookup_cases(file: Path) -> list[LookupCase]:
    """Rows of a lookup set; raises InvalidInput naming file, row and reason."""
    cases = []
    for line, row in _rows(file, LOOKUP_COLUMNS):
        if row["kind"] not in KINDS:
            raise InvalidInput(f"{file} 第{line}行：类别“{row['kind']}”不认识，可以写：{'、'.join(KINDS)}。")
        if bool(row["accept"]) == (row["kind"] == "none"):
            raise InvalidInput(f"{file} 第{line}行：none 的 accept 要空着，其他类别要写正则表达式。")
        cases.append(LookupCase(row["id"], row["text"], row["kind"], _pattern(file, line, row["accept"])))
    return cases


def read_nlu_cases(file: Path) -> list[NluCase]:
    """Rows of an understanding set; raises InvalidInput naming file, row and reason."""
    cases = []
    for line, row in _rows(file, NLU_COLUMNS):
        try:
            details = {kind: str(value) for kind, value in json.loads(row["entities"] or "{}").items()}
        except (json.JSONDecodeError, AttributeError):
            raise InvalidInput(f"{file} 第{line}行：entities 不是 JSON 对象。") from None
        values = {kind: value for kind, value in json.loads(row.get("values") or "{}").items() if value is not None}
        notes = row.get("notes") or ""
        also = frozenset(re.findall(r"also:(\w+)", notes))
        negated = frozenset(re.findall(r"negated:(\w+)", notes))
        cases.append(NluCase(row["text"], row["intent_expected"], details, row.get("voice") or "", also, negated, values))
    return cases


def _rows(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and fields of each row."""
    if not file.exists():
        raise InvalidInput(f"找不到评测集：{file}。")
    with file.open(encoding="utf-8", newline="") as lines:
        above, reader = table_of(lines)
        missing = [column for column in columns if column not in (reader.fieldnames or [])]
        if missing:
            raise InvalidInput(f"{file} 缺少这些列：{'、'.join(missing)}。")
        for line, row in enumerate(reader, start=above + 2):
            if any(row[column] is None for column in columns) or not row["text"].strip():
                raise InvalidInput(f"{file} 第{line}行：列数不对，或没有原话。")
            yield line, row


def table_of(lines: Iterable[str]) -> tuple[int, csv.DictReader[str]]:
    """The rows below the comments (#) that head a set, and how many lines of comments there are."""
    every = list(lines)
    above = len(list(takewhile(lambda line: line.startswith("#"), every)))
    return above, csv.DictReader(every[above:], delimiter="\t", quoting=csv.QUOTE_NONE)


def _pattern(file: Path, line: int, accept: str) -> re.Pattern[str] | None:
    try:
        return re.compile(accept) if accept else None
    except re.error as error:
        raise InvalidInput(f"{file} 第{line}行：accept 不是正则表达式（{error}）。") from None
