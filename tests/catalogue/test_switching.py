"""A running hall takes another version over: without restart, whole, and while people are being answered."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from hotline import hall as hall_module
from hotline.catalogue.catalogue import Catalogue
from hotline.catalogue.live import open_version
from hotline.hall import Hall
from hotline.profile import HallProfile
from tests.catalogue.little import BUNDLES, TinyEncoder, little, with_aliases

QUESTION = "娃儿刚刚落地要报户"


@pytest.fixture
def running(hall: Hall, catalogue: Catalogue) -> Hall:
    """A hall in which version 1 is live, and version 2 knows one more way of asking for 出生登记."""
    better = little(hall.profile, with_aliases(catalogue, "030002", *catalogue.items[1].aliases, QUESTION))
    with hall.database.begin() as session:
        for one in (catalogue, better):
            hall.versions.add(session, one, BUNDLES, by="小李")
        hall.versions.go_live(session, 1, catalogue, BUNDLES, by="小李")
    return hall


def go_live(hall: Hall, number: int) -> None:
    with hall.database.begin() as session:
        hall.versions.go_live(session, number, hall.catalogue, BUNDLES, by="小李")


def evidence(hall: Hall) -> str:
    return hall.lookup.find(QUESTION).candidates[0].evidence


def test_another_live_version_is_swapped_in_whole(running: Hall) -> None:
    hall = running
    assert hall.knowledge.number == 1 and QUESTION not in evidence(hall)
    assert not hall.switch_version()
    before = hall.knowledge
    go_live(hall, 2)
    assert hall.switch_version() and not hall.switch_version()
    now = hall.knowledge
    assert now.number == 2 and QUESTION in evidence(hall)
    assert now.lookup.catalogue is now.guidance.catalogue is now.errand_desk.catalogue is now.catalogue
    assert before.lookup.catalogue is before.catalogue  # who still works with the old one is not disturbed
    assert now.errand_desk.attempts is before.errand_desk.attempts


def test_an_undo_is_followed_as_well(running: Hall) -> None:
    hall = running
    go_live(hall, 2)
    assert hall.switch_version() and hall.knowledge.number == 2
    with hall.database.begin() as session:
        hall.versions.undo(session, by="小李")
    assert hall.switch_version() and hall.knowledge.number == 1


def test_only_changed_texts_are_encoded(running: Hall) -> None:
    encoder = running.encoders[0] if running.encoders else None
    assert isinstance(encoder, TinyEncoder)
    running.knowledge.warm()
    encoder.encoded.clear()
    go_live(running, 2)
    assert running.switch_version()
    assert set(encoder.encoded) == {running.lookup.hear(QUESTION), running.lookup.hear("你好")}


def test_the_same_words_are_encoded_once_in_a_turn(running: Hall) -> None:
    encoder = running.encoders[0] if running.encoders else None
    assert isinstance(encoder, TinyEncoder) and running.lookup
    encoder.encoded.clear()
    first = running.lookup.find("身份证搞脱了咋个弄")
    again = running.lookup.find("身份证搞脱了咋个弄", context="030001")
    running.lookup.referral("身份证搞脱了咋个弄")
    assert len(encoder.encoded) == len(set(encoder.encoded)) > 0
    assert first.candidates[0].code == again.candidates[0].code


def test_the_fitted_classifiers_are_kept_for_the_next_start(
    running: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert running.lookup
    monkeypatch.setattr("hotline.catalogue.views.fit", lambda *_, **__: pytest.fail("fitted again"))
    encoder = TinyEncoder()
    again = open_version(running.catalogue, running.settings.data_dir / "cache", encoders=[encoder])
    assert encoder.encoded == []
    assert again.find("身份证掉了").candidates[0].code == "030001"


def test_lookups_go_on_while_the_version_is_swapped(running: Hall) -> None:
    hall, stop = running, Event()
    assert hall.lookup

    def ask() -> set[str]:
        codes = set()
        while not stop.is_set():
            codes.add(hall.lookup.find("给娃儿上户口").candidates[0].code)
        return codes

    with ThreadPoolExecutor(2) as pool:
        asking = [pool.submit(ask) for _ in range(2)]
        for number in (2, 1, 2):
            go_live(hall, number)
            assert hall.switch_version()
        stop.set()
        assert [one.result(timeout=60) for one in asking] == [{"030002"}] * 2


def test_a_version_that_cannot_be_used_leaves_the_old_one(
    running: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert running.lookup
    go_live(running, 2)
    with monkeypatch.context() as patch, pytest.raises(MemoryError):
        patch.setattr("hotline.knowledge.open_version", _no_memory)
        running.switch_version()
    assert running.knowledge.number == 1 and running.lookup.find("身份证掉了")
    assert running.switch_version() and running.knowledge.number == 2


def _no_memory(*_: object, **__: object) -> None:
    raise MemoryError


def test_a_running_hall_notices_by_itself(running: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hall_module, "VERSION_SECONDS", 0.01)
    assert running.lookup

    async def wait_for_it() -> None:
        task = asyncio.create_task(running.follow_live_version())
        await asyncio.to_thread(go_live, running, 2)
        async with asyncio.timeout(30):
            while running.knowledge.number != 2:
                await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(wait_for_it())


def test_the_cache_keeps_a_few_versions_only(running: Hall, catalogue: Catalogue, tmp_path: Path) -> None:
    for number in range(5):
        other = little(
            running.profile, with_aliases(catalogue, "070001", "扯证", "领证", f"第{number}次结婚")
        )
        open_version(other, tmp_path / "cache", encoders=[TinyEncoder()])
    assert len(list((tmp_path / "cache" / "classifiers").iterdir())) == 3


def test_the_way_back_is_kept_although_the_files_were_live(
    profile: HallProfile, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = open_version(catalogue, tmp_path / "elsewhere", encoders=[TinyEncoder()])
    other = little(profile, with_aliases(catalogue, "070001", "扯证", "领证", "结婚"))
    now = open_version(other, tmp_path / "cache", before=files)
    monkeypatch.setattr("hotline.catalogue.views.fit", lambda *_, **__: pytest.fail("fitted again"))
    assert open_version(catalogue, tmp_path / "cache", before=now).find("身份证掉了").candidates


def test_other_papers_and_fees_fit_nothing_anew(running: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    hall = running
    hall.knowledge.warm()
    birth = hall.catalogue.get("030002")
    assert birth is not None
    with hall.database.begin() as session:
        hall.versions.amend(session, hall.catalogue, BUNDLES, [replace(birth, fee="不收费")], by="小李", note="费用")
    monkeypatch.setattr("hotline.catalogue.views.fit", lambda *_, **__: pytest.fail("fitted again"))
    monkeypatch.setattr(TinyEncoder, "encode", lambda *_: pytest.fail("encoded again"))
    monkeypatch.setattr(hall.lookup.views[0], "see", lambda texts: np.zeros((len(texts), TinyEncoder.size)))
    assert hall.switch_version() and hall.lookup.catalogue is hall.catalogue
    found = hall.lookup.find("给娃儿上户口").candidates[0].item
    assert hall.catalogue.get(found.code) is found
