"""Gives a message that is nothing but a command (等哈, 重来, 上一步, an emoji) its own intent."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.command_words import command_in


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CommandClassifier(IntentClassifier, GraphComponent):
    """Overrules what was learned, for the few sentences about which there is no doubt."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CommandClassifier:
        """Nothing to configure."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of each message that is a command."""
        for message in messages:
            command = command_in(message.get(TEXT) or "x")
            if command:
                certain = {"name": command, "confidence": 1.0}
                message.set(INTENT, certain, add_to_output=True)
                ranking = [entry for entry in message.get("intent_ranking") or [] if entry["name"] != command]
                message.set("intent_ranking", [certain, *ranking], add_to_output=True)
        return messages
