"""Who tells of a disaster that is over wants relief; who is in danger is never taken for that."""

from __future__ import annotations

import pytest

from hotline.catalogue.aftermath import is_over
from hotline.catalogue.lookup import Lookup
from hotline.catalogue.not_items import read_not_items
from hotline.vocabulary import Decision

OVER = [
    ("上班路上遭小车撞断了腿，住了半个月院，老板不认账，我要申请工伤", "工伤"),
    ("今年涨水把我屋头的墙冲垮了，政府有没得救济", "灾|救助"),
]
NOW = [
    "快点来人，房子烧起来了",
    "我老汉儿突然倒地喊不答应",
    "车翻到沟里头了，人卡到的",
    "他又打我了，我躲在厕所里头",
]


@pytest.mark.parametrize(("text", "expected"), OVER)
def test_a_disaster_that_is_over_is_no_emergency(lookup: Lookup, text: str, expected: str) -> None:
    result = lookup.find(text)
    assert is_over(result.heard)
    assert result.decision is not Decision.REJECT
    assert any(part in candidate.item.name for candidate in result.candidates for part in expected.split("|"))


@pytest.mark.parametrize("text", NOW)
def test_danger_now_stays_danger(lookup: Lookup, text: str) -> None:
    result = lookup.find(text)
    assert result.referral is not None and result.referral.danger


def test_no_example_of_danger_sounds_like_the_past() -> None:
    dangers = [text for kind, texts in read_not_items() if kind.danger for text in texts]
    assert len(dangers) > 100
    assert [text for text in dangers if is_over(text)] == []
