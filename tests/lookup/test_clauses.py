"""What is denied is left out, and what only sounds like a denial stays."""

from __future__ import annotations

import pytest

from hotline.catalogue.clauses import without_denied

DENIED = [
    ("不是要办新的,是旧的丢了,户口本", "是旧的丢了,户口本"),
    ("残疾证不是到期,是洗没了", "残疾证是洗没了"),
    ("公司牌子不想丢,不想注销,就是先关一年", "公司牌子不想丢,就是先关一年"),
]

KEPT = [
    "户口要不要注销",
    "第一步是不是先去办执照",
    "不是说退休可以往前提吗,最多三年",
    "水费单上不是我的名字",
    "不是身份证",
]


@pytest.mark.parametrize(("said", "left"), DENIED)
def test_a_denied_clause_is_left_out(said: str, left: str) -> None:
    assert without_denied(said) == left


@pytest.mark.parametrize("said", KEPT)
def test_no_denial_no_change(said: str) -> None:
    assert without_denied(said) == said
