"""Orders in a conversation: read back, placed once, told only to whom they belong, changed, cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hotline.attempts import GUESSES
from hotline.catalogue.catalogue import Catalogue, parse_item
from hotline.clock import LOCAL
from hotline.divisions import read_divisions
from hotline.errand_desk import ErrandDesk, grouped
from hotline.errand_items import OTHER_ERRAND
from hotline.errands import ErrandTaking
from hotline.errors import AlreadyOrdered, InvalidInput, NotFound, TooManyAttempts, TransitionRefused
from hotline.follow_up import FollowUps
from hotline.guidance import Guidance
from hotline.numbers import order_number
from hotline.profile import HallProfile, Zone
from hotline.saying import Said
from hotline.store import Database
from hotline.store.schema import Conversation, ErrandOrder, FollowUp
from hotline.vocabulary import ConversationState, HelpKind, OrderAction, OrderState
from tests.builders import GUANZIGOU, Core, open_offer, runner, texts

S = OrderState
PROFILE = HallProfile(
    name="某某区市民之家", district="某某区", runner_team="某某跑团", confirmed=False,
    places=[], departments=[],
    zones={"police": Zone("police", "公安专区", "二楼", "公安专区首席", {"户籍": ["21"]})},
    hours=[(time(9), time(12)), (time(14), time(17))], numbers={},
    extra_holidays=frozenset(), extra_workdays=frozenset(),
)  # fmt: skip
BIRTH = parse_item(
    {
        "code": "030001", "name": "出生登记", "parent": "", "variant": "新办", "type": "公共服务",
        "zone": "police", "department": "区公安分局", "window_group": "户籍", "audience": "个人",
        "provenance": "compiled",
        "materials": ["出生医学证明/原件", "居民户口簿/复印件"],
    }  # fmt: skip
)
SLOTS: dict[str, Any] = {
    "item_code": "030001", "item_text": "娃儿要上户口",
    "applicant_name": "王", "contact_phone": "13800001234",
    "pickup_place": {"code": GUANZIGOU, "township": "柳林镇", "text": "柳林镇罐子沟村小卖部旁边"},
    "pickup_time": {
        "from": "2026-11-24T10:00:00+08:00", "to": "2026-11-24T10:00:00+08:00", "text": "明天上午10点",
    },
}  # fmt: skip


@dataclass
class Counter:
    """The errand desk with a citizen before it."""

    core: Core
    session: Session

    def __post_init__(self) -> None:
        divisions = read_divisions()
        self.desk = ErrandDesk(
            orders=self.core.orders, intake=self.core.intake, changes=self.core.changes, conversations=self.core.conversations,
            follow_ups=FollowUps(self.core.clock), guidance=Guidance(Catalogue([BIRTH], PROFILE), divisions),
            taking=ErrandTaking(None, divisions, self.core.clock),  # type: ignore[arg-type]
            clock=self.core.clock,
        )  # fmt: skip
        self.conversation = self.somebody_else()

    def somebody_else(self) -> Conversation:
        return self.core.conversations.start(self.session, "web")

    def order(self, key: str = "web:t:1", **slots: Any) -> ErrandOrder:
        return self.desk.place(
            self.session, SLOTS | slots, key=key, channel="web", conversation_id=self.conversation.id
        )[0]

    def status(self, said: Said, who: Conversation | None = None) -> str | None:
        return self.desk.status(self.session, who or self.conversation, said, None)

    def change(self, *details: dict[str, Any], who: Conversation | None = None) -> Any:
        said = Said("改一下", "change_order", list(details))
        return self.desk.change(self.session, who or self.conversation, said)

    def cancel(self, number: str | None, who: Conversation | None = None) -> None:
        self.desk.cancel(self.session, who or self.conversation, number)

    @property
    def heard(self) -> list[str]:
        return texts(self.core.conversations.after(self.session, self.conversation, 0))


@pytest.fixture
def counter(core: Core, session: Session) -> Counter:
    return Counter(core, session)


def detail(kind: str, value: str, **extra: Any) -> dict[str, Any]:
    return {"entity": kind, "value": value, "text": value, "extra": extra}


def asks(text: str, number: str | None = None, phone: str | None = None) -> Said:
    """A citizen asks for an order."""
    details = [detail("order_number", number)] if number else []
    return Said(text, "order_status", details + ([detail("phone", phone)] if phone else []))


# --- read back and place


def test_everything_is_read_back_before_the_order(counter: Counter) -> None:
    assert counter.desk.read_back(SLOTS) == {
        "what": "办“出生登记”", "name": "王", "phone": "138 0000 1234", "time": "明天上午10点",
        "place": "柳林镇罐子沟村小卖部旁边",
        "help": "这件事是帮办：申请人还是您本人，跑手帮您收材料、跑窗口、引路，要您签字的地方还得您自己签。",
    }  # fmt: skip


def test_the_kind_of_help_is_said_once(counter: Counter) -> None:
    assert counter.desk.read_back(SLOTS, ["help:030001"])["help"] == ""


def test_for_somebody_else_is_said_and_noted(counter: Counter) -> None:
    assert counter.desk.read_back(SLOTS | {"for_whom": "母亲"})["what"] == "替母亲办“出生登记”"
    assert counter.order(for_whom="母亲").for_whom == "母亲"


def test_an_open_order_for_the_same_is_noticed(counter: Counter) -> None:
    assert counter.desk.double(counter.session, counter.conversation, SLOTS) is None
    order = counter.order()
    assert counter.desk.double(counter.session, counter.conversation, SLOTS) == {
        "item": "出生登记", "order": f"订单{order.number}，已下单，正在找跑手",
    }  # fmt: skip


def test_a_stranger_with_the_same_phone_is_not_told_the_number(counter: Counter) -> None:
    order = counter.order()
    double = counter.desk.double(counter.session, counter.somebody_else(), SLOTS)
    assert double and str(order.number) not in double["order"]


def test_whose_number_the_line_vouches_for_is_known(counter: Counter) -> None:
    counter.order()
    caller = counter.somebody_else()
    assert counter.desk.known(counter.session, caller, {}) == {}
    caller.contact = "13800001234"
    known = counter.desk.known(counter.session, caller, {})
    assert known["contact_phone"] == "13800001234" and known["applicant_name"] == "王"
    assert known["pickup_place"]["text"] == "柳林镇罐子沟村小卖部旁边"


@pytest.mark.parametrize("word", ["{number}", "订单号{number}", "我姓王", "王", "我是王，问一下", "免贵姓王。"])
def test_a_number_is_a_contact_not_a_person(counter: Counter, word: str) -> None:
    order = counter.order()
    caller = counter.somebody_else()
    caller.contact = "13800001234"
    say = partial(counter.desk.conversations.receive, counter.session, caller)
    for n, text in enumerate(("我的单子到哪了", "我是隔壁的", "我姓汪", "10")):
        say(f"m{n}", text=text)
    assert counter.desk.own(counter.session, caller) == []
    assert counter.desk.has_unproven(counter.session, caller)
    say("proof", text=word.format(number=order.number))
    assert counter.desk.own(counter.session, caller) == [order]
    assert not counter.desk.has_unproven(counter.session, caller)


def test_the_order_holds_what_was_read_back(counter: Counter) -> None:
    order, accept_by = counter.desk.place(
        counter.session, SLOTS, key="web:t:1", channel="web", conversation_id=counter.conversation.id
    )
    assert (order.item_code, order.zone, order.help) == ("030001", "police", HelpKind.ASSIST)
    assert order.wish_from == datetime(2026, 11, 24, 10, tzinfo=LOCAL)
    assert order.wish_to - order.wish_from == timedelta(minutes=30)
    assert order.materials == ["出生医学证明", "居民户口簿"]
    assert (order.notes, order.township) == ("娃儿要上户口", "柳林镇")
    assert accept_by == "今天上午10点半"


def test_the_same_form_again_is_the_same_order(counter: Counter) -> None:
    assert counter.order() is counter.order(applicant_name="李")
    assert counter.session.query(ErrandOrder).count() == 1


def test_the_same_wish_again_is_shown_and_not_doubled(counter: Counter) -> None:
    order = counter.order()
    for name in ("王", "王建国"):
        with pytest.raises(AlreadyOrdered) as refused:
            counter.order("web:t:2", applicant_name=name)
        assert refused.value.wording.startswith(f"这件事您已经有订单{order.number}（已下单，正在找跑手），没有再下第二单。")
    assert counter.order("web:t:3", applicant_name="李芳") is not order  # the family shares the phone
    counter.cancel(order.number)
    assert counter.order("web:t:4").state is S.PLACED


def test_a_delivered_order_is_opened_again_within_ten_days(counter: Counter) -> None:
    order = counter.order()
    for action in (OrderAction.OFFER, OrderAction.ACCEPT, OrderAction.COLLECT, OrderAction.SUBMIT, OrderAction.COMPLETE, OrderAction.DELIVER):
        counter.core.orders.move(counter.session, order, action, actor="R1")
    counter.session.flush()
    with pytest.raises(NotFound):
        counter.desk.reopen(counter.session, counter.somebody_else(), order.number, "名字写错了")
    assert counter.desk.reopen(counter.session, counter.conversation, None, "名字写错了") is order
    assert (order.state, order.events[-1].reason) == (S.REOPENED, "名字写错了")


def test_an_errand_that_is_no_item_goes_to_the_desk_at_once(counter: Counter) -> None:
    order = counter.order(item_code=OTHER_ERRAND, item_text="给我妈送饭")
    assert (order.state, order.help, order.item_code) == (S.ESCALATED, HelpKind.OTHER, None)
    assert order.item_name == "其他帮办：给我妈送饭"
    assert counter.heard == [
        f"订单{order.number}不在事项目录里，由工作人员安排。工作人员会先打电话跟您问清楚，再告诉您谁来、什么时候来。"
    ]
    again = counter.order(item_code=OTHER_ERRAND, item_text="给我妈送饭")
    assert [event.action for event in again.events] == ["place", "escalate"]


def test_the_longest_words_still_make_an_order(core: Core, database: Database) -> None:
    with database.begin() as session:
        counter = Counter(core, session)
        place = SLOTS["pickup_place"] | {"text": "路" * 400}
        order = counter.order(
            item_code=OTHER_ERRAND, item_text="字" * 1_000, applicant_name="司" * 64, pickup_place=place
        )
        counter.change(detail("place", GUANZIGOU, door="坡" * 1_000), detail("name", "名" * 1_000))
    with database.begin() as session:
        kept = core.orders.get(session, order.number)
        assert kept.events[-1].action == "amend"
        assert kept.place_text.startswith("柳林镇罐子沟村坡坡")


def test_a_time_that_passed_while_talking_is_refused(counter: Counter) -> None:
    counter.core.clock.advance(days=2)
    with pytest.raises(InvalidInput):
        counter.order()


# --- where is my order


def test_my_own_order_is_told_at_once(counter: Counter) -> None:
    order = counter.order()
    assert counter.status(asks("我的单子呢")) == (
        f"订单{order.number}（出生登记）：已下单，正在找跑手。今天上午10点半前还没人接，工作人员会打电话给您。"
    )
    assert counter.status(asks("", order.number)) == counter.status(asks(""))


def test_each_state_says_what_comes_next(counter: Counter) -> None:
    counter.session.add(runner("R1", name="张大勇"))
    order = counter.order()
    counter.core.dispatch.step(counter.session)
    offer = open_offer(counter.session, order)
    counter.core.dispatch.accept(counter.session, offer.id, offer.runner)
    counter.session.flush()
    told = counter.status(asks(""))
    assert "跑手张大勇" in told and f"暗号{order.door_code}" in told and "明天上午10点" in told
    for action, words in [(OrderAction.COLLECT, "材料已经收走"), (OrderAction.SUBMIT, "已递交窗口")]:
        counter.core.orders.move(counter.session, order, action, actor="R1")
        assert words in counter.status(asks(""))
    order.case_number = "恩阳办8号"
    assert "窗口办件编号恩阳办8号" in counter.status(asks(""))


def test_with_several_orders_the_newest_three_are_told(counter: Counter) -> None:
    orders = [counter.order(f"web:t:{n}", contact_phone=f"1380000000{n}") for n in range(4)]
    told = counter.status(asks("")).splitlines()
    assert [line[2:7] for line in told] == [order.number for order in reversed(orders[1:])]


def test_without_any_order_number_and_phone_are_asked_for(counter: Counter) -> None:
    assert counter.status(asks("我的单子呢")) is None


def test_anybody_elses_order_needs_number_and_the_phones_last_four(counter: Counter) -> None:
    order, stranger = counter.order(), counter.somebody_else()
    assert counter.status(asks(f"查{order.number}", order.number), stranger) is None
    told = counter.status(asks(f"查{order.number}，1234", order.number), stranger)
    assert told.startswith(f"订单{order.number}")
    assert counter.status(asks("", order.number, phone="13800001234"), stranger) == told


def test_a_typed_phone_number_alone_proves_nothing(counter: Counter) -> None:
    counter.order()
    assert counter.status(asks("13800001234", phone="13800001234"), counter.somebody_else()) is None


def test_a_wrong_phone_and_an_unknown_number_sound_alike(counter: Counter) -> None:
    order, stranger = counter.order(), counter.somebody_else()
    unknown = order_number(order.id + 500)
    refused = []
    for number in (order.number, unknown):
        with pytest.raises(NotFound) as error:
            counter.status(asks("9999", number), stranger)
        refused.append(error.value.code)
    assert refused == ["not_found", "not_found"]


def test_a_misheard_number_is_told_before_anything_is_looked_up(counter: Counter) -> None:
    with pytest.raises(InvalidInput):
        counter.status(asks("1234", str(int(order_number(1)) ^ 1)))


def test_guessing_is_stopped_and_allowed_again_later(counter: Counter) -> None:
    order, stranger = counter.order(), counter.somebody_else()
    for _ in range(GUESSES):
        with pytest.raises(NotFound):
            counter.status(asks("9999", order_number(order.id + 500)), stranger)
    with pytest.raises(TooManyAttempts):
        counter.status(asks("1234", order.number), stranger)
    assert counter.status(asks(""))  # its own citizen is not in the way
    assert counter.status(asks("1234", order.number), counter.somebody_else())
    counter.core.clock.advance(minutes=10)
    assert counter.status(asks("1234", order.number), stranger)


def test_a_new_conversation_for_each_guess_does_not_help_and_the_owner_still_gets_in(counter: Counter) -> None:
    order = counter.order()
    for guess in range(GUESSES):
        with pytest.raises(NotFound):
            counter.status(asks(f"{guess:04d}", order.number), counter.somebody_else())
    with pytest.raises(NotFound) as refused:  # right, but a guesser could have come to it
        counter.status(asks("1234", order.number), counter.somebody_else())
    assert "完整的电话号码" in refused.value.wording
    assert counter.status(asks("", order.number, phone="13800001234"), counter.somebody_else())
    assert counter.status(asks("", order.number))  # its own conversation needs no guess
    counter.core.clock.advance(minutes=11)
    assert counter.status(asks("1234", order.number), counter.somebody_else())


@pytest.mark.parametrize("last_four", ["", "4", "234", "01234", "13900001234", "abcd", "１２３４"])
def test_only_four_digits_are_the_last_four(counter: Counter, last_four: str) -> None:
    order = counter.order()
    with pytest.raises(NotFound):
        counter.desk.foreign(counter.session, order.number, last_four, who="x")


# --- change and cancel


def test_time_place_and_phone_are_changed_in_one_message(counter: Counter) -> None:
    order = counter.order()
    number, words, says = counter.change(
        detail("phone", "13900005678"), detail("time", "2026-11-25T15:00:00+08:00"),
        detail("place", GUANZIGOU, door="村委会"), detail("name", "李"),
    )  # fmt: skip
    assert (number, says) == (order.number, [])
    assert words == [
        "电话改成139 0000 5678", "时间改成后天下午3点", "地点改成柳林镇罐子沟村村委会", "称呼改成李",
    ]  # fmt: skip
    assert (order.contact_phone, order.place_text) == ("13900005678", "柳林镇罐子沟村村委会")
    assert order.wish_to == datetime(2026, 11, 25, 15, 30, tzinfo=LOCAL)
    assert order.events[-1].reason == "，".join(words)


def test_a_faulty_change_is_told_and_leaves_the_order(counter: Counter) -> None:
    order = counter.order()
    number, words, says = counter.change(
        detail("phone", "1390000567"), detail("time", "2026-11-20T15:00:00+08:00")
    )
    assert (number, words) == (order.number, [])
    assert [name for name, _ in says] == ["utter_phone_invalid", "utter_time_past"]
    assert (order.contact_phone, len(order.events)) == ("13800001234", 1)


def test_nobody_changes_or_cancels_anybody_elses_order(counter: Counter) -> None:
    order, stranger = counter.order(), counter.somebody_else()
    with pytest.raises(NotFound):
        counter.change(detail("order_number", order.number), detail("phone", "13900005678"), who=stranger)
    for number in (order.number, None, "", "' OR 1=1"):
        with pytest.raises(NotFound):
            counter.cancel(number, stranger)
    assert (order.state, order.contact_phone) == (S.PLACED, "13800001234")


def test_the_newest_open_order_is_meant_unless_a_number_says_otherwise(counter: Counter) -> None:
    first, second, third = (counter.order(f"web:t:{n}", contact_phone=f"1380000000{n}") for n in range(3))
    counter.cancel(third.number)
    meant = counter.desk.changeable
    assert meant(counter.session, counter.conversation, asks("")) is second
    assert meant(counter.session, counter.conversation, asks("", first.number)) is first
    assert meant(counter.session, counter.conversation, asks("", third.number)) is None


def test_a_cancelled_order_is_told_and_stays_cancelled(counter: Counter) -> None:
    order = counter.order()
    counter.cancel(order.number)
    assert order.state is S.CANCELLED
    assert counter.heard == [f"订单{order.number}已取消。"]
    with pytest.raises(TransitionRefused):
        counter.cancel(order.number)


def test_once_the_papers_are_collected_a_person_sees_to_it(counter: Counter) -> None:
    order = counter.order()
    order.state = S.COLLECTED
    with pytest.raises(TransitionRefused):
        counter.cancel(order.number)
    with pytest.raises(TransitionRefused):
        counter.change(detail("phone", "13900005678"))
    assert counter.conversation.state is ConversationState.WAITING
    assert counter.conversation.reason == f"要取消{order.number}，材料已取走"


def test_a_change_sees_that_the_papers_have_just_been_collected(core: Core, postgresql: Database) -> None:
    with postgresql.begin() as session:
        counter = Counter(core, session)
        counter.order().state = S.ACCEPTED
    with postgresql.begin() as mine, postgresql.begin() as theirs:
        seen = mine.query(ErrandOrder).one()
        core.orders.move(theirs, theirs.query(ErrandOrder).one(), OrderAction.COLLECT, actor="R1")
        theirs.commit()
        said = Said("电话改了", "change_order", [detail("phone", "13900005678")])
        with pytest.raises(TransitionRefused):
            counter.desk.change(mine, counter.conversation, said)
        assert seen.contact_phone == "13800001234"


# --- afterwards


def test_a_bad_rating_is_due_in_fifteen_working_days(counter: Counter) -> None:
    order = counter.order()
    counter.desk.rate(counter.session, counter.conversation, stars=2, text="不满意", key="web:t:9")
    counter.desk.rate(counter.session, counter.conversation, stars=2, text="不满意", key="web:t:9")
    (kept,) = counter.session.query(FollowUp)
    assert (kept.kind, kept.stars, kept.order_id) == ("rating", 2, order.id)
    assert kept.due_at == counter.core.clock() + timedelta(days=21)  # three weeks without a holiday


def test_a_good_rating_is_due_to_nobody(counter: Counter) -> None:
    counter.desk.rate(counter.session, counter.conversation, stars=3, text="还将就", key="web:t:9")
    (kept,) = counter.session.query(FollowUp)
    assert (kept.due_at, kept.order_id) == (None, None)


def test_a_complaint_is_kept_word_by_word_and_waits_for_a_person(counter: Counter) -> None:
    words = "<b>等了一上午</b>，'没人管'！"
    counter.desk.complain(counter.session, counter.conversation, text=words, key="web:t:9")
    (kept,) = counter.session.query(FollowUp)
    assert (kept.kind, kept.text) == ("complaint", words)
    assert kept.due_at == counter.core.clock() + timedelta(days=1)
    assert counter.conversation.state is ConversationState.WAITING


def test_a_complaint_on_friday_is_due_on_monday(counter: Counter) -> None:
    counter.core.clock.advance(days=4)
    counter.desk.complain(counter.session, counter.conversation, text="没人管", key="web:t:9")
    (kept,) = counter.session.query(FollowUp)
    assert kept.due_at == counter.core.clock() + timedelta(days=3)


def test_a_phone_number_is_read_in_groups() -> None:
    assert grouped("13800001234") == "138 0000 1234"
    assert grouped("08273361234") == "082 7336 1234"
    assert grouped("110") == "110"
