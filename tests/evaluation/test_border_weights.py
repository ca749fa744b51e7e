"""What weighs how much at a border is learnt from where two requests meet and where they do not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from hotline.catalogue.borders import Border
from hotline.catalogue.requests import FIGURES, BorderWeights
from hotline.catalogue.results import LookupResult
from hotline.evaluation.border_weights import weights_sheet
from hotline.evaluation.two_requests import TwoRequests
from tests.evaluation.test_two_requests import Heard

PAIRS = [
    TwoRequests(text, re.compile("身份证"), re.compile("结婚"))
    for text in ("补身份证，顺便办结婚证", "补身份证，另外要结婚", "想结婚，还有补身份证", "身份证掉了，我咋结婚")
]
ONES = ["身份证掉了，咋个补", "身份证在路上掉了，想补一张", "要结婚了，先问一下", "想结婚，哪天去"]


class Measured(Heard):
    """The same lookup, whose figures tell nothing."""

    scorer = SimpleNamespace(readings=lambda text: [text])

    def __init__(self) -> None:
        self.requests = SimpleNamespace(weights=BorderWeights(), measured=self._measured)

    def find_parts(self, text: str, parts: Sequence[str]) -> list[LookupResult]:
        """Each part by itself."""
        return [self.find(part) for part in parts]

    def _measured(self, heard: str, borders: Sequence[Border]) -> list[tuple[float, ...]]:
        return [(0.0,) * len(FIGURES) for _ in borders]


def test_a_linking_word_that_stands_only_between_two_requests_weighs_for_them() -> None:
    lookup: Any = Measured()
    sheet = weights_sheet(lookup, PAIRS, ONES, lambda: None)
    assert "4 处该分，4 处不该分" in sheet.title
    assert sheet.figures["link"] > 0.5 > abs(sheet.figures["gain"])
