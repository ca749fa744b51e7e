"""What was misheard is put right by the language of conversations and by what was asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.calls.hearing import Hearing
from hotline.evaluation.call_figures import conducts
from hotline.evaluation.callers import Caller, Conduct, Words, read_callers
from hotline.evaluation.cases import read_nlu_cases
from hotline.evaluation.noise import with_errors
from hotline.settings import ROOT


@pytest.mark.parametrize(
    ("heard", "expects", "said"),
    [
        ("厚天上午", "pickup_time", "后天上午"),
        ("名天上误十一碘", "pickup_time", "明天上午十一点"),
        ("我身份帧掉了，榜我补一隔嘛", "", "我身份证掉了，帮我补一个嘛"),
        ("小娃饵要转薛", "", "小娃儿要转学"),
        ("电话不对，是幺山九林林林零幺二三四", "confirmed", "电话不对，是幺三九零零零零幺二三四"),
        ("型苏", "applicant_name", "姓苏"),
        ("醒吴", "applicant_name", "姓吴"),
        ("姓杨", "applicant_name", "姓杨"),
        ("柳林镇罐子沟村", "pickup_place", "柳林镇罐子沟村"),
        ("13800001234", "contact_phone", "13800001234"),
    ],
)
def test_it_is_heard_as_it_was_said(hearing: Hearing, heard: str, expects: str, said: str) -> None:
    assert hearing.as_said(heard, expects) == said


def test_half_of_the_errors_are_gone_and_good_sentences_stay(hearing: Hearing) -> None:
    texts = [case.text for case in read_nlu_cases(ROOT / "tests" / "nlu" / "evaluation.tsv")][::8]
    wrong = better = spoilt = 0
    for text in texts:
        noisy = with_errors(text, 0.2)
        wrong += _distance(text, noisy)
        better += _distance(text, hearing.as_said(noisy))
        spoilt += _distance(text, hearing.as_said(text))
    assert better < 0.6 * wrong
    assert spoilt < 0.15 * wrong


CALLER = Caller(
    "娃儿要上户口", "出生登记", "^出生登记", "柳林镇罐子沟村", "511903106", "后天上午", 2, "姓王", "13900005678"
)
TITLES = {"出生登记": "出生登记 户口登记", "死亡注销": "死亡注销 户口登记"}
READ_BACK = "跟您核对一下。办出生登记，您贵姓王，电话幺三九，零零零零，五六七八，后天上午9点到柳林镇。对不对？"


@pytest.mark.parametrize(
    ("heard", "says"),
    [
        (READ_BACK, None),
        (READ_BACK.replace("出生登记", "死亡注销"), "不对，我要办的是出生登记"),
        (READ_BACK.replace("幺三九", "幺三八"), "电话不对，是幺三九零零零零五六七八"),
        (READ_BACK.replace("柳林镇", "玉山镇"), "地方不对，是柳林镇罐子沟村"),
        (READ_BACK.replace("后天", "大后天"), "时间不对，是后天上午"),
    ],
)
def test_a_caller_hears_what_is_wrong_in_the_read_back(heard: str, says: str | None) -> None:
    conduct = Conduct(CALLER, "13800001234", 0.0, 7, TITLES)
    words = conduct.next(heard, "confirmed")
    assert words.text == says if says else words in (Words(digits="1", meant="1"), Words("对头，就这样", "", "对头，就这样"))


def test_a_caller_gives_up_after_four_corrections() -> None:
    conduct = Conduct(CALLER, "13800001234", 0.0, 7, TITLES)
    wrong = READ_BACK.replace("柳林镇", "玉山镇")
    assert [bool(conduct.next(wrong, "confirmed").text) for _ in range(5)] == [True, True, True, True, False]


def test_no_two_callers_of_all_rates_have_a_number_in_common() -> None:
    callers = [CALLER, replace(CALLER, phone="")]
    numbers = [c.number for rate in (0.0, 0.1, 0.2, 0.3) for c in conducts(callers, rate, 7, TITLES, 120)]
    assert len(set(numbers)) == len(numbers) == 480 and all(len(number) == 11 for number in numbers)


def test_every_caller_of_the_file_can_be_served() -> None:
    names = [line.split("\t") for line in _names()]
    callers = read_callers(ROOT / "tests" / "calls" / "callers.tsv")
    assert len(callers) >= 60
    for caller in callers:
        assert any(caller.accepts(" ".join(name)) for name in names), caller.opening
    assert replace(CALLER, accept="^没有这个事项").accepts("出生登记 户口登记") is False


def _names() -> list[str]:
    from hotline.catalogue.catalogue import read_catalogue
    from hotline.profile import read_profile

    catalogue = read_catalogue(read_profile(ROOT / "data" / "hall.yml"))
    return [f"{item.name}\t{item.parent}" for item in catalogue]


def _distance(a: str, b: str) -> int:
    """Edits between two texts."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[:], i
        for j, y in enumerate(b, 1):
            row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
    return row[-1]
