"""The fixture `site`: a running hall with a few runners and staff, for tests of pages and routes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hotline.cli.line import REHEARSAL_NUMBER
from hotline.hall import Hall
from hotline.settings import Settings
from hotline.vocabulary import Role, TeamLevel
from tests.builders import HandClock, runner
from tests.site import ScriptedEngine, Site

PASSWORD = "gao-su-ren-min"


@pytest.fixture
def site(migrated_sqlite: Path, tmp_path: Path, clock: HandClock) -> Iterator[Site]:
    """A hall with runners R0001 (a village's), R0002 (its town's), and staff li, zhang and kan, a viewer."""
    shutil.copy(migrated_sqlite, tmp_path / "paotuan.db")
    hall = Hall(replace(Settings(), data_dir=tmp_path, twilio_auth_token="f" * 32, twilio_number=REHEARSAL_NUMBER), clock)
    with hall.database.begin() as session:
        near = runner("R0001", TeamLevel.VILLAGE, name="赵大勇")
        hall.runners.add(session, [near, runner("R0002", name="钱小兰")])
        hall.staff.add(session, "li", "小李", Role.HOTLINE, PASSWORD)
        hall.staff.add(session, "zhang", "老张", Role.ADMINISTRATOR, PASSWORD)
        hall.staff.add(session, "kan", "老周", Role.VIEWER, PASSWORD)
    with Site(hall, ScriptedEngine(hall), clock).running() as running:
        yield running
