"""Texts for the ear."""

from __future__ import annotations

import pytest

from hotline.calls.speech import choices, in_breaths, next_breath, speakable


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("电话138 0000 1234。", "电话幺三八，零零零零，幺二三四。"),
        ("订单号是10019。", "订单号是幺零零幺九。"),
        ("上门时会说暗号4711，对上了再给。", "上门时会说暗号四七幺幺，对上了再给。"),
        ("请马上打120（急救）！", "请马上打幺二零，急救！"),
        ("2026年11月25日上午10点14分", "二零二六年11月25日上午10点14分"),
        ("费用1000元，15个工作日。", "费用1000元，15个工作日。"),
        ("工作日09:00到12:30上班", "工作日9点到12点30分上班"),
        ("C01、C02号窗口", "C1、C2号窗口"),
        ("详见https://a.example/b?c=1。", "详见。"),
        ("办“出生登记（国内出生）”，对不对？", "办出生登记，国内出生，对不对？"),
        ("比如“明天上午”“后天下午”。", "比如明天上午、后天下午。"),
        ("【演示系统】您好", "演示系统。您好"),
        ("0827-1234567", "零八二七，幺二三，四五六七"),
    ],
)
def test_a_text_is_said_as_people_say_it(written: str, spoken: str) -> None:
    assert speakable(written) == spoken


def test_nothing_that_only_eyes_can_use_is_left() -> None:
    said = speakable("【好】“办（补领）”见 www.example.com/x ；《证》「甲」")
    assert not set("【】“”（）《》「」[]()") & set(said) and "www" not in said


def test_choices_are_keys_and_words() -> None:
    assert choices(["补领（丢了）", "都不是"]) == "按1，补领，丢了；按2，都不是。直接说也行。"
    assert choices([]) == ""


def test_a_list_is_read_three_at_a_time() -> None:
    now, rest = in_breaths("一般需要：甲、乙、丙、丁、戊、己、庚。5天办好。")
    assert "丙，还有4样" in now and "丁" not in now and now.endswith("5天办好。")
    said, left = next_breath(rest)
    assert said.startswith("丁、戊、己") and left == ["庚"]
    assert next_breath(left) == ("庚。就这些了。", [])
    assert in_breaths("一般需要：甲、乙、丙。")[1] == []
