"""Whole calls over TwiML, as a caller, a member of staff and Twilio see them."""

from __future__ import annotations

from datetime import time

import pytest

from hotline.store.calls import CallTurn, PhoneCall
from hotline.store.schema import FollowUp, Message
from hotline.vocabulary import CallState, OrderState, Owner, Sender
from tests.builders import order_in
from tests.calls.conftest import Exchange
from tests.calls.line import VOICE, Phone, post, sign


async def test_the_first_sentence_says_machine_and_zero_brings_a_person(exchange: Exchange) -> None:
    heard = await Phone(exchange.client).ring()
    assert "机器人" in heard.says and "按0转人工" in heard.says and "演示系统" in heard.says
    gather = heard.find("Gather")
    assert gather.get("input") == "speech dtmf" and gather.get("language") == "cmn-Hans-CN"
    assert len(gather.get("hints").split(",")) <= 500


async def test_an_order_from_the_ring_to_the_number(exchange: Exchange) -> None:
    phone = Phone(exchange.client)
    await phone.ring()
    heard = await phone.say("娃儿要上户口，明天来我屋头")
    assert "按1，对，下单" in heard.says and "按2，要改" in heard.says
    assert "订单号幺" in (await phone.press("1")).says  # by digit
    with exchange.hall.database.read() as session:
        assert [call.number for call in session.query(PhoneCall)] == ["13800001234"]


async def test_words_are_as_good_as_keys_and_the_number_is_known(exchange: Exchange) -> None:
    phone = Phone(exchange.client)
    await phone.ring()
    heard = await phone.say("我想问一下上班没有")
    assert "您说的是：我想问一下上班没有" in heard.says
    assert exchange.conversation().contact == "13800001234"
    assert exchange.conversation().channel == "phone"


async def test_a_number_is_dictated_in_peace_and_keys_end_by_themselves(exchange: Exchange) -> None:
    phone = Phone(exchange.client)
    usual = (await phone.ring()).find("Gather")
    asked = (await phone.say("我要留电话")).find("Gather")
    assert int(asked.get("speechTimeout")) > int(usual.get("speechTimeout"))
    assert asked.get("numDigits") == "11"
    assert "您说的是：幺三九，零零零零，幺二三四" in (await phone.press("13900001234#")).says


async def test_long_lists_come_three_at_a_time(exchange: Exchange) -> None:
    phone = Phone(exchange.client)
    await phone.ring()
    heard = await phone.say("要哪些材料")
    assert "结婚证，还有2样" in heard.says and "申请表" not in heard.says
    assert "出生医学证明、申请表" in (await phone.say("继续。")).says
    assert exchange.engine.asked == ["要哪些材料"]


async def test_silence_gets_a_reprompt_then_keys_then_a_person(exchange: Exchange) -> None:
    exchange.staff("li", "13900000001")
    phone = Phone(exchange.client)
    await phone.ring()
    assert "没听到您说话" in (await phone.be_silent()).says
    assert "按0转人工" in (await phone.be_silent()).says
    assert "给您转工作人员" in (await phone.be_silent()).says
    assert phone.heard.find("Dial").find("Number").text == "+8613900000001"


async def test_low_confidence_asks_for_keys_where_a_number_is_wanted(exchange: Exchange) -> None:
    phone = Phone(exchange.client)
    await phone.ring()
    await phone.say("我要留电话")
    assert "请用按键输入" in (await phone.say("幺三八", confidence="0.12")).says
    assert "没听清" not in phone.heard.says
    assert exchange.engine.asked == ["我要留电话"]


async def test_a_person_takes_the_call_with_its_conversation(exchange: Exchange) -> None:
    li = exchange.staff("li", "13900000001")
    phone = Phone(exchange.client)
    await phone.ring()
    await phone.say("我屋头的事说不清楚")
    await phone.press("0")
    whisper = await phone.rung_person()
    assert "尾号1234" in whisper and "按1接听" in whisper
    assert (await phone.press_there("1")).root.find("Hangup") is None
    conversation = exchange.conversation()
    assert (conversation.owner, conversation.staff_id) == (Owner.STAFF, li.id)
    assert "再见" in (await phone.dial_ends("completed")).says
    assert phone.heard.find("Hangup") is not None


async def test_nobody_takes_it_so_the_next_is_rung_and_then_a_callback_is_kept(exchange: Exchange) -> None:
    exchange.staff("li", "13900000001")
    exchange.staff("wang", "13900000002")
    phone = Phone(exchange.client)
    await phone.ring()
    first = (await phone.say("我要转人工")).find("Number").text
    await phone.rung_person()
    assert (await phone.press_there("2")).root.find("Hangup") is not None
    second = (await phone.dial_ends()).find("Number").text
    assert {first, second} == {"+8613900000001", "+8613900000002"}
    heard = await phone.dial_ends()
    assert "约了回电" in heard.says and "尾号幺二三四" in heard.says and heard.find("Gather") is not None
    with exchange.hall.database.read() as session:
        callback = session.query(FollowUp).one()
        assert callback.kind == "callback" and callback.due_at > exchange.clock() and "13800001234" in callback.text
    assert "您说的是：那你先帮我记下" in (await phone.say("那你先帮我记下")).says  # not a dead line


async def test_outside_hours_the_callback_says_when(exchange: Exchange) -> None:
    exchange.staff("li", "13900000001")
    exchange.clock.advance(hours=10)  # eight in the evening
    phone = Phone(exchange.client)
    await phone.ring()
    heard = await phone.press("0")
    assert "下班时间" in heard.says and "明天上午9点半" in heard.says


async def test_two_callers_never_get_the_same_person(exchange: Exchange) -> None:
    exchange.staff("li", "13900000001")
    first, second = Phone(exchange.client), Phone(exchange.client, "+8613800005678", "CA02")
    await first.ring()
    await second.ring()
    assert (await first.press("0")).find("Dial") is not None
    assert (await second.press("0")).find("Dial") is None
    assert "约了回电" in second.heard.says


async def test_who_asked_for_a_person_once_gets_one_first_next_time(exchange: Exchange) -> None:
    exchange.staff("li", "13900000001")
    phone = Phone(exchange.client)
    await phone.ring()
    await phone.press("0")
    await phone.dial_ends()
    await phone.hang_up()
    heard = await Phone(exchange.client, sid="CA02").ring()
    assert "机器人" in heard.says and heard.find("Dial") is not None


async def test_at_the_hours_of_the_profile_a_person_answers_first(exchange: Exchange) -> None:
    exchange.staff("li", "13900000001")
    object.__setattr__(exchange.hall.profile, "person_first", ((time(9), time(12)),))
    exchange.clock.advance(hours=1, minutes=59)  # since ten on a Monday
    assert (await Phone(exchange.client).ring()).find("Dial") is not None
    exchange.clock.advance(minutes=1)
    assert (await Phone(exchange.client, "+8613800005678", "CA02").ring()).find("Dial") is None


async def test_nothing_is_recorded_unless_configured(exchange: Exchange) -> None:
    exchange.staff("li", "13900000001")
    phone = Phone(exchange.client)
    assert "录音" not in (await phone.ring()).says
    assert (await phone.press("0")).find("Dial").get("record") is None


async def test_a_recording_is_announced_first(recorded_exchange: Exchange) -> None:
    recorded_exchange.staff("li", "13900000001")
    phone = Phone(recorded_exchange.client)
    assert "这通电话会录音" in (await phone.ring()).says
    assert (await phone.press("0")).find("Dial").get("record") == "record-from-answer-dual"


async def test_callbacks_twice_and_late_double_nothing(exchange: Exchange) -> None:
    phone = Phone(exchange.client)
    ring = await phone.ring()
    assert (await phone.ring()).xml == ring.xml
    action = ring.action("Gather")
    form = {**phone.form, "SpeechResult": "娃儿要上户口", "Confidence": "0.9"}
    first = await (await post(exchange.client, action, form)).text()
    again = await (await post(exchange.client, action, form)).text()
    assert first == again
    phone.heard = type(ring)(first)
    order = await phone.press("1")
    assert (await (await post(exchange.client, action, form)).text()) == first  # late: answered as it was
    phone.heard = type(ring)(first)
    assert (await phone.press("1")).xml == order.xml
    with exchange.hall.database.read() as session:
        assert session.query(Message).filter_by(sender=Sender.CITIZEN).count() == 2
        assert session.query(CallTurn).count() == 3


async def test_a_late_answer_asks_the_caller_to_wait_and_then_comes(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.calls.CallLine.hear.__kwdefaults__", {"patience": 0.05})
    exchange.engine.pause = 0.3
    phone = Phone(exchange.client)
    await phone.ring()
    heard = await phone.say("你们几点上班")
    assert "请稍等" in heard.says and heard.find("Redirect") is not None
    for _ in range(20):
        if heard.find("Redirect") is None:
            break
        heard = await phone.wait()
    assert "您说的是：你们几点上班" in heard.says
    assert exchange.engine.asked == ["你们几点上班"]


async def test_without_the_engine_a_person_is_rung(exchange: Exchange) -> None:
    exchange.staff("li", "13900000001")
    exchange.engine.is_up = False
    phone = Phone(exchange.client)
    await phone.ring()
    assert (await phone.say("我要上户口")).find("Dial") is not None


async def test_a_number_with_an_open_order_is_asked_about_it_without_its_item(exchange: Exchange) -> None:
    with exchange.hall.database.begin() as session:
        order_in(session, OrderState.ACCEPTED, item_name="最低生活保障")
    heard = await Phone(exchange.client).ring()
    assert "有一单正在办" in heard.says and "保障" not in heard.says


async def test_a_withheld_number_can_call_too(exchange: Exchange) -> None:
    phone = Phone(exchange.client, "+266696687")
    assert "机器人" in (await phone.ring()).says
    assert exchange.conversation().contact == ""
    assert "留个电话" in (await phone.press("0")).says


async def test_repeat_and_slow_mode(exchange: Exchange) -> None:
    phone = Phone(exchange.client)
    await phone.ring()
    first = await phone.say("上班没有")
    assert (await phone.press("*")).says == first.says
    slow = await phone.say("说慢点嘛")
    assert "我说慢点" in slow.says and slow.find("prosody").get("rate") == "75%"
    assert int(slow.find("Gather").get("timeout")) > int(first.find("Gather").get("timeout"))


async def test_a_wrong_key_is_said_so(exchange: Exchange) -> None:
    phone = Phone(exchange.client)
    await phone.ring()
    await phone.say("娃儿要上户口")
    assert "没有这个键" in (await phone.press("7")).says


async def test_the_end_is_kept_once(exchange: Exchange) -> None:
    phone = Phone(exchange.client)
    await phone.ring()
    await phone.hang_up()
    ended = _call(exchange).ended_at
    exchange.clock.advance(minutes=1)
    await phone.hang_up()
    assert _call(exchange).ended_at == ended and _call(exchange).state is CallState.ENDED


@pytest.mark.parametrize("path", ["", "/heard?turn=1", "/forwarded?turn=1", "/whisper?forward=1", "/whispered?forward=1",
                                  "/offer?offer=1", "/offered?offer=1", "/relayed", "/status"])  # fmt: skip
async def test_a_bad_signature_is_refused_everywhere(exchange: Exchange, path: str) -> None:
    form = {"CallSid": "CA01", "From": "+8613800001234"}
    wrong = {
        "none": "", "of another token": sign(VOICE + path, form, token="f" * 32),
        "of another form": sign(VOICE + path, {**form, "From": "+8613800009999"}),
        "of another address": sign(VOICE + path + "&x=1", form),
        "of another host": sign(VOICE + path, form, base="https://evil.example"),
    }  # fmt: skip
    for how, signature in wrong.items():
        response = await exchange.client.post(VOICE + path, data=form, headers={"X-Twilio-Signature": signature})
        assert response.status == 403, how
    with exchange.hall.database.read() as session:
        assert session.query(PhoneCall).count() == 0


async def test_a_turn_of_an_unknown_call_is_not_found(exchange: Exchange) -> None:
    response = await post(exchange.client, f"{VOICE}/heard?turn=1", {"CallSid": "CA77"})
    assert response.status == 404


def _call(exchange: Exchange) -> PhoneCall:
    with exchange.hall.database.read() as session:
        return session.query(PhoneCall).one()
