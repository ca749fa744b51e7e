"""Versions: checked before they are kept, put live by a person, undone step by step."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import inspect

from hotline.catalogue.catalogue import Catalogue
from hotline.catalogue.changes import compare
from hotline.catalogue.versions import CatalogueVersions
from hotline.errors import CatalogueFault
from hotline.profile import HallProfile
from hotline.store import Database
from hotline.store.schema import CatalogueSwitch, CatalogueVersion
from tests.builders import MONDAY_TEN, at_once
from tests.catalogue.little import BUNDLES, little, with_aliases


@pytest.fixture
def changed(profile: HallProfile, catalogue: Catalogue) -> Catalogue:
    """The small catalogue with one more way of asking."""
    return little(profile, with_aliases(catalogue, "030001", *catalogue.items[0].aliases, "身份证遭偷了"))


def live(database: Database, versions: CatalogueVersions) -> int | None:
    with database.read() as session:
        return versions.live_number(session)


def test_as_long_as_nothing_is_live_the_files_are(database: Database, versions: CatalogueVersions) -> None:
    assert live(database, versions) is None


def test_before_the_tables_exist_the_files_are_live(empty_url: str, versions: CatalogueVersions) -> None:
    database = Database(empty_url)
    assert live(database, versions) is None
    assert inspect(database.engine).get_table_names() == []
    database.close()


def test_a_version_comes_back_as_it_was(
    database: Database, versions: CatalogueVersions, catalogue: Catalogue
) -> None:
    with database.begin() as session:
        version, new = versions.add(session, catalogue, BUNDLES, by="小李", note="第一次")
        assert (version.number, new, version.made_at, version.live) == (1, True, MONDAY_TEN, False)
    with database.read() as session:
        assert versions.read(session, 1).items == catalogue.items
        assert [(v.number, v.size, v.made_by, v.note) for v in versions.all(session)] == [
            (1, 4, "小李", "第一次")
        ]
    assert live(database, versions) is None


def test_the_same_items_are_one_version(
    database: Database, versions: CatalogueVersions, catalogue: Catalogue
) -> None:
    for new in (True, False):
        with database.begin() as session:
            assert versions.add(session, catalogue, BUNDLES, by="小李")[1] is new


def test_a_faulty_catalogue_changes_nothing(
    database: Database, versions: CatalogueVersions, catalogue: Catalogue, profile: HallProfile
) -> None:
    faulty = little(
        profile,
        replace(catalogue.items[1], department="区没有局"),
        with_aliases(catalogue, "070001", "身份证掉了"),
    )
    with pytest.raises(CatalogueFault) as fault, database.begin() as session:
        versions.add(session, faulty, BUNDLES, by="小李")
    for reason in ("区没有局", "至少要3条", "同时写在"):
        assert reason in fault.value.wording
    with database.read() as session:
        assert versions.all(session) == []


def test_a_bundle_that_would_lose_an_item_stops_the_import(
    database: Database, versions: CatalogueVersions, catalogue: Catalogue, profile: HallProfile
) -> None:
    without = Catalogue([item for item in catalogue if item.code != "030002"], profile)
    with pytest.raises(CatalogueFault) as fault, database.begin() as session:
        versions.add(session, without, BUNDLES, by="小李")
    assert "“娃儿出生”：编码 030002 不在目录里" in fault.value.wording


def test_going_live_and_back(
    database: Database,
    versions: CatalogueVersions,
    catalogue: Catalogue,
    changed: Catalogue,
    profile: HallProfile,
) -> None:
    third = little(profile, with_aliases(catalogue, "070001", "甲", "乙", "丙"))
    with database.begin() as session:
        versions.seed(session, catalogue, by="小李")
        for one in (changed, third):
            versions.add(session, one, BUNDLES, by="小李")
    for number in (2, 3, 2):
        with database.begin() as session:
            versions.go_live(session, number, catalogue, BUNDLES, by="小王")
        assert live(database, versions) == number
    for number in (3, 2, 1):
        with database.begin() as session:
            assert versions.undo(session, by="小王").number == number
        assert live(database, versions) == number
    with pytest.raises(CatalogueFault) as fault, database.begin() as session:
        versions.undo(session, by="小王")
    assert "没有别的版本" in fault.value.wording
    assert live(database, versions) == 1


def test_the_files_are_kept_as_a_version_before_another_goes_live(
    database: Database, versions: CatalogueVersions, catalogue: Catalogue, changed: Catalogue
) -> None:
    with database.begin() as session:
        versions.add(session, changed, BUNDLES, by="小李")
    with database.begin() as session:
        versions.go_live(session, 1, catalogue, BUNDLES, by="小李")
    with database.begin() as session:
        assert versions.undo(session, by="小李").number == 2
    with database.read() as session:
        assert versions.read(session, 2).items == catalogue.items


def test_who_put_what_live_is_kept(
    database: Database, versions: CatalogueVersions, catalogue: Catalogue, changed: Catalogue
) -> None:
    with database.begin() as session:
        versions.seed(session, catalogue, by="小李")
        versions.add(session, changed, BUNDLES, by="小李")
        versions.go_live(session, 2, catalogue, BUNDLES, by="小王")
        versions.undo(session, by="小张")
    with database.read() as session:
        switch = session.query(CatalogueSwitch).one()
        assert (switch.number, switch.before, switch.by, switch.undone_by) == (2, 1, "小王", "小张")
        assert switch.at == switch.undone_at == MONDAY_TEN


@pytest.mark.parametrize("number", [0, -1, 7])
def test_a_number_that_is_none_is_told(
    database: Database, versions: CatalogueVersions, catalogue: Catalogue, number: int
) -> None:
    with pytest.raises(CatalogueFault) as fault, database.begin() as session:
        versions.go_live(session, number, catalogue, BUNDLES, by="小李")
    assert f"没有第{number}版" in fault.value.wording


def test_a_version_that_the_hall_profile_no_longer_fits_does_not_go_live(
    database: Database, versions: CatalogueVersions, catalogue: Catalogue, changed: Catalogue
) -> None:
    with database.begin() as session:
        versions.add(session, changed, BUNDLES, by="小李")
    versions.profile.expected["items"] = 5
    with pytest.raises(CatalogueFault) as fault, database.begin() as session:
        versions.go_live(session, 1, catalogue, BUNDLES, by="小李")
    assert "事项有4，大厅资料里写的是5" in fault.value.wording
    assert live(database, versions) is None


def test_of_two_people_at_once_exactly_one_version_is_live(
    database: Database, versions: CatalogueVersions, catalogue: Catalogue, changed: Catalogue
) -> None:
    with database.begin() as session:
        versions.add(session, catalogue, BUNDLES, by="小李")
        versions.add(session, changed, BUNDLES, by="小李")
        versions.go_live(session, 1, catalogue, BUNDLES, by="小李")
    at_once(database, 4, lambda session: versions.go_live(session, 2, catalogue, BUNDLES, by="小李"))
    with database.read() as session:
        assert [v.number for v in session.query(CatalogueVersion).filter_by(live=True)] == [2]
        assert session.query(CatalogueSwitch).count() == 1


def test_a_difference_names_what_was_added_removed_and_changed(
    catalogue: Catalogue, profile: HallProfile
) -> None:
    birth = replace(catalogue.items[1], fee="不收费", aliases=("给娃儿上户口", "新生儿落户", "上户口本"))
    new = replace(catalogue.items[0], code="030009", name="身份证首次申领")
    other = Catalogue([new, birth, *catalogue.items[2:]], profile)
    found = compare(catalogue, other)
    assert [item.code for item in found.added] == ["030009"]
    assert [item.code for item in found.removed] == ["030001"]
    (change,) = found.changed
    assert change.fields == {"fee": ("", "不收费")}
    assert (change.aliases_added, change.aliases_removed) == (("上户口本",), ("娃儿的户口",))
    assert not compare(catalogue, Catalogue(catalogue.items[::-1], profile))


def test_of_two_imports_at_once_both_are_kept_or_one_is_asked_again(
    database: Database, versions: CatalogueVersions, catalogue: Catalogue, profile: HallProfile
) -> None:
    others = iter(
        [little(profile, with_aliases(catalogue, "070001", "甲", "乙", f"丙{n}")) for n in range(4)]
    )
    results = at_once(
        database, 4, lambda session: versions.add(session, next(others), BUNDLES, by="小李")[0].number
    )
    numbers = [one for one in results if isinstance(one, int)]
    assert all(isinstance(one, int | CatalogueFault) for one in results)
    with database.read() as session:
        assert sorted(numbers) == [version.number for version in versions.all(session)][::-1]


def test_old_amendments_are_dropped_and_what_people_made_is_kept(
    database: Database, versions: CatalogueVersions, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.catalogue.versions.KEPT_AMENDMENTS", 2)
    birth = catalogue.items[1]
    with database.begin() as session:
        for n in range(1, 6):
            amended = versions.amend(
                session, catalogue, BUNDLES, [replace(birth, fee=f"{n}元")], by="公首席", note="核实"
            )
        assert amended.items[1].fee == "5元" and versions.live_number(session) == 6
    with database.begin() as session:
        sizes = {version.number: (version.size, version.amends) for version in versions.all(session)}
        assert sizes == {1: (4, None), 2: (0, 1), 3: (0, 2), 4: (4, 3), 5: (4, 4), 6: (4, 5)}
        with pytest.raises(CatalogueFault):
            versions.read(session, 2)
        for number in (5, 4):
            assert versions.undo(session, by="小李").number == number
    with pytest.raises(CatalogueFault) as fault, database.begin() as session:
        versions.undo(session, by="小李")
    assert "第3版太旧" in fault.value.wording
    with database.begin() as session:
        assert versions.live_number(session) == 4
        versions.go_live(session, 1, catalogue, BUNDLES, by="小李")  # what was imported is whole
        again = versions.amend(session, catalogue, BUNDLES, [replace(birth, fee="1元")], by="公首席", note="核实")
        assert versions.live_number(session) == 2 and versions.read(session, 2).items == again.items
