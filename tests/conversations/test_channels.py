"""Every response fits its channel: short for text messages, to be heard on the telephone, and with the same choices."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SMS_LONGEST = 67  # characters of one text message; what the hall fills in comes on top
KEYS = 3  # choices that a caller can keep in mind
FOR_EYES = re.compile(r"https?://|www\.|[“”「」【】]|点击|按钮|页面|打字|在这里")


def responses() -> dict[str, list[dict[str, Any]]]:
    """All responses of the domain, by name."""
    found: dict[str, list[dict[str, Any]]] = {}
    for file in sorted((ROOT / "bot" / "domain").glob("*.yml")):
        found |= yaml.safe_load(file.read_text("utf-8")).get("responses") or {}
    return found


def variants(name: str, channel: str | None) -> list[dict[str, Any]]:
    return [variant for variant in responses()[name] if variant.get("channel") == channel]


def payloads(variant: dict[str, Any]) -> set[str]:
    return {button["payload"] for button in variant.get("buttons") or []}


NAMES = sorted(responses())


@pytest.mark.parametrize("name", NAMES)
def test_a_response_has_a_wording_for_every_channel(name: str) -> None:
    for channel in (None, "sms", "phone"):
        assert variants(name, channel), f"{name} lacks {channel or 'the chat'}"


@pytest.mark.parametrize("name", NAMES)
def test_a_text_message_is_short(name: str) -> None:
    for variant in variants(name, "sms"):
        assert len(re.sub(r"\{\w+\}", "", variant["text"])) <= SMS_LONGEST


@pytest.mark.parametrize("name", NAMES)
def test_what_is_heard_needs_no_eyes(name: str) -> None:
    for variant in variants(name, "phone"):
        assert not FOR_EYES.search(variant["text"]), variant["text"]
        assert len(payloads(variant)) <= KEYS


@pytest.mark.parametrize("name", NAMES)
def test_every_channel_offers_choices_where_the_chat_does(name: str) -> None:
    offered = set().union(*(payloads(variant) for variant in variants(name, None)))
    for channel in ("sms", "phone"):
        for variant in variants(name, channel):
            assert bool(payloads(variant)) == bool(offered) and payloads(variant) <= offered
