"""Ways of dispatch to compare with: what simple systems do, one runner after the other."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta

from hotline.ranking import Candidate


@dataclass
class OneByOne:
    """Asks one runner, and the next only after a no or when the time to think is over."""

    head_start: timedelta | None = None


@dataclass
class FirstFree(OneByOne):
    """The first of the roster who is free."""

    def wave(self, ranked: list[Candidate]) -> list[Candidate]:
        """The one with the smallest number."""
        return [min(ranked, key=lambda candidate: candidate.runner.number)]


@dataclass
class NearestFirst(OneByOne):
    """The nearest who is free: own village, own town, district; of the equally near the first of the roster."""

    def wave(self, ranked: list[Candidate]) -> list[Candidate]:
        """The one who is nearest."""
        return [min(ranked, key=lambda candidate: (candidate.distance, candidate.runner.number))]


@dataclass
class Anybody(OneByOne):
    """Any who is free, by chance."""

    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def wave(self, ranked: list[Candidate]) -> list[Candidate]:
        """One by chance."""
        return [self.chance.choice(ranked)]
