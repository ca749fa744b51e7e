"""Accepted aliases on their way to the live catalogue: checked, evaluated, and put live only if nothing is lost.

Each is weighed against the utterances of the evaluation sets and the wordings of the items near by. One that
makes any of them lose its right answer is refused with the reason, unless a person forced it. It takes a
minute or more, so it runs in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from hotline.catalogue.blast import Probe, Shift, blast_radius, remember_encodings
from hotline.catalogue.catalogue import Catalogue, Item
from hotline.catalogue.check import check_catalogue
from hotline.catalogue.live import open_version
from hotline.errors import CatalogueFault
from hotline.hall import Hall
from hotline.store.proposals import AliasProposal

MOST_TOLD = 20  # lost utterances in a report


@dataclass(frozen=True)
class Verdict:
    """What became of one proposal."""

    proposal: AliasProposal
    version: int | None  # that brought it; None: it was refused
    report: str  # why, in Chinese


def review(
    hall: Hall, proposals: Sequence[AliasProposal], probes: Sequence[Probe], progress: Callable[[int], None] = lambda _: None
) -> list[Verdict]:
    """Bring claimed proposals live, one after the other: what one breaks is not blamed on another."""
    remember_encodings(hall.lookup)
    return [_review_one(hall, proposal, probes, progress) for proposal in proposals]


def _review_one(
    hall: Hall, proposal: AliasProposal, probes: Sequence[Probe], progress: Callable[[int], None]
) -> Verdict:
    hall.switch_version()  # somebody else may have changed the catalogue meanwhile
    verdict = _weigh(hall, proposal, probes, progress)
    with hall.database.begin() as session:
        if verdict is None:
            verdict = _put_live(hall, session, proposal)
        hall.proposals.settle(session, proposal.id, version=verdict.version, report=verdict.report)
    return verdict


def _put_live(hall: Hall, session: Session, proposal: AliasProposal) -> Verdict:
    """A live version with the wording, made from what is live at this moment."""
    files, number = hall.read_files(), hall.versions.live_number(session)
    live = hall.versions.read(session, number) if number else files
    try:
        item = _extended(live, proposal)
        note = f"新说法“{proposal.text}”：{item.name}"
        hall.versions.amend(session, files, hall.bundles, [item], by=proposal.decided_by, note=note)
    except CatalogueFault as fault:
        return Verdict(proposal, None, fault.wording)
    version = hall.versions.live_number(session)
    return Verdict(proposal, version, "评测过了，已启用。" if not proposal.forced else "按要求启用，没有看评测。")


def _weigh(
    hall: Hall, proposal: AliasProposal, probes: Sequence[Probe], progress: Callable[[int], None]
) -> Verdict | None:
    """The refusal, or None when the wording may go live."""
    try:
        candidate = with_alias(hall.catalogue, proposal)
    except CatalogueFault as fault:
        return Verdict(proposal, None, fault.wording)
    if faults := check_catalogue(candidate, hall.bundles):
        return Verdict(proposal, None, "\n".join(faults[:MOST_TOLD]))
    if proposal.forced:
        return None
    lookup = open_version(candidate, hall.settings.data_dir / "cache", before=hall.lookup)
    lost = [shift for shift in blast_radius(hall.lookup, lookup, probes, progress).shifts if shift.is_loss]
    if lost:
        return Verdict(proposal, None, f"换上以后有{len(lost)}句话得不到对的答案：{_named(lost)}。")
    return None


def _named(lost: Sequence[Shift]) -> str:
    return "；".join(f"{shift.probe.name}“{shift.probe.text}”" for shift in lost[:MOST_TOLD])


def with_alias(catalogue: Catalogue, proposal: AliasProposal) -> Catalogue:
    """The catalogue in which the item has the wording; raises CatalogueFault when there is no such item."""
    return catalogue.with_items([_extended(catalogue, proposal)])


def _extended(catalogue: Catalogue, proposal: AliasProposal) -> Item:
    item = catalogue.get(proposal.item_code)
    if item is None:
        raise CatalogueFault(f"编码{proposal.item_code}不在目录里了。")
    return replace(item, aliases=tuple(dict.fromkeys((*item.aliases, proposal.text))))
