"""A number that comes in pieces waits for its end; everything else is heard at once."""

from __future__ import annotations

import pytest

from hotline.calls.dictation import begins_number, joined, only_waits
from tests.calls.conftest import Exchange
from tests.calls.line import Phone


@pytest.mark.parametrize(
    ("said", "expects", "is_begun"),
    [
        ("幺三九零零零零", "", True),
        ("幺三九，零零零零。", "confirmed", True),
        ("电话不对，是幺三九零零", "confirmed", True),
        ("幺三九", "contact_phone", True),
        ("139", "contact_phone", True),
        ("幺三九零零零零零六七八", "contact_phone", False),  # whole
        ("幺三九零零零零零六七八，姓王", "contact_phone", False),
        ("订单幺三零幺九", "order_access", False),
        ("我屋头老人139岁", "", False),
        ("明天上午十点", "contact_phone", False),
        ("两三点", "pickup_time", False),
    ],
)
def test_what_breaks_off_inside_a_number(said: str, expects: str, is_begun: bool) -> None:
    assert begins_number(said, expects) is is_begun


@pytest.mark.parametrize(
    ("held", "said", "whole"),
    [
        ("幺三九零零零零。", "零六七八", "幺三九零零零零零六七八"),
        ("幺三九零零零零", "嗯，后面是零六七八", "幺三九零零零零嗯，后面是零六七八"),
        ("幺三九", "不对，是幺三八零零零零零六七八", "幺三九，不对，是幺三八零零零零零六七八"),  # the assistant corrects
        ("幺三九", "幺三九零零零零零六七八", "幺三九零零零零零六七八"),  # from the beginning again
        ("幺三九", "算了，就打这个电话", "算了，就打这个电话"),
        ("", "零六七八", "零六七八"),
    ],
)
def test_what_follows_is_put_behind_it(held: str, said: str, whole: str) -> None:
    assert joined(held, said) == whole


def test_who_looks_it_up_is_waited_for() -> None:
    assert only_waits("等一下，我看哈") and not only_waits("一二三四") and not only_waits("不要了")


async def test_pieces_silence_and_repetition_on_the_line(exchange: Exchange) -> None:
    phone = Phone(exchange.client)
    await phone.ring()
    await phone.say("我要留电话")
    held = await phone.say("幺三九零零")
    assert "后面几位" in held.says and int(held.find("Gather").get("speechTimeout")) >= 4
    assert "没听到您说话。嗯，后面几位呢" in (await phone.be_silent()).says
    assert "后面几位" in (await phone.press("*")).says
    assert "幺三九零零零零幺二三四" in (await phone.say("零零幺二三四")).says
    assert exchange.engine.asked == ["我要留电话", "幺三九零零零零幺二三四"]


async def test_keys_in_two_goes_are_one_number(exchange: Exchange) -> None:
    phone = Phone(exchange.client)
    await phone.ring()
    await phone.say("我要留电话")
    await phone.press("139000")
    assert "幺三九，零零零零，幺二三四" in (await phone.press("01234")).says
