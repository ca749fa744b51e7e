"""Accepted aliases on their way to the live catalogue: checked, evaluated, and put live only if nothing is lost.

They are weighed against the utterances of the evaluation sets and the wordings of the items near by. One that
makes any of them lose its right answer is refused with the reason, unless a person forced it. It takes a
minute or more, so it runs in a process of its own, and all that wait are first tried together.
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
from hotline.vocabulary import Decision, ProposalSource

MOST_TOLD = 20  # lost utterances in a report
PASSED, FORCED = "评测过了，已启用。", "按要求启用，没有看评测。"
Progress = Callable[[int], None]  # is told how many more utterances were tried


@dataclass(frozen=True)
class Verdict:
    """What became of one proposal."""

    proposal: AliasProposal
    version: int | None  # that brought it; None: it was refused
    report: str  # why, in Chinese


def review(
    hall: Hall, proposals: Sequence[AliasProposal], probes: Sequence[Probe], progress: Progress = lambda _: None
) -> list[Verdict]:
    """Bring claimed proposals live: together if they pass, else one by one, so that none is blamed for another."""
    hall.switch_version()  # somebody else may have changed the catalogue meanwhile
    refusal = _weigh(hall, proposals, probes, progress)
    if refusal and len(proposals) > 1:
        return [verdict for one in proposals for verdict in review(hall, [one], probes, progress)]
    with hall.database.begin() as session:
        verdicts = _refuse(proposals, refusal) if refusal else _put_live(hall, session, proposals)
        for verdict in verdicts:
            hall.proposals.settle(session, verdict.proposal.id, version=verdict.version, report=verdict.report)
    return verdicts


def _weigh(hall: Hall, proposals: Sequence[AliasProposal], probes: Sequence[Probe], progress: Progress) -> str:
    """Why these may not go live; empty when they may."""
    try:
        candidate = with_aliases(hall.catalogue, proposals)
    except CatalogueFault as fault:
        return fault.wording
    if faults := check_catalogue(candidate, hall.bundles):
        return "\n".join(faults[:MOST_TOLD])
    if all(one.forced for one in proposals):
        return ""
    remember_encodings(hall.lookup)
    if doubt := "".join(_doubt(hall, one) for one in proposals):
        return doubt
    lookup = open_version(candidate, hall.settings.data_dir / "cache", before=hall.lookup)
    lost = [shift for shift in blast_radius(hall.lookup, lookup, probes, progress).shifts if shift.is_loss]
    return f"换上以后有{len(lost)}句话得不到对的答案：{_named(lost)}。" if lost else ""


def _doubt(hall: Hall, proposal: AliasProposal) -> str:
    """A slip of the citizen's finger: the wording is sure to mean another item, as things stand.

    Staff may say so all the same: correcting a sure answer is what their word is for.
    """
    if proposal.forced or proposal.source is ProposalSource.STAFF:
        return ""
    now = hall.lookup.find(proposal.text)
    if now.decision is not Decision.COMMIT or now.candidates[0].code == proposal.item_code:
        return ""
    return f"“{proposal.text}”现在肯定地答“{now.candidates[0].item.name}”，可能是市民点错了；真要改，请强制启用。"


def _named(lost: Sequence[Shift]) -> str:
    return "；".join(f"{shift.probe.name}“{shift.probe.text}”" for shift in lost[:MOST_TOLD])


def _refuse(proposals: Sequence[AliasProposal], why: str) -> list[Verdict]:
    return [Verdict(one, None, why) for one in proposals]


def _put_live(hall: Hall, session: Session, proposals: Sequence[AliasProposal]) -> list[Verdict]:
    """A live version with the wordings, made from what is live at this moment."""
    files, number = hall.read_files(), hall.versions.live_number(session)
    live = hall.versions.read(session, number) if number else files
    try:
        wanted = with_aliases(live, proposals)
        items = [item for code in dict.fromkeys(one.item_code for one in proposals) if (item := wanted.get(code))]
        note = f"新说法：{'；'.join(one.text for one in proposals)}"
        hall.versions.amend(session, files, hall.bundles, items, by=proposals[0].decided_by, note=note)
    except CatalogueFault as fault:
        return _refuse(proposals, fault.wording)
    version = hall.versions.live_number(session)
    return [Verdict(one, version, FORCED if one.forced else PASSED) for one in proposals]


def with_aliases(catalogue: Catalogue, proposals: Sequence[AliasProposal]) -> Catalogue:
    """The catalogue in which the items have these wordings; raises CatalogueFault when an item is gone."""
    for proposal in proposals:
        catalogue = catalogue.with_items([_extended(catalogue, proposal)])
    return catalogue


def _extended(catalogue: Catalogue, proposal: AliasProposal) -> Item:
    item = catalogue.get(proposal.item_code)
    if item is None:
        raise CatalogueFault(f"编码{proposal.item_code}不在目录里了。")
    return replace(item, aliases=tuple(dict.fromkeys((*item.aliases, proposal.text))))
