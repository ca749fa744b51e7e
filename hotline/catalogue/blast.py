"""The blast radius of a version: what citizens would be told otherwise than now, before it goes live.

Three questions to both lookups: do the utterances of the test sets still get the same answer, are the items
that were found still found, and are items still found by the wordings they have now? The last is asked of the
items that change and of their neighbours, since only there can it become worse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hotline.catalogue.catalogue import Catalogue, Item
from hotline.catalogue.changes import Change, Difference, compare
from hotline.catalogue.encoders import Encoder, Vectors
from hotline.catalogue.lookup import Lookup
from hotline.catalogue.prepared import texts_of
from hotline.catalogue.results import LookupResult
from hotline.vocabulary import Decision

RANKS = 3  # an item counts as found among so many
MOST_WORDINGS = 1500  # of changed items and their neighbours; 80 ms each
NEIGHBOURS = 3  # items near a new wording whose own wordings are tried


@dataclass(frozen=True)
class Probe:
    """One utterance to try."""

    name: str  # E001, or 说法 for a wording of the catalogue
    text: str  # what the citizen says
    accepts: Callable[[Item], bool] | None  # whether an item is right; None: no item is


@dataclass(frozen=True)
class Shift:
    """An utterance whose answer changes."""

    probe: Probe
    before: LookupResult
    after: LookupResult

    @property
    def verdict(self) -> str:
        """变好, 变差, or 变了 where the one answer serves as well as the other."""
        was, now = _grade(self.probe, self.before), _grade(self.probe, self.after)
        return "变了" if was == now else ("变好" if now > was else "变差")

    @property
    def is_loss(self) -> bool:
        """Whether the utterance had its right answer, at once or among the choices, and has it no more."""
        return _grade(self.probe, self.before) > 0 and _grade(self.probe, self.after) == 0


@dataclass(frozen=True)
class Loss:
    """An item that is found less often."""

    code: str
    name: str
    before: int  # utterances that found it among the first three
    after: int
    of: int  # utterances that mean it
    texts: tuple[str, ...]  # those that find it no more


@dataclass(frozen=True)
class Blast:
    """The whole report."""

    difference: Difference
    tried: int  # utterances of the test sets
    wordings: int  # wordings of the catalogue
    left_out: int  # wordings that were not tried, to end in time
    shifts: list[Shift]
    losses: list[Loss]

    @property
    def worse(self) -> int:
        """Utterances whose answer serves less well than before."""
        return sum(shift.verdict == "变差" for shift in self.shifts)


class Remembering:
    """An encoder that encodes each text once, since two lookups are asked the same."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.size, self.quick = encoder.name, encoder.size, encoder.quick
        self._encoder = encoder
        self._rows: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text."""
        new = [text for text in dict.fromkeys(texts) if text not in self._rows]
        if new:
            self._rows.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._rows[text] for text in texts])


def remember_encodings(lookup: Lookup) -> None:
    """For a process that only compares: this lookup, and one that takes its encoders, encode a text once."""
    for view in lookup.views:
        if not isinstance(view.store.encoder, Remembering):
            view.store.encoder = Remembering(view.store.encoder)


def blast_radius(
    live: Lookup, candidate: Lookup, probes: Sequence[Probe], progress: Callable[[int], None] = lambda _: None
) -> Blast:
    """Compare both lookups on the probes and on the wordings near what changes.

    `progress` is called with 1 for every utterance tried.
    """
    difference = compare(live.catalogue, candidate.catalogue)
    wordings = list(_wordings(live, difference))
    chosen = wordings[:MOST_WORDINGS]
    shifts, found = [], _Found()
    for probe in [*probes, *chosen]:
        before, after = live.find(probe.text), candidate.find(probe.text)
        if _answer(before) != _answer(after) or _grade(probe, before) != _grade(probe, after):
            shifts.append(Shift(probe, before, after))
        found.count(probe, live.catalogue, before, after)
        progress(1)
    left_out = len(wordings) - len(chosen)
    return Blast(difference, len(probes), len(chosen), left_out, shifts, found.losses())


def _wordings(live: Lookup, difference: Difference) -> Iterator[Probe]:
    """The live wordings of items that change or go, and of the items near to what is new."""
    affected = {item.code: item for item in difference.removed}
    heard_otherwise = [change.before for change in difference.changed if _heard_otherwise(change)]
    affected |= {item.code: item for item in heard_otherwise}
    new = [text for item in difference.added for text in texts_of(item)]
    new += [text for change in difference.changed for text in change.aliases_added]
    for text in new[:MOST_WORDINGS]:
        for candidate in live.find(text, limit=NEIGHBOURS).candidates:
            affected.setdefault(candidate.code, candidate.item)
    for item in affected.values():
        for text in texts_of(item):
            yield Probe("说法", text, _is(item))


def _heard_otherwise(change: Change) -> bool:
    return bool(change.aliases_added or change.aliases_removed or {"name", "parent"} & change.fields.keys())


def _is(item: Item) -> Callable[[Item], bool]:
    return lambda other: other.code == item.code


def _answer(result: LookupResult) -> tuple[Decision, str | None]:
    """What the citizen notices: the decision, and the first item unless there is none."""
    if result.decision is Decision.REJECT:
        return result.decision, None
    return result.decision, result.candidates[0].code if result.candidates else None


def _grade(probe: Probe, result: LookupResult) -> int:
    """How well the answer serves: 2 right at once, 1 right among the choices asked about, 0 not."""
    if probe.accepts is None or result.decision is Decision.REJECT or not result.candidates:
        return 2 * (result.decision is Decision.REJECT and probe.accepts is None)
    if result.decision is Decision.COMMIT:
        return 2 * probe.accepts(result.candidates[0].item)
    return int(any(probe.accepts(candidate.item) for candidate in result.candidates[:RANKS]))


class _Found:
    """Counts for each item which utterances that mean it find it, before and after."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = {}
        self._names: dict[str, str] = {}
        self._lost: dict[str, list[str]] = {}

    def count(self, probe: Probe, catalogue: Catalogue, before: LookupResult, after: LookupResult) -> None:
        """One utterance; items count that are right and were among the first three of either lookup."""
        if probe.accepts is None:
            return
        was, now = _codes(before, probe), _codes(after, probe)
        for code, name in (was | now).items():
            item = catalogue.get(code)
            if item is None:
                continue  # new: it cannot lose
            counts = self._counts.setdefault(code, [0, 0, 0])
            counts[0] += code in was
            counts[1] += code in now
            counts[2] += 1
            self._names[code] = name
            if code in was and code not in now:
                self._lost.setdefault(code, []).append(probe.text)

    def losses(self) -> list[Loss]:
        """The items that lose, the heaviest loss first."""
        lost = [
            Loss(code, self._names[code], before, after, of, tuple(self._lost.get(code, ())))
            for code, (before, after, of) in self._counts.items()
            if after < before
        ]
        return sorted(lost, key=lambda loss: (loss.after - loss.before, loss.code))


def _codes(result: LookupResult, probe: Probe) -> dict[str, str]:
    accepts = probe.accepts
    shown: Iterable[Item] = (candidate.item for candidate in result.candidates[:RANKS])
    return {item.code: item.name for item in shown if accepts is not None and accepts(item)}
