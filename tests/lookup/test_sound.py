"""What speech recognition misheard is put right, and what was heard well is left alone."""

from __future__ import annotations

import pytest

from hotline.catalogue.catalogue import Catalogue
from hotline.catalogue.normalise import plain
from hotline.catalogue.prepared import texts_of
from hotline.catalogue.sound import Corrector, merge, merged_sound


@pytest.fixture(scope="module")
def corrector(catalogue: Catalogue) -> Corrector:
    """Learned from the whole catalogue, as the lookup does."""
    return Corrector(plain(text) for item in catalogue for text in (item.parent, *texts_of(item)))


@pytest.mark.parametrize(
    ("syllable", "merged"),
    [
        ("zheng", "zen"), ("zhi", "zi"), ("chi", "ci"), ("shi", "si"), ("ning", "lin"), ("nan", "lan"),
        ("hui", "fei"), ("hu", "fu"), ("xing", "xin"), ("leng", "len"), ("ma", "ma"), ("hua", "hua"), ("n", "n"),
    ],
)  # fmt: skip
def test_syllables_merge_as_in_sichuan(syllable: str, merged: str) -> None:
    assert merge(syllable) == merged


@pytest.mark.parametrize(("one", "other"), ["证正", "兰南", "湖福", "神生", "是四", "林宁", "会费"])
def test_these_characters_sound_alike(one: str, other: str) -> None:
    assert merged_sound(one) == merged_sound(other)


def test_what_has_no_sound_stands_for_itself() -> None:
    assert [merged_sound(sign) for sign in "a1，"] == ["a", "1", "，"]


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("食品经营许可正", "食品经营许可证"),
        ("生分证掉了", "身份证掉了"),
        ("营业执造注销", "营业执照注销"),
        ("办残及证", "办残疾证"),
    ],
)
def test_misheard_characters_are_put_right(corrector: Corrector, heard: str, said: str) -> None:
    assert corrector.correct(heard) == said


@pytest.mark.parametrize(
    "sentence",
    [
        "身份证丢失补领", "我想开个面馆", "老汉儿走了丧葬费咋个领", "公积金提取还房贷", "娃儿要上户口",
        "营业执照注销", "今天天气好", "我在柳林镇", "残疾证到期换证", "房子过户给儿子", "",
    ],
)  # fmt: skip
def test_good_sentences_are_left_alone(corrector: Corrector, sentence: str) -> None:
    assert corrector.correct(sentence) == sentence


def test_the_length_never_changes(corrector: Corrector) -> None:
    sentence = "生分正掉了abc，要从新搬一个123"
    assert len(corrector.correct(sentence)) == len(sentence)


def test_nothing_learned_corrects_nothing() -> None:
    assert Corrector([]).correct("食品经营许可正") == "食品经营许可正"
