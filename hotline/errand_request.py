"""From what was said to what is ordered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hotline.catalogue.catalogue import Item
from hotline.errand_people import contact_of
from hotline.orders import ErrandRequest
from hotline.vocabulary import HelpKind

OTHER = "其他帮办：{}"  # the name of an errand that is no item
LONGEST_REQUEST = 200  # characters of the citizen's words in it


def request_from(
    slots: dict[str, Any], item: Item | None, *, key: str, channel: str, conversation_id: int
) -> ErrandRequest:
    """The order that the filled slots mean; without an item it is 其他帮办 in the citizen's own words."""
    place, time, words = slots["pickup_place"], slots["pickup_time"], slots.get("item_text") or ""
    return ErrandRequest(
        key=key,
        channel=channel,
        conversation_id=conversation_id,
        applicant_name=slots["applicant_name"],
        applicant_kind=item.applicant_kind if item else None,
        contact_name=contact_of(slots),
        contact_phone=slots["contact_phone"],
        for_whom=slots.get("for_whom") or "",
        item_code=item.code if item else None,
        item_name=item.title if item else OTHER.format(words[:LONGEST_REQUEST]),
        zone=item.zone if item else "",
        help=item.help if item else HelpKind.OTHER,
        place_code=place["code"],
        township=place["township"],
        place_text=place["text"],
        wish_from=datetime.fromisoformat(time["from"]),
        wish_to=datetime.fromisoformat(time["to"]) + timedelta(minutes=30),
        materials=[material.name for material in item.materials] if item else [],
        notes=words,
    )
