"""An edit moves only what it must: the edited item is found by its new wording, nothing else moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hotline.catalogue.catalogue import Catalogue
from hotline.catalogue.live import open_version
from hotline.catalogue.lookup import Lookup
from hotline.vocabulary import Decision

NEW = "给耍的飞机办个黑匣子牌照"
ELSEWHERE = [
    "身份证掉了咋个补", "店不开了，营业执照要注销", "娃儿刚生，上户口", "社保卡搞落了", "想取公积金还房贷", "护照首次办理",
    "残疾证怎么办", "失业了，失业金怎么领", "农村修房子，宅基地咋个批", "电动车上牌", "身份证", "点个外卖", "我们楼上着火了，快来人",
]  # fmt: skip


@pytest.fixture(scope="module")
def edited(lookup: Lookup, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Lookup:
    """The lookup after one item has got one more wording."""
    items = list(catalogue.items)
    items[100] = replace(items[100], aliases=(*items[100].aliases, NEW))
    return open_version(Catalogue(items, catalogue.profile), tmp_path_factory.mktemp("cache"), before=lookup)


def test_the_edited_item_is_found_by_its_new_wording(lookup: Lookup, edited: Lookup) -> None:
    code = edited.catalogue.items[100].code
    assert lookup.find(NEW).candidates[0].code != code
    assert edited.find(NEW).candidates[0].code == code
    assert edited.find(NEW).decision is not Decision.REJECT


def test_answers_elsewhere_stay(lookup: Lookup, edited: Lookup) -> None:
    for before, after in zip(lookup.find_all(ELSEWHERE), edited.find_all(ELSEWHERE), strict=True):
        assert after.decision is before.decision
        assert [c.code for c in after.candidates] == [c.code for c in before.candidates]
        assert [c.score for c in after.candidates] == pytest.approx([c.score for c in before.candidates], abs=0.01)


def test_only_the_edited_class_is_fitted(lookup: Lookup, edited: Lookup) -> None:
    for before, after in zip(lookup.views, edited.views, strict=True):
        moved = np.abs(before.classifier.weights - after.classifier.weights).max(axis=1)
        assert np.flatnonzero(moved > 1e-3).tolist() == [100]
        assert np.array_equal(before.classifier.centre, after.classifier.centre)
