"""Puts the details that the parsers find into a message as entities: phone, time, place, name, order number.

The parsers are certain about what they say, so entities carry no confidence; no entity is ever learned,
since a whole Chinese sentence easily becomes one (docs/decisions). The last digits of a phone are no phone: they
are a `phone_tail`.
"""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.details import by_weight, find_details

ZONE = ZoneInfo("Asia/Shanghai")


def present(told: str | None = None) -> datetime:
    """Now in Sichuan: what the hall told with the message, else PAOTUAN_NOW (ISO 8601), else the clock."""
    fixed = told or os.environ.get("PAOTUAN_NOW")
    return datetime.fromisoformat(fixed).astimezone(ZONE) if fixed else datetime.now(ZONE)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DetailExtractor(GraphComponent, EntityExtractorMixin):
    """The parsers of `bot/components/` as one component of the pipeline."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DetailExtractor:
        """Nothing to configure."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add what the parsers find; entities of a pressed button stay."""
        for message in messages:
            now, text = present((message.get("metadata") or {}).get("now")), message.get(TEXT) or ""
            found = [self._entity(detail) for detail in by_weight(find_details(text, now=now), text)]
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def _entity(self, detail: Any) -> dict[str, Any]:
        return {
            "entity": "phone_tail" if "tail" in detail.extra else detail.kind,
            "value": detail.value,
            "text": detail.text,
            "start": detail.start,
            "end": detail.end,
            "extra": detail.extra,
            "extractor": "DetailExtractor",
        }
