"""Puts the details that parsers and tagger find into a message as entities: phone, time, place, name, order number.

No item is ever an entity, since a whole Chinese sentence easily becomes one (docs/decisions). The last digits of a
phone are no phone: they are a `phone_tail`.
"""

from __future__ import annotations

import hashlib
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
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.annotated import FOLDER, read_marked
from bot.components.tagger import Tagger, train
from bot.components.together import details_of

ZONE = ZoneInfo("Asia/Shanghai")
LEARNT = "tagger.crfsuite"


def present(told: str | None = None) -> datetime:
    """Now in Sichuan: what the hall told with the message, else PAOTUAN_NOW (ISO 8601), else the clock."""
    fixed = told or os.environ.get("PAOTUAN_NOW")
    return datetime.fromisoformat(fixed).astimezone(ZONE) if fixed else datetime.now(ZONE)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class DetailExtractor(GraphComponent, EntityExtractorMixin):
    """The parsers of `bot/components/` and the tagger beside them, as one component of the pipeline."""

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        self._storage, self._resource = storage, resource
        self._tagger: Tagger | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DetailExtractor:
        """Nothing to configure; until it is trained, the parsers are alone."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DetailExtractor:
        """With the tagger that was trained."""
        component = cls(model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._tagger = Tagger(folder / LEARNT)
        component._tagger.spans("柳林镇")  # words and names are read now, so that nobody waits for it
        return component

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Changes with the marked sentences, of which Rasa knows nothing."""
        files = [file.read_bytes() for file in sorted(FOLDER.glob("*.tsv"))]
        return hashlib.sha256(b"".join(files)).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Let the tagger learn from the marked sentences; the training data mark none."""
        with self._storage.write_to(self._resource) as folder:
            train(read_marked(), folder / LEARNT)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add what the parsers find; entities of a pressed button stay."""
        for message in messages:
            now, text = present((message.get("metadata") or {}).get("now")), message.get(TEXT) or ""
            found = [self._entity(detail) for detail in details_of(text, now=now, tagger=self._tagger)]
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
