"""Applicant and contact are kept apart when somebody speaks for another."""

from __future__ import annotations

from typing import Any

import pytest

from hotline.errand_people import contact_of, people_in_words, speaker_of, take_names, told_whom
from hotline.saying import Filled, Said


def name(value: str, relation: str = "") -> dict[str, Any]:
    return {"entity": "name", "value": value, "extra": {"relation": relation} if relation else {}}


def told(text: str, *details: dict[str, Any], asked: str | None = None, phone: str = "", **slots: Any) -> dict[str, Any]:
    """What a message says about the people of an errand."""
    filled = Filled({"contact_phone": phone} if phone else {})
    take_names(asked, slots, Said(text, "inform", list(details)), filled)
    return filled.changes


def test_for_oneself_both_are_one() -> None:
    slots = told("我姓王", name("王", "本人"))
    assert slots == {"applicant_name": "王"} and contact_of(slots) == ""
    assert people_in_words(slots) == "王" and speaker_of(slots) == "王"


@pytest.mark.parametrize("relation", ["", "本人"])
def test_who_speaks_for_the_mother_is_the_contact(relation: str) -> None:
    assert told("姓王", name("王", relation), for_whom="母亲") == {"contact_name": "王"}


def test_the_mothers_name_is_the_applicants() -> None:
    assert told("我妈叫何秀英，我姓王", name("何秀英", "妈"), name("王", "本人"), for_whom="母亲") == {
        "applicant_name": "何秀英", "contact_name": "王",
    }  # fmt: skip
    assert told("何秀英", name("何秀英"), asked="applicant_name", for_whom="母亲") == {"applicant_name": "何秀英"}


def test_who_says_the_own_name_twice_is_not_asked_for_ever() -> None:
    again = told("我姓王", name("王", "本人"), asked="applicant_name", for_whom="母亲", contact_name="王")
    assert again == {"applicant_name": "王"}


@pytest.mark.parametrize("text", ["打她的电话，13800001258", "我婆婆的电话是13800001258", "打本人的，13800001258"])
def test_the_relatives_own_telephone(text: str) -> None:
    changes = told(text, for_whom="奶奶", phone="13800001258")
    assert changes["contact_name"] == "本人" and contact_of({"for_whom": "奶奶", **changes}) == ""


def test_an_unnamed_contact_is_said_to_be_of_the_family() -> None:
    assert contact_of({"for_whom": "父亲", "applicant_name": "张德富"}) == "家里人"


def test_a_company_and_who_speaks_for_it() -> None:
    company = {"entity": "company", "value": "恩阳顺达商贸有限公司"}
    changes = told("恩阳顺达商贸有限公司，我姓严", company, name("严", "本人"), for_whom="公司")
    assert changes == {"applicant_name": "恩阳顺达商贸有限公司", "contact_name": "严"}
    assert told("恩阳顺达商贸有限公司", company, for_whom="公司", applicant_name="严")["contact_name"] == "严"
    assert told("姓严", name("严"), for_whom="公司") == {"applicant_name": "严"}  # its name was not said


def test_it_turns_out_to_be_for_somebody_else() -> None:
    filled = Filled()
    told_whom("母亲", {"applicant_name": "吴"}, filled)
    assert filled.changes == {"for_whom": "母亲", "contact_name": "吴", "applicant_name": None}
    assert speaker_of({"applicant_name": "孙玉珍", **filled.changes}) == "吴"
