"""The report before a version goes live: whose answer changes, and who is found no more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hotline.catalogue.blast import Probe, blast_radius
from hotline.catalogue.catalogue import Catalogue
from hotline.catalogue.live import open_version
from hotline.catalogue.lookup import Lookup
from hotline.profile import HallProfile
from tests.catalogue.little import TinyEncoder, little, with_aliases

PROBES = [
    Probe("E1", "扯结婚证", lambda item: item.name == "结婚登记"),
    Probe("E2", "身份证掉了", lambda item: "身份证" in item.name),
    Probe("E3", "给娃儿上户口", lambda item: item.name == "出生登记"),
]


def opened(catalogue: Catalogue, folder: Path) -> Lookup:
    return open_version(catalogue, folder / "cache", encoders=[TinyEncoder()])


def test_the_same_version_has_no_effect(catalogue: Catalogue, tmp_path: Path) -> None:
    lookup = opened(catalogue, tmp_path)
    report = blast_radius(lookup, lookup, PROBES)
    assert (report.tried, report.wordings, report.shifts, report.losses) == (3, 0, [], [])


def test_an_item_that_goes_takes_its_answers_along(
    catalogue: Catalogue, tmp_path: Path, profile: HallProfile
) -> None:
    without = Catalogue([item for item in catalogue if item.name != "结婚登记"], profile)
    report = blast_radius(opened(catalogue, tmp_path), opened(without, tmp_path), PROBES)
    assert "E1" in {shift.probe.name for shift in report.shifts if shift.verdict == "变差"}
    assert "070001" in {loss.code for loss in report.losses}
    (loss,) = [loss for loss in report.losses if loss.code == "070001"]
    assert loss.after == 0 and "扯结婚证" in loss.texts


def test_a_wording_given_to_another_item_is_told(
    catalogue: Catalogue, tmp_path: Path, profile: HallProfile
) -> None:
    thief = replace(catalogue.items[0], aliases=("扯结婚证", "领结婚证的", "结婚证扯一个"))
    changed = little(profile, thief, with_aliases(catalogue, "070001", "两口子扯证", "办喜事", "成家"))
    report = blast_radius(opened(catalogue, tmp_path), opened(changed, tmp_path), PROBES)
    assert [s.verdict for s in report.shifts if s.probe.name == "E1"] == ["变差"]
    assert report.worse >= 1 and report.wordings >= 8


def test_a_better_answer_is_called_better(catalogue: Catalogue, tmp_path: Path, profile: HallProfile) -> None:
    probe = Probe("E9", "办酒席扯红本本", lambda item: item.name == "结婚登记")
    better = little(profile, with_aliases(catalogue, "070001", *catalogue.items[3].aliases, "办酒席扯红本本"))
    live = opened(catalogue, tmp_path)
    report = blast_radius(live, opened(better, tmp_path), [probe])
    assert {shift.verdict for shift in report.shifts if shift.probe.name == "E9"} <= {"变好"}
    assert not [loss for loss in report.losses if loss.code == "070001"]


def test_progress_counts_every_utterance(catalogue: Catalogue, tmp_path: Path) -> None:
    counted: list[int] = []
    lookup = opened(catalogue, tmp_path)
    blast_radius(lookup, lookup, PROBES, counted.append)
    assert sum(counted) == 3
