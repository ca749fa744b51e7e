"""What is asked about, however likely: the opposite act, advice that is asked for, a single word."""

from __future__ import annotations

from hotline.catalogue.acts import asks_advice, is_doubtful, only_points, opposed, says_one_word
from hotline.catalogue.catalogue import Catalogue
from hotline.catalogue.normalise import standard
from hotline.catalogue.spread import Spread

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


def test_what_is_only_pointed_at_takes_no_item() -> None:
    assert [only_points(said) for said in ("地头那个证", "这个票子拿到这里来报", "当保安要考的那个证", "身份证掉了")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_a_word_said_of_many_things_takes_no_item() -> None:
    texts = [f"查{whose}档案" for whose in ("婚姻", "知青", "土地", "学籍", "工伤", "房产", "企业")] + ["查公积金"] * 3
    spread = Spread(texts, [*"abcdefg", *"hhh"])
    assert spread.is_said_of_many("档案", "a") and spread.is_said_of_many("查档案", "a")
    assert not spread.is_said_of_many("查公积金", "h")  # one thing
    assert not spread.is_said_of_many("婚姻档案", "a")  # says enough


def test_hardly_any_wording_opposes_its_own_item(catalogue: Catalogue) -> None:
    """At most one wording in fifty of the whole catalogue would be held back by the rule."""
    wordings = [(alias, item) for item in catalogue for alias in item.aliases]
    spread = Spread([alias for alias, _ in wordings], [item.parent for _, item in wordings])
    held = sum(is_doubtful(standard(alias), item, spread) for alias, item in wordings)
    assert held < len(wordings) / 50
