"""Taking an errand: each message adds what it says, and says what could not be taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from hotline.catalogue.bundles import Bundle, Bundles, Step
from hotline.catalogue.questions import NONE_OF_THESE
from hotline.divisions import read_divisions
from hotline.errand_items import OTHER_ERRAND
from hotline.errands import ErrandTaking
from hotline.saying import Filled, Said, pick
from hotline.vocabulary import Decision
from tests.builders import GUANZIGOU, LIULIN, HandClock

BIRTH, ID_CARD = "030001", "030002"
TOMORROW_TEN = "2026-11-24T10:00:00+08:00"


@dataclass(frozen=True)
class Titled:
    """An item's title."""

    title: str


@dataclass(frozen=True)
class Found:
    """A candidate of the little lookup."""

    code: str

    @property
    def item(self) -> Titled:
        """Its item, of which only the title is read."""
        return Titled(self.code)


@dataclass(frozen=True)
class Answer:
    """What the little lookup makes of a text."""

    decision: Decision
    candidates: list[Found] = field(default_factory=list)
    other_errand: bool = False
    further: list[Answer] = field(default_factory=list)
    heard: str = ""

    @property
    def choices(self) -> list[str]:
        """Between what a question asks."""
        return [found.code for found in self.candidates]


class LittleLookup:
    """Knows the words 上户口 and 身份证; both together are unclear; 送饭 is an errand but no item."""

    WORDS = {"上户口": BIRTH, "身份证": ID_CARD}
    bundles = Bundles([Bundle("newborn", "娃儿出生", ("生了娃儿",), (Step(BIRTH, "上户口"),))])

    def __init__(self) -> None:
        self.narrowed: list[tuple[str, str, list[str]]] = []

    def find(self, text: str, context: str | None = None) -> Answer:
        """The items whose words are in the text."""
        codes = [Found(code) for word, code in self.WORDS.items() if word in text]
        if not codes:
            return Answer(Decision.REJECT, other_errand="送饭" in text)
        return Answer(Decision.COMMIT if len(codes) == 1 else Decision.CLARIFY, codes)

    def narrow(self, before: str, text: str, choices: list[str], *, is_wanted: bool = False) -> Answer:
        """Like `find`; remembers what it was asked."""
        self.narrowed.append((before, text, choices))
        return self.find(text)


class Errand:
    """A citizen's errand in the making, message by message, as the form drives it."""

    ORDER = ("item_code", "pickup_place", "pickup_time", "contact_phone", "applicant_name", "confirmed")

    def __init__(self, **slots: Any) -> None:
        self.lookup = LittleLookup()
        self.taking = ErrandTaking(self.lookup, read_divisions(), HandClock())  # type: ignore[arg-type]
        self.slots: dict[str, Any] = dict(slots)

    @property
    def asked(self) -> str | None:
        """What the form asks for next."""
        return next((name for name in self.ORDER if self.slots.get(name) is None), None)

    def hears(self, text: str, intent: str = "inform", *details: dict[str, Any]) -> Filled:
        """One message of the citizen; its changes are kept."""
        filled = self.taking.fill(self.asked, self.slots, Said(text, intent, list(details)))
        self.slots.update(filled.changes)
        return filled


def detail(kind: str, value: str, **extra: Any) -> dict[str, Any]:
    return {"entity": kind, "value": value, "text": value, "extra": extra}


def said_by(filled: Filled) -> list[str]:
    """The names of the responses."""
    return [name for name, _ in filled.says]


PHONE = detail("phone", "13800001234")
NAME = detail("name", "王")
PLACE = detail("place", GUANZIGOU, door="小卖部旁边")
TIME = detail("time", TOMORROW_TEN)


def ready(**changes: Any) -> Errand:
    """An errand that only waits for the yes."""
    slots = {
        "item_code": BIRTH, "pickup_place": {"code": GUANZIGOU}, "pickup_time": {"text": "明天上午10点"},
        "contact_phone": "13800001234", "applicant_name": "王",
    }  # fmt: skip
    return Errand(**(slots | changes))


# --- one sentence or several


def test_everything_in_one_sentence() -> None:
    errand = Errand()
    filled = errand.hears("我姓王，娃儿要上户口，明天十点来拿", "request_errand", PHONE, NAME, PLACE, TIME)
    assert errand.asked == "confirmed"
    assert errand.slots["item_code"] == BIRTH
    assert errand.slots["contact_phone"] == "13800001234"
    assert errand.slots["applicant_name"] == "王"
    assert errand.slots["pickup_place"] == {
        "code": GUANZIGOU, "township": "柳林镇", "text": "柳林镇罐子沟村小卖部旁边", "door": "小卖部旁边",
    }  # fmt: skip
    assert errand.slots["pickup_time"] == {"from": TOMORROW_TEN, "to": TOMORROW_TEN, "text": "明天上午10点"}
    assert filled.says == []


def test_one_thing_after_the_other() -> None:
    errand = Errand()
    asked = []
    for text, intent, *details in [
        ("娃儿上户口", "ask_item_info"), ("柳林镇罐子沟", "inform", PLACE), ("明天十点", "inform", TIME),
        ("138 0000 1234", "inform", PHONE), ("姓王", "inform"), ("对", "affirm"),
    ]:  # fmt: skip
        asked.append(errand.asked)
        errand.hears(text, intent, *details)
    assert asked == list(Errand.ORDER)
    assert (errand.asked, errand.slots["applicant_name"], errand.slots["confirmed"]) == (None, "王", True)


def test_a_town_alone_is_a_place() -> None:
    errand = Errand(item_code=BIRTH)
    errand.hears("柳林镇", "inform", detail("place", LIULIN))
    place = errand.slots["pickup_place"]
    assert (place["township"], place["text"]) == ("柳林镇", "柳林镇")


def test_in_one_sentence_the_correction_wins() -> None:
    errand = Errand(item_code=BIRTH)
    errand.hears("13900005678，不对，13800001234", "inform", detail("phone", "13900005678"), PHONE)
    assert errand.slots["contact_phone"] == "13800001234"


def test_an_answer_may_say_something_else_than_what_was_asked() -> None:
    errand = Errand(item_code=BIRTH)
    errand.hears("电话是13800001234", "inform", PHONE)
    assert (errand.slots["contact_phone"], errand.asked) == ("13800001234", "pickup_place")


# --- what cannot be taken


def test_a_phone_with_a_digit_missing_is_told_and_asked_again() -> None:
    errand = Errand(item_code=BIRTH, pickup_place={}, pickup_time={})
    filled = errand.hears("1380000123", "inform", detail("phone", "1380000123", invalid="10位"))
    assert errand.asked == "contact_phone"
    assert filled.says == [
        ("utter_phone_invalid", {"wording": "电话号码是10位，手机号应当是11位，请再说一遍。"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "past",
    [
        detail("time", "2026-11-23T09:00:00+08:00"),
        detail("time", "2026-11-23T08:00:00+08:00", end="2026-11-23T10:00:00+08:00"),  # ends just now
        detail("time", TOMORROW_TEN, past=True),
    ],
    ids=["an hour ago", "over by now", "the words say so"],
)
def test_a_time_in_the_past_is_told_and_asked_again(past: dict[str, Any]) -> None:
    errand = Errand(item_code=BIRTH, pickup_place={})
    filled = errand.hears("昨天", "inform", past)
    assert errand.asked == "pickup_time"
    assert filled.says == [("utter_time_past", {"time": past["text"]})]


def test_a_span_that_has_begun_is_still_in_time() -> None:
    errand = Errand(item_code=BIRTH, pickup_place={})
    noon = "2026-11-23T12:00:00+08:00"
    errand.hears("上午", "inform", detail("time", "2026-11-23T09:00:00+08:00", end=noon))
    assert errand.slots["pickup_time"]["to"] == noon


def test_a_place_outside_is_asked_again_and_then_taken_word_for_word() -> None:
    errand = Errand(item_code=BIRTH)
    assert said_by(errand.hears("天府广场")) == ["utter_place_outside"]
    errand.hears("就是天府广场")
    assert errand.slots["pickup_place"]["text"] == "就是天府广场"
    assert errand.slots["pickup_place"]["code"] == ""


def test_a_very_long_place_is_cut_to_what_an_order_holds() -> None:
    errand = Errand(item_code=BIRTH)
    errand.hears("柳林镇", "inform", detail("place", LIULIN, door="路" * 1_000))
    assert len(errand.slots["pickup_place"]["text"]) <= 400
    errand.hears("公司", "inform", detail("company", "司" * 1_000))
    assert len(errand.slots["applicant_name"]) <= 64


def test_what_is_not_understood_is_said_once_and_then_goes_to_a_person() -> None:
    errand = Errand(item_code=BIRTH, pickup_place={})
    assert said_by(errand.hears("嗯哼", "nlu_fallback")) == ["utter_misunderstood"]
    assert errand.hears("啊这", "nlu_fallback").changes == {"misunderstood": 2}


def test_something_understood_forgets_the_failure() -> None:
    errand = Errand(item_code=BIRTH, pickup_place={})
    errand.hears("嗯哼", "nlu_fallback")
    errand.hears("明天十点", "inform", TIME)
    assert errand.slots["misunderstood"] == 0


# --- what is wanted, without who and when


@pytest.mark.parametrize(
    ("text", "parts", "request_"),
    [
        ("娃儿要上户口", [], "娃儿要上户口"),
        ("娃儿要上户口，我电话13800001234", ["13800001234"], "娃儿要上户口"),
        ("我电话是13800001234，娃儿要上户口", ["13800001234"], "娃儿要上户口"),
        ("我在柳林镇，娃儿要上户口，明天十点来拿", ["柳林镇", "明天十点"], "娃儿要上户口，来拿"),
        ("娃儿要上户口，我姓修，修理的修", ["修"], "娃儿要上户口"),  # how a name is written is no affair
        ("修车铺的证要年检，修理的修", [], "修车铺的证要年检，修理的修"),  # of nobody's name
        ("娃儿要上户口，打13800001234，不是先前的", ["13800001234"], "娃儿要上户口，打"),
        ("13800001234", ["13800001234"], "13800001234"),  # nothing else was said
    ],
)
def test_the_request_is_what_is_left_without_the_details(text: str, parts: list[str], request_: str) -> None:
    kinds = {"13800001234": "phone", "柳林镇": "place", "明天十点": "time", "修": "name"}
    details = [
        detail(kinds[part], part) | {"start": text.index(part), "end": text.index(part) + len(part)}
        for part in parts
    ]
    assert Said(text, "request_errand", details).request == request_


@pytest.mark.parametrize("filler", [" ", "，", "。", "的", "我", "我在", "， "])
def test_a_stretched_message_is_read_like_a_short_one(filler: str) -> None:
    """A pattern whose cost grows with the cube of the filling would not come to an end here."""
    assert Said("上户口" + filler * 5_000 + "嘛", "inform").request.startswith("上户口")


# --- who it is for


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("姓王", "王"), ("我姓王", "王"), ("免贵姓王", "王"), ("王", "王"), ("我叫王建国", "王建国"),
        ("王嘛", "王"), ("欧阳", "欧阳"), ("是李大爷", "李"), ("王建国。", "王建国"),
    ],
)  # fmt: skip
def test_a_bare_name_is_a_name_when_it_was_asked(text: str, name: str) -> None:
    errand = ready(applicant_name=None)
    errand.hears(text)
    assert errand.slots["applicant_name"] == name


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("啥子", "inform"), ("为什么", "inform"), ("不说", "inform"), ("好", "affirm"), ("123", "inform"),
        ("🙂", "inform"),
    ],
)  # fmt: skip
def test_other_words_are_no_name(text: str, intent: str) -> None:
    errand = ready(applicant_name=None)
    assert said_by(errand.hears(text, intent)) == ["utter_misunderstood"]
    assert errand.asked == "applicant_name"


# --- which item


def test_of_a_life_event_the_last_choice_is_an_item() -> None:
    errand = Errand(item_choices=[BIRTH, ID_CARD, "newborn"])
    errand.hears("最后那个")
    assert errand.slots["item_code"] == ID_CARD


def test_two_items_fit_so_the_citizen_chooses_by_number() -> None:
    errand = Errand()
    errand.hears("上户口和身份证", "request_errand")
    assert (errand.slots["item_choices"], errand.asked) == ([BIRTH, ID_CARD], "item_code")
    errand.hears("第二个")
    assert (errand.slots["item_code"], errand.slots["item_choices"]) == (ID_CARD, None)


def test_the_citizen_chooses_by_button() -> None:
    errand = Errand(item_choices=[BIRTH, ID_CARD])
    errand.hears("出生登记", "choose_item", detail("code", BIRTH))
    assert errand.slots["item_code"] == BIRTH


def test_the_citizen_chooses_by_other_words() -> None:
    errand = Errand(item_choices=[BIRTH, ID_CARD], item_text="办那个证")
    errand.hears("就是身份证嘛", "inform")
    assert errand.slots["item_code"] == ID_CARD
    assert errand.lookup.narrowed == [("办那个证", "就是身份证嘛", [BIRTH, ID_CARD])]


@pytest.mark.parametrize("no", [("都不是", "deny"), ("都不是", "choose_item", detail("code", NONE_OF_THESE))])
def test_none_of_the_choices_begins_anew(no: tuple[Any, ...]) -> None:
    errand = Errand(item_choices=[BIRTH, ID_CARD], item_text="办那个证")
    assert said_by(errand.hears(*no)) == ["utter_which_item"]
    assert (errand.slots["item_choices"], errand.slots["item_text"]) == (None, None)


def test_what_is_no_item_may_still_be_an_errand() -> None:
    errand = Errand()
    errand.hears("给我妈送饭", "request_errand")
    assert errand.slots["item_choices"] == [OTHER_ERRAND]
    errand.hears("要得", "affirm")
    assert errand.slots["item_code"] == OTHER_ERRAND


def test_no_to_the_other_errand_asks_for_the_item_again() -> None:
    errand = Errand(item_choices=[OTHER_ERRAND])
    assert said_by(errand.hears("不用", "deny")) == ["utter_which_item"]


def test_what_nobody_does_is_said_so() -> None:
    assert said_by(Errand().hears("买彩票", "request_errand")) == ["utter_reject_item"]


# --- the read-back


def test_a_yes_confirms() -> None:
    errand = ready()
    errand.hears("对", "affirm")
    assert errand.slots["confirmed"] is True


def test_a_yes_with_a_change_is_read_back_again() -> None:
    errand = ready()
    errand.hears("对，电话改成13900005678", "affirm", detail("phone", "13900005678"))
    assert (errand.slots["contact_phone"], errand.asked) == ("13900005678", "confirmed")


def test_a_plain_no_asks_what_is_wrong() -> None:
    errand = ready()
    assert said_by(errand.hears("不对", "deny")) == ["utter_ask_correction"]
    assert errand.asked == "confirmed"


def test_another_item_at_the_read_back_is_taken() -> None:
    errand = ready()
    errand.hears("不是上门，是身份证", "deny")
    assert (errand.slots["item_code"], errand.asked) == (ID_CARD, "confirmed")


def test_a_change_after_the_yes_asks_for_the_yes_again() -> None:
    errand = ready(confirmed=True)
    errand.hears("等哈，改成明天十点", "change_order", TIME)
    assert errand.asked == "confirmed"


# --- in between


@pytest.mark.parametrize("intent", ["handoff", "order_status", "complain", "repeat", "cancel_order", "greet"])
def test_another_matter_in_between_changes_nothing(intent: str) -> None:
    errand = ready(pickup_time=None)
    filled = errand.hears("……", intent)
    assert (filled.changes, filled.says) == ({}, [])


def test_an_answer_is_taken_even_when_it_sounds_like_another_matter() -> None:
    errand = ready(pickup_time=None)
    errand.hears("明天十点嘛", "order_status", TIME)
    assert errand.slots["pickup_time"]["text"] == "明天上午10点"


def test_the_wish_for_a_person_is_never_an_answer() -> None:
    errand = ready(pickup_time=None)
    assert errand.hears("喊个人来，明天十点", "handoff", TIME).changes == {}


def test_details_alone_are_taken_when_nothing_is_asked() -> None:
    taking = Errand().taking
    filled = taking.details_of(Said("我姓王，13800001234", "inform", [NAME, PHONE]))
    assert filled.changes == {"contact_phone": "13800001234", "applicant_name": "王"}


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("第一个", "A"), ("头一个", "A"), ("1", "A"), ("选二", "B"), ("第二种嘛", "B"), ("第三项", "C"),
        ("最后一个", "C"), ("第二个。", "B"), ("第四个", None), ("一个都不要", None),
        ("", None), ("身份证", None),
    ],
)  # fmt: skip
def test_a_choice_by_its_place(text: str, picked: str | None) -> None:
    assert pick(text, ["A", "B", "C"]) == picked


def test_a_choice_that_is_not_there() -> None:
    assert pick("第三个", ["A", "B"]) is None
    assert pick("最后一个", ["A", "B"]) == "B"


# --- what was asked settles the reading


@pytest.mark.parametrize("text", ["对头", "要得", "嗯嗯，对的", "好的，可以", "没错噻", "对，下单"])
@pytest.mark.parametrize("misread", ["affirm", "thanks", "inform", "out_of_scope", "greet", "nlu_fallback", "request_errand"])
def test_nothing_but_a_yes_is_one_whatever_the_model_makes_of_it(text: str, misread: str) -> None:
    assert says_at_the_read_back(text, misread).get("confirmed") is True


@pytest.mark.parametrize("text", ["对了，还有一件事", "好烦", "是不是要钱", "不对", "行不行哦", "好久来", "对不起"])
@pytest.mark.parametrize("misread", ["thanks", "inform", "greet"])
def test_what_only_begins_like_a_yes_makes_no_order(text: str, misread: str) -> None:
    assert says_at_the_read_back(text, misread).get("confirmed") is not True


def says_at_the_read_back(text: str, intent: str) -> dict[str, Any]:
    """What a message changes when everything was read back."""
    return ready().hears(text, intent).changes
