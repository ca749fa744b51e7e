"""Settings come from PAOTUAN_* variables, and a faulty one is named."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from hotline.settings import Settings, read_settings


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for item in fields(Settings):
        monkeypatch.delenv(f"PAOTUAN_{item.name.upper()}", raising=False)


def test_without_any_variable_the_defaults_hold() -> None:
    assert read_settings() == Settings()
    assert Settings().url == f"sqlite:///{Settings().data_dir}/paotuan.db"
    assert Settings().address == "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("data_dir", "/srv/paotuan", Path("/srv/paotuan")),
        ("database_url", "postgresql://hall/paotuan", "postgresql://hall/paotuan"),
        ("port", "9090", 9090),
        ("offer_seconds", "90", timedelta(seconds=90)),
        ("accept_within", "1800.5", timedelta(seconds=1800.5)),
        ("session_hours", "0.5", 0.5),
        ("call_relay", "true", True),
        ("record_calls", "0", False),
    ],
)
def test_a_variable_is_read_as_its_kind(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: object
) -> None:
    monkeypatch.setenv(f"PAOTUAN_{name.upper()}", text)
    assert getattr(read_settings(), name) == value


@pytest.mark.parametrize("name", [item.name for item in fields(Settings)])
def test_every_setting_can_come_from_its_variable(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"PAOTUAN_{name.upper()}", "7")
    assert getattr(read_settings(), name) in (7, "7", True, Path("7"), timedelta(seconds=7))


@pytest.mark.parametrize(
    ("name", "text"), [("PORT", "http"), ("PORT", ""), ("OFFER_SECONDS", "3分钟"), ("ACCEPT_WITHIN", "inf")]
)
def test_a_faulty_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    monkeypatch.setenv(f"PAOTUAN_{name}", text)
    with pytest.raises(ValueError, match=f"PAOTUAN_{name}="):
        read_settings()


def test_the_command_line_wins_unless_it_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAOTUAN_PORT", "9090")
    assert read_settings(port=7070).port == 7070
    assert read_settings(port=None).port == 9090


def test_url_and_address_can_be_given_whole() -> None:
    settings = Settings(database_url="postgresql://hall/paotuan", public_url="https://hall.example")
    assert (settings.url, settings.address) == ("postgresql://hall/paotuan", "https://hall.example")
