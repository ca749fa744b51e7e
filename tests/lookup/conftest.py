"""The real lookup over the real catalogue, opened once."""

from __future__ import annotations

import pytest

from hotline.catalogue.catalogue import Catalogue, read_catalogue
from hotline.catalogue.lookup import Lookup, open_lookup
from hotline.profile import HallProfile, read_profile
from hotline.settings import ROOT


@pytest.fixture(scope="session")
def profile() -> HallProfile:
    """The hall profile that ships."""
    return read_profile(ROOT / "data" / "hall.yml")


@pytest.fixture(scope="session")
def catalogue(profile: HallProfile) -> Catalogue:
    """All service items."""
    return read_catalogue(profile, cache=None)


@pytest.fixture(scope="session")
def lookup(catalogue: Catalogue) -> Lookup:
    """The lookup with the vectors that ship; nothing is written."""
    return open_lookup(catalogue, kept=None)
