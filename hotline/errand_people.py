"""Who is who in an errand for somebody else: the applicant, whoever speaks for them, and whose telephone is rung.

Families share phones, so the applicant and the contact are kept apart. For oneself both are one, and nothing is asked.
A company is spoken for by whoever rings; its own name counts as the applicant's when it is said.
"""

from __future__ import annotations

import re
from typing import Any

from hotline.corrections import KIN
from hotline.saying import Filled, Said
from hotline.store.schema import ErrandOrder

LONGEST_NAME = 64  # characters of a name or company that an order keeps
THEMSELVES = "本人"  # the contact is the applicant
UNNAMED = "家里人"  # the contact of an order for a relative, when only their telephone is known
_THEIR_PHONE = re.compile(
    r"打本人|"
    r"(?:[他她]|老人家?|申请人|本人|妈|爸|老汉儿?|母亲|父亲|爷爷?|婆婆?|奶奶|外[公婆]|[公岳]|老[公婆]|爱人|儿子?|女儿?|娃儿|哥|弟|姐|妹)"
    r"(?:自己|本人)?的?(?:电话|手机|号码)|打(?:给)?(?:我)?(?:[他她]|老人|我[妈爸婆爷])"
)


def take_names(requested: str | None, slots: dict[str, Any], said: Said, filled: Filled) -> None:
    """The names in a message, each to whom it belongs."""
    whom = filled.changes.get("for_whom") or slots.get("for_whom")
    for detail in said.details:
        if detail["entity"] == "company":
            _company(detail["value"][:LONGEST_NAME], slots, filled)
        elif detail["entity"] == "name":
            _person(detail, requested, whom, slots, filled)
    if whom in KIN and filled.changes.get("contact_phone") and _THEIR_PHONE.search(said.text):
        filled.changes["contact_name"] = THEMSELVES


def _company(name: str, slots: dict[str, Any], filled: Filled) -> None:
    speaker = filled.changes.get("applicant_name") or slots.get("applicant_name")
    if speaker and not slots.get("contact_name"):
        filled.changes["contact_name"] = speaker
    filled.changes["applicant_name"] = name


def _person(detail: dict[str, Any], requested: str | None, whom: str | None, slots: dict[str, Any], filled: Filled) -> None:
    name, relation = detail["value"][:LONGEST_NAME], detail.get("extra", {}).get("relation")
    is_theirs = (relation or requested == "applicant_name") and relation != THEMSELVES
    known = {**slots, **filled.changes}
    if whom in KIN and not is_theirs and known.get("contact_name") != name:
        filled.changes["contact_name"] = name
    elif whom and whom not in KIN and known.get("applicant_name") and len(known["applicant_name"]) > len(name) + 1:
        filled.changes["contact_name"] = name  # the company's own name was said before
    else:
        filled.changes["applicant_name"] = name


def told_whom(whom: str, slots: dict[str, Any], filled: Filled) -> None:
    """It turns out to be for somebody else: who spoke so far is the contact."""
    filled.changes["for_whom"] = whom
    if whom in KIN and slots.get("applicant_name") and not slots.get("contact_name"):
        filled.changes.update(contact_name=slots["applicant_name"], applicant_name=None)


def contact_of(slots: dict[str, Any]) -> str:
    """The contact as an order keeps it: empty when it is the applicant."""
    contact = slots.get("contact_name") or ""
    if slots.get("for_whom") not in KIN:
        return contact
    return "" if contact == THEMSELVES else contact or UNNAMED


def people_in_words(slots: dict[str, Any]) -> str:
    """Applicant and contact for the read-back."""
    applicant, contact = slots["applicant_name"], contact_of(slots)
    if slots.get("for_whom") not in KIN and not contact:
        return str(applicant)
    return f"申请人{applicant}" + (f"，联系人{contact}" if contact else "，联系人就是本人")


def speaker_of(slots: dict[str, Any]) -> str | None:
    """The name of whoever speaks, as far as it is known: it holds for their next errand, too."""
    contact = slots.get("contact_name")
    if slots.get("for_whom"):
        return None if contact in (None, THEMSELVES, UNNAMED) else str(contact)
    return slots.get("applicant_name")


def names_of(last: ErrandOrder, whom: str | None) -> dict[str, Any]:
    """What their last order tells of the names in a new one."""
    if last.for_whom == (whom or ""):
        return {"applicant_name": last.applicant_name, "contact_name": last.contact_name or None}
    speaker = last.applicant_name if not last.for_whom else last.contact_name
    if not speaker or speaker == UNNAMED:
        return {}
    return {"contact_name": speaker} if whom in KIN else {"applicant_name": speaker}
