"""Fixtures: the small hall's profile and catalogue, and a hall that runs on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.catalogue.catalogue import Catalogue
from hotline.catalogue.results import Referral
from hotline.catalogue.versions import CatalogueVersions
from hotline.hall import Hall
from hotline.profile import HallProfile
from hotline.settings import Settings
from hotline.store import Database
from tests.builders import HandClock
from tests.catalogue.little import TinyEncoder, little, little_profile


@pytest.fixture(autouse=True)
def few_things_that_are_no_item(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fitting on the hundreds of shipped ones would take seconds for each version."""
    pizza = (Referral("food", "点餐"), ["点个披萨", "送个外卖", "来碗面"])
    monkeypatch.setattr("hotline.catalogue.live.read_not_items", lambda: [pizza])


@pytest.fixture
def profile(tmp_path: Path) -> HallProfile:
    """The small hall."""
    return little_profile(tmp_path)


@pytest.fixture
def catalogue(profile: HallProfile) -> Catalogue:
    """Its four items."""
    return little(profile)


@pytest.fixture
def versions(profile: HallProfile, clock: HandClock) -> CatalogueVersions:
    """The versions of the small hall."""
    return CatalogueVersions(profile, clock)


@pytest.fixture
def hall(database: Database, profile: HallProfile, tmp_path: Path, clock: HandClock) -> Iterator[Hall]:
    """A hall over the small catalogue, on SQLite and on PostgreSQL."""
    url = database.url.render_as_string(hide_password=False)
    hall = Hall(
        Settings(data_dir=tmp_path, database_url=url, profile=tmp_path / "hall.yml"), clock, [TinyEncoder()]
    )
    yield hall
    hall.close()
