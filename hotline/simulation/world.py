"""The modelled world: when and where citizens order, when runners work, and what they answer.

Nothing here was observed. Towns, villages and the size of the team are the real ones; every rate, time and
distance is an assumption, written beside its name, and the same for all ways of dispatch that are compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from hotline.clock import LOCAL
from hotline.divisions import Division, Divisions
from hotline.duty import works_at
from hotline.orders import ErrandRequest
from hotline.runners import sample_roster
from hotline.store.schema import Runner
from hotline.vocabulary import HelpKind, RunnerKind

FIRST_DAY = datetime(2026, 3, 2, tzinfo=LOCAL)  # a Monday
OPENS, CLOSES = 8.0, 18.0  # hours of the day in which orders come
RAINY, MARKET, STREETS = 0.3, 2.0, 2.5  # share of rainy days; demand on a market day; demand of a subdistrict
NO_VILLAGE, NO_PLACE = 0.15, 0.05  # orders that name only the town, or nothing
SLOT = timedelta(minutes=30)  # for so long a runner's page stays open or closed
SICK, SICK_IN_RAIN = 0.03, 0.05  # runners who stay at home that day
OPEN_PAGE_FULL_TIME = 0.95  # share of the time on duty with the page open; part-timers: Beta(4, 2)
YES = {"village": 0.85, "town": 0.75, "district": 0.9}  # who would take the order, by nearness
NOT_IN_RAIN, NOT_TODAY = 0.15, 0.1  # fewer part-timers say yes in rain, and for a wish of the same day
REACH, THINK, SPREAD = 12.0, 12.0, 0.5  # page open: seconds to see it, then log-normal (median, sigma)
RING, CALL_BACK, CALL_SPREAD, NEVER = 40.0, 60.0, 0.6, 0.3  # page closed: the same, and who never answers
KILOMETRES = {"village": 1.5, "town": 6.0, "district": 14.0}  # to the door: a model, not measured
ZONES = ("police", "social_security", "health", "civil", "property", "utilities", "business", "rural")
HOURS = (
    "1-5 08:00-12:00", "1-5 08:00-12:00", "1-5 14:00-18:00", "1-7 08:00-18:00", "1-5 08:00-18:00",
    "1 08:00-18:00;3 08:00-18:00;5 08:00-18:00", "2 08:00-18:00;4 08:00-18:00;6 08:00-18:00",
)  # fmt: skip
FULL_TIME_HOURS = "1-5 08:00-18:00"


@dataclass(frozen=True)
class Day:
    """One working day."""

    date: datetime  # its midnight in Sichuan
    rain: bool
    sick: frozenset[int]  # positions in the roster


@dataclass(frozen=True)
class Errand:
    """One order that will be placed."""

    index: int
    at: datetime
    due: datetime  # when it may be offered first: at once, or some days before an appointment
    village: str  # division code, or empty
    town: str  # division code, or empty
    today: bool  # the wish is for the same day
    rain: bool
    request: ErrandRequest
    carry: timedelta  # from the pickup to the delivery


@dataclass(frozen=True)
class Answer:
    """What a runner makes of an offer."""

    yes: bool
    seconds: float  # until the answer; infinite: never


@dataclass
class World:
    """Demand, roster and answers for one seed; the same question always gets the same answer."""

    divisions: Divisions
    seed: int
    days: int
    orders_a_day: float
    ahead: timedelta  # how long before its wish an appointment is offered
    roster: list[Runner] = field(init=False)
    calendar: list[Day] = field(init=False)
    errands: list[Errand] = field(init=False)

    def __post_init__(self) -> None:
        chance = np.random.default_rng([self.seed, 1])
        self.roster = sample_roster(self.divisions)
        for runner in self.roster:
            full_time = runner.kind is RunnerKind.FULL_TIME
            runner.hours = FULL_TIME_HOURS if full_time else str(chance.choice(HOURS))
        self.position = {runner.number: place for place, runner in enumerate(self.roster)}
        self.villages = np.array([runner.village for runner in self.roster])
        self.towns = np.array([runner.township for runner in self.roster])
        self.part_time = np.array([runner.kind is RunnerKind.PART_TIME for runner in self.roster])
        self.open_page = np.where(self.part_time, chance.beta(4, 2, len(self.roster)), OPEN_PAGE_FULL_TIME)
        self.calendar = self._calendar(chance)
        self.errands = self._errands(chance)

    def _calendar(self, chance: np.random.Generator) -> list[Day]:
        days: list[Day] = []
        date = FIRST_DAY
        while len(days) < self.days:
            if date.weekday() < 5:
                rain = bool(chance.random() < RAINY)
                sick = chance.random(len(self.roster)) < (SICK_IN_RAIN if rain else SICK)
                days.append(Day(date, rain, frozenset(np.flatnonzero(sick).tolist())))
            date += timedelta(days=1)
        return days

    def _errands(self, chance: np.random.Generator) -> list[Errand]:
        popular = {village.code: (1 + rank) ** -0.7 for town in self.divisions.townships
                   for rank, village in enumerate(self.divisions.villages_of(town.code))}  # fmt: skip
        errands: list[Errand] = []
        for day in self.calendar:
            weights = [self._demand(town, order, day) for order, town in enumerate(self.divisions.townships)]
            for hour in sorted(_hours(chance, int(chance.poisson(self.orders_a_day)))):
                town = _pick(chance, self.divisions.townships, weights)
                villages = self.divisions.villages_of(town.code)
                village = _pick(chance, villages, [popular[village.code] for village in villages])
                errands.append(self._errand(chance, len(errands), day, hour, town, village))
        return errands

    def _demand(self, town: Division, order: int, day: Day) -> float:
        """Towns by their villages; markets are modelled on three of ten days, by the day of the month."""
        market = day.date.day % 10 in ((1, 4, 7), (2, 5, 8), (3, 6, 9))[order % 3]
        weight = len(self.divisions.villages_of(town.code)) * (MARKET if market else 1.0)
        return weight * (STREETS if town.name.endswith("街道") else 1.0)

    def _errand(
        self, chance: np.random.Generator, index: int, day: Day, hour: float, town: Division, village: Division
    ) -> Errand:
        at, vague = day.date + timedelta(hours=hour), chance.random()
        place = "" if vague < NO_PLACE else town.code if vague < NO_PLACE + NO_VILLAGE else village.code
        ahead = float(chance.choice([0, 1, 1, 1, 1, 1, 4]))
        wish = at + timedelta(hours=3) if ahead < 1 else day.date + timedelta(days=ahead, hours=float(chance.integers(9, 16)))
        request = ErrandRequest(
            key=f"simulation:{index}", channel="web", applicant_name="王", contact_phone=f"139{index:08d}",
            item_code=None, item_name="模拟事项", zone=str(chance.choice(ZONES)), help=HelpKind.ASSIST,
            place_code=place, township=town.name if place else "", place_text=town.name,
            wish_from=wish, wish_to=wish + timedelta(minutes=30),
        )  # fmt: skip
        carry = timedelta(hours=float(chance.uniform(2, 6)))
        return Errand(index, at, max(at, wish - self.ahead), place, place[:9], ahead < 1, day.rain, request, carry)

    def is_present(self, moment: datetime) -> Any:
        """Whose page is open at this moment, on duty or not, by position in the roster."""
        slot = int(moment.timestamp() // SLOT.total_seconds())
        return _draws(self.seed, 3, slot, len(self.roster))[0] < self.open_page

    def answer(self, errand: Errand, runner: Runner, moment: datetime) -> Answer:
        """What this runner says to an offer of this errand at this moment."""
        place = self.position[runner.number]
        return Answer(bool(self.willing(errand)[place]), float(self.seconds(errand, moment)[place]))

    def willing(self, errand: Errand) -> Any:
        """Who would say yes, by position in the roster."""
        chance = np.array(list(YES.values()))[self.nearness(errand.village)]
        chance = chance - self.part_time * NOT_IN_RAIN * errand.rain - NOT_TODAY * errand.today
        return _draws(self.seed, 4, errand.index, len(self.roster))[0] < chance

    def seconds(self, errand: Errand, moment: datetime) -> Any:
        """How long everybody takes to answer an offer of this errand, by position in the roster."""
        never, normal = _draws(self.seed, 5, errand.index, len(self.roster))
        quick = REACH + THINK * np.exp(SPREAD * normal)
        slow = np.where(never < NEVER, np.inf, RING + CALL_BACK * np.exp(CALL_SPREAD * normal))
        return np.where(self.is_present(moment), quick, slow)

    def nearness(self, place: str) -> Any:
        """0 village, 1 town, 2 district: the keys of YES and KILOMETRES, by position in the roster."""
        same_village = (self.villages == place) & (self.villages != "")
        same_town = (self.towns == place[:9]) & (self.towns != "")
        return np.where(same_village, 0, np.where(same_town, 1, 2))

    def on_duty(self, moment: datetime) -> Any:
        """Who works at this moment and is not ill, by position in the roster."""
        midnight = moment.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
        sick = next((day.sick for day in self.calendar if day.date == midnight), frozenset())
        works = np.array([works_at(runner.hours, moment) for runner in self.roster])
        works[list(sick)] = False
        return works

    def serves(self, errand: Errand) -> Any:
        """Who serves the errand's town, by position in the roster."""
        return (self.towns == "") | ((self.towns == errand.town) & bool(errand.town))


def _hours(chance: np.random.Generator, count: int) -> list[float]:
    """Hours of the day of so many orders: a peak in the morning, a lower one after the midday rest."""
    kinds = chance.choice(3, size=count, p=[0.45, 0.25, 0.3])
    peaks = np.stack([chance.normal(9.5, 0.7, count), chance.normal(14.75, 0.75, count), chance.uniform(OPENS, CLOSES, count)])
    return [float(hour) for hour in np.clip(peaks[kinds, np.arange(count)], OPENS, CLOSES - 0.01)]


def _pick(chance: np.random.Generator, things: list[Division], weights: list[float]) -> Division:
    shares = np.array(weights) / sum(weights)
    return things[int(chance.choice(len(things), p=shares))]


@lru_cache(maxsize=4096)
def _draws(seed: int, kind: int, index: int, count: int) -> Any:
    """A uniform and a normal draw for each runner, always the same for the same question."""
    chance = np.random.default_rng([seed, kind, index])
    return chance.random(count), chance.standard_normal(count)
