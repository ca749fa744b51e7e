"""Answers that staff give again and again, from `data/canned_answers.yml`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from hotline.errors import CatalogueFault
from hotline.settings import ROOT

FILE = ROOT / "data" / "canned_answers.yml"
LONGEST = 400  # characters


@dataclass(frozen=True)
class CannedAnswer:
    """One answer."""

    key: str  # what staff type after a slash
    title: str
    text: str


def read_canned(file: Path = FILE) -> list[CannedAnswer]:
    """All answers; raises CatalogueFault naming the row that is wrong."""
    try:
        rows = yaml.safe_load(file.read_text("utf-8"))["answers"]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise CatalogueFault(f"常用回复文件 {file.name} 读不出来：{error}。") from error
    answers = [_answer(number, row, file) for number, row in enumerate(rows, start=1)]
    keys = [answer.key for answer in answers]
    double = {key for key in keys if keys.count(key) > 1}
    if double:
        raise CatalogueFault(f"常用回复文件 {file.name}：{'、'.join(sorted(double))} 写了两次。")
    return answers


def _answer(number: int, row: Any, file: Path) -> CannedAnswer:
    try:
        answer = CannedAnswer(**{name: str(row[name]).strip() for name in ("key", "title", "text")})
    except (KeyError, TypeError) as error:
        raise CatalogueFault(f"常用回复文件 {file.name} 第{number}条要有 key、title、text。") from error
    if not all(asdict(answer).values()) or len(answer.text) > LONGEST or answer.text[-1] not in "。？！":
        raise CatalogueFault(f"常用回复文件 {file.name} 第{number}条（{answer.key}）：不能空，最多{LONGEST}字，以句号结尾。")
    return answer
