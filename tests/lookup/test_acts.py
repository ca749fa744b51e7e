"""What is asked about, however likely: the opposite act, advice that is asked for, a single word."""

from __future__ import annotations

from hotline.catalogue.acts import asks_advice, is_doubtful, opposed, says_one_word
from hotline.catalogue.catalogue import Catalogue
from hotline.catalogue.normalise import standard

OPPOSED = [
    ("诊所不开了，备案取消", "诊所备案"),
    ("想开个饭馆", "食品小经营店备案注销"),
    ("店不开了，执照注销", "居住证首次申领"),
    ("想办一家幼儿园，要过好多关", "幼儿园终止审批"),
]
ALIKE = [
    ("面馆不开了，备案取消", "食品小经营店备案注销"),
    ("老汉儿走了要销户口", "食品小经营店备案注销"),
    ("想开个诊所", "诊所备案"),
]


def test_both_begin_or_both_end(catalogue: Catalogue) -> None:
    named = {item.name: item for item in catalogue}
    assert [opposed(standard(said), named[name]) for said, name in OPPOSED] == [True] * len(OPPOSED)
    assert [opposed(standard(said), named[name]) for said, name in ALIKE] == [False] * len(ALIKE)


def test_advice_is_no_act() -> None:
    assert asks_advice("房子押给朋友借钱划得来不")
    assert not asks_advice("房子押给银行要办啥子登记")


def test_a_single_word_takes_no_item() -> None:
    assert [says_one_word(said) for said in ("税的事情", "我想问一下电", "办证", "税务", "养老金", "c1")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


def test_hardly_any_wording_opposes_its_own_item(catalogue: Catalogue) -> None:
    """At most one wording in fifty of the whole catalogue would be held back by the rule."""
    wordings = [(alias, item) for item in catalogue for alias in item.aliases]
    held = sum(is_doubtful(standard(alias), item) for alias, item in wordings)
    assert held < len(wordings) / 50
