"""Who may take an order, in which order they are asked, and how many at once; every decision has a reason.

Preference comes first: whom the citizen asked for, then the own village, the town, the district; for
enterprises full-time runners. Fairness is among those whom preference leaves equal: see `Member.share`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hotline.store.schema import ErrandOrder
from hotline.team import Member, Team, is_in_park
from hotline.vocabulary import ApplicantKind, RunnerKind, TeamLevel, Verdict

VILLAGE, TOWN, DISTRICT, ELSEWHERE, PARK = range(5)  # nearness
NEAR = ("同村", "同镇", "区级队", "外镇", "园区队")
STEPS = (0, 1, 2, 3, 0)  # how far away each is: in the park its own team is as near as a village's
_ENTERPRISE = re.compile(r"(公司|厂|店|合作社|工作室|商行|经营部|企业|中心|超市|农场)$")


@dataclass(frozen=True)
class Candidate:
    """A runner who may take the order, with what decides about the rank."""

    runner: Member
    nearness: int  # VILLAGE … PARK
    knows_zone: bool | None  # None: knows them all alike
    wanted: bool  # the citizen asked for this runner
    fits_kind: bool  # False: part-time, and the order is an enterprise's

    @property
    def distance(self) -> int:
        """Steps away from the citizen: 0 is the own village, or the own team of the park."""
        return STEPS[self.nearness]

    @property
    def preference(self) -> tuple[bool, bool, int]:
        """Candidates of the same preference are equals; smaller comes first."""
        return (not self.wanted, not self.fits_kind, self.distance + (self.knows_zone is False))

    @property
    def rank(self) -> tuple[Any, ...]:
        """Smaller comes first: preference, share of offers, an open page, load, then who waited longest."""
        runner = self.runner
        waited = runner.offered_at.timestamp() if runner.offered_at else 0.0
        return (*self.preference, runner.share, not runner.present, runner.load, waited, runner.id)

    @property
    def reasons(self) -> list[str]:
        """The reasons of the rank, as people read them."""
        return reasons_of(self.as_row())

    def as_row(self) -> list[Any]:
        """What is kept of the consideration: number, then what `reasons_of` reads."""
        runner, zone = self.runner, {None: 0, True: 1, False: 2}[self.knows_zone]
        flags = int(self.wanted) + 2 * int(runner.present) + 4 * int(runner.kind is RunnerKind.FULL_TIME)
        return [runner.number, self.nearness, flags, runner.load, zone, runner.offers, round(runner.hours)]


def reasons_of(row: Sequence[Any]) -> list[str]:
    """The reasons behind a row of `as_row`: 同村, 兼职, 在线, 手上0单, 本月派过2次（值班40小时）."""
    _, nearness, flags, load, zone, offers, hours = row
    reasons = ["市民点名"] if flags & 1 else []
    kind = RunnerKind.FULL_TIME if flags & 4 else RunnerKind.PART_TIME
    reasons += [NEAR[nearness], kind.label, "在线" if flags & 2 else "值班", f"手上{load}单"]
    if zone:
        reasons.append("熟悉本专区" if zone == 1 else "不熟本专区")
    return [*reasons, f"本月派过{offers}次（值班{hours}小时）"]


@dataclass
class Consideration:
    """Everybody who was considered for one order: who may take it, best first, and why the others may not."""

    ranked: list[Candidate] = field(default_factory=list)
    out: dict[Verdict, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def may_come(self) -> bool:
        """Whether somebody only looks at another offer now, and may be asked in a moment."""
        return bool(self.out.get(Verdict.BUSY))


@dataclass(frozen=True)
class Exclusions:
    """The runners who must not get one order, by id."""

    asked: frozenset[int] = frozenset()
    interested: frozenset[int] = frozenset()
    complained: frozenset[int] = frozenset()


def consider(order: ErrandOrder, team: Team, exclusions: Exclusions) -> Consideration:
    """Judge everybody who serves the order's town, and the runner whom the citizen asked for."""
    found, members = Consideration(), team.of(order)
    wanted = team.by_id.get(order.wanted_runner_id or 0)
    if wanted and wanted not in members:
        members = [wanted, *members]
    for_enterprise = is_for_enterprise(order)
    for member in members:
        verdict = _verdict(order, member, exclusions)
        if verdict is None:
            found.ranked.append(_candidate(order, member, for_enterprise))
        else:
            found.out[verdict].append(member.number)
    found.ranked.sort(key=lambda candidate: candidate.rank)
    return found


def _verdict(order: ErrandOrder, member: Member, exclusions: Exclusions) -> Verdict | None:
    """Why the runner may not be asked; off duty always wins, whoever has the page open."""
    if not member.on_duty:
        return Verdict.OFF_DUTY
    if not member.in_hours:
        return Verdict.OUT_OF_HOURS
    if member.id in exclusions.asked:
        return Verdict.ASKED
    if member.id in exclusions.interested or _is_same_person(order, member):
        return Verdict.INTEREST
    if member.id in exclusions.complained:
        return Verdict.COMPLAINED
    if member.load >= member.load_limit:
        return Verdict.FULL
    return Verdict.BUSY if member.busy else None


def _is_same_person(order: ErrandOrder, member: Member) -> bool:
    return member.phone == order.contact_phone or (
        len(order.applicant_name) > 1 and member.name == order.applicant_name
    )


def _candidate(order: ErrandOrder, member: Member, for_enterprise: bool) -> Candidate:
    knows = order.zone in member.zones if member.zones else None
    fits = member.kind is RunnerKind.FULL_TIME or not for_enterprise
    return Candidate(member, _nearness(order, member), knows, member.id == order.wanted_runner_id, fits)


def _nearness(order: ErrandOrder, member: Member) -> int:
    if member.team is TeamLevel.PARK:
        return PARK if is_in_park(order) else ELSEWHERE
    if member.village and member.village == order.place_code:
        return VILLAGE
    if member.township and member.township == order.place_code[:9]:
        return TOWN
    return DISTRICT if member.team is TeamLevel.DISTRICT else ELSEWHERE


def is_for_enterprise(order: ErrandOrder) -> bool:
    """Whether the applicant is an enterprise, as the form or the item says; else as far as the name tells."""
    if order.applicant_kind is not None:
        return order.applicant_kind is ApplicantKind.ENTERPRISE
    return bool(_ENTERPRISE.search(order.applicant_name))


@dataclass(frozen=True)
class Preferred:
    """Our way of asking: the best few at once when many are free, one at a time when few are."""

    size: int  # at most so many at once
    head_start: timedelta | None  # then the next are asked as well, while the first still think

    def wave(self, ranked: list[Candidate]) -> list[Candidate]:
        """Whom to ask now, of those who may take the order, best first.

        Only runners whose page is open are asked together, since the others are called one by one; and
        never more than half of those who are free in town, so that the next order finds somebody, too.
        Whom the citizen asked for is asked alone, and an enterprise's order goes to full-time runners first.
        """
        first = ranked[0]
        if first.wanted:
            return [first]
        present = [candidate for candidate in ranked if candidate.runner.present]
        at_once = max(1, min(self.size, len(present) // 2))
        asked = [candidate for candidate in present if candidate.fits_kind == first.fits_kind][:at_once]
        if not first.runner.present:
            asked.insert(0, first)  # the one who is due is asked, even if the page is closed
        return asked
