"""Staff come in by a password; guessing does not help; a login ends."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from hotline import staff as accounts
from hotline.errors import InvalidInput, LoginRequired, TooManyAttempts, WrongLogin
from hotline.settings import Settings
from hotline.staff import ATTEMPTS
from hotline.store import Database
from hotline.store.schema import Staff
from hotline.vocabulary import Role
from tests.builders import Core, HandClock, at_once

PASSWORD = "恩阳-hotline-2026"


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hashing with less work, so that the tests are quick."""
    quick = accounts.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", quick)


@pytest.fixture
def li(core: Core, session: Session) -> Staff:
    """A member of staff with a password."""
    return core.staff.add(session, "li", "小李", Role.HOTLINE, PASSWORD)


def test_the_right_password_opens_and_the_wrong_one_does_not(core: Core, session: Session, li: Staff) -> None:
    assert core.staff.login(session, "li", PASSWORD) is li
    for wrong in ("", PASSWORD + "x", PASSWORD.upper(), li.password_hash):
        assert core.staff.login(session, "li", wrong) is None
    assert core.staff.login(session, "zhao", PASSWORD) is None


@pytest.mark.parametrize("login", ["", "' OR 1=1 --", "<b>", "x" * 10_000, "a\x00b", "\ud800"])
def test_an_odd_login_is_only_a_wrong_one(core: Core, database: Database, login: str) -> None:
    with database.begin() as session:
        assert core.staff.login(session, login, PASSWORD) is None


def test_an_odd_password_is_only_a_wrong_one(core: Core, session: Session, li: Staff) -> None:
    assert core.staff.login(session, "li", "\ud800") is None
    assert li.failures == 1


def test_the_password_is_kept_as_a_slow_hash_only(li: Staff) -> None:
    assert li.password_hash.startswith("$argon2id$")
    assert PASSWORD not in li.password_hash


def test_after_five_wrong_passwords_even_the_right_one_must_wait(
    core: Core, session: Session, li: Staff
) -> None:
    for _ in range(ATTEMPTS):
        assert core.staff.login(session, "li", "wrong") is None
    with pytest.raises(TooManyAttempts):
        core.staff.login(session, "li", PASSWORD)
    core.clock.advance(minutes=10, seconds=-1)
    with pytest.raises(TooManyAttempts):
        core.staff.login(session, "li", PASSWORD)
    core.clock.advance(seconds=1)
    assert core.staff.login(session, "li", PASSWORD) is li


def test_a_right_password_forgets_the_wrong_ones(core: Core, session: Session, li: Staff) -> None:
    for _ in range(3):
        for _ in range(ATTEMPTS - 1):
            assert core.staff.login(session, "li", "wrong") is None
        assert core.staff.login(session, "li", PASSWORD) is li


def test_one_lockout_leaves_the_colleagues_alone(core: Core, session: Session, li: Staff) -> None:
    core.staff.add(session, "zhao", "小赵", Role.COUNTER, PASSWORD)
    for _ in range(ATTEMPTS):
        core.staff.login(session, "li", "wrong")
    assert core.staff.login(session, "zhao", PASSWORD).name == "小赵"


def test_guesses_at_once_are_all_counted(core: Core, database: Database) -> None:
    with database.begin() as session:
        core.staff.add(session, "li", "小李", Role.HOTLINE, PASSWORD)
    guesses = at_once(database, 12, lambda session: core.staff.login(session, "li", "wrong"))
    assert guesses.count(None) == ATTEMPTS
    assert sum(isinstance(guess, TooManyAttempts) for guess in guesses) == 12 - ATTEMPTS


# --- the first administrator and passwords


def test_the_first_start_makes_one_administrator_with_a_one_time_password(
    core: Core, session: Session
) -> None:
    password = core.staff.ensure_administrator(session)
    admin = core.staff.login(session, "admin", password)
    assert (admin.role, admin.must_change) == (Role.ADMINISTRATOR, True)
    assert core.staff.ensure_administrator(session) is None
    assert session.query(Staff).count() == 1


def test_the_password_is_changed_with_the_old_one(core: Core, session: Session) -> None:
    admin = core.staff.login(session, "admin", core.staff.ensure_administrator(session) or "")
    with pytest.raises(WrongLogin):
        core.staff.change_password(session, admin, "wrong", PASSWORD)
    assert core.staff.login(session, "admin", PASSWORD) is None


def test_a_changed_password_is_the_only_one(core: Core, session: Session) -> None:
    once = core.staff.ensure_administrator(session) or ""
    admin = core.staff.login(session, "admin", once)
    core.staff.change_password(session, admin, once, PASSWORD)
    assert core.staff.login(session, "admin", once) is None
    assert core.staff.login(session, "admin", PASSWORD).must_change is False


def test_a_short_password_is_refused(core: Core, session: Session, li: Staff) -> None:
    with pytest.raises(InvalidInput) as refused:
        core.staff.change_password(session, li, PASSWORD, "123456789")
    assert refused.value.wording == "密码至少要10位。"
    assert core.staff.login(session, "li", PASSWORD) is li
    with pytest.raises(InvalidInput):
        core.staff.add(session, "zhao", "小赵", Role.COUNTER, "short")


def test_a_lost_password_is_replaced_and_ends_lockout_and_logins(
    core: Core, session: Session, li: Staff
) -> None:
    token, _ = core.staff.open_session(session, li)
    for _ in range(ATTEMPTS):
        core.staff.login(session, "li", "wrong")
    new = core.staff.reset_password(session, "li")
    assert core.staff.login(session, "li", new).must_change is True
    assert core.staff.login(session, "li", PASSWORD) is None
    with pytest.raises(LoginRequired):
        core.staff.by_token(session, token)
    with pytest.raises(WrongLogin):
        core.staff.reset_password(session, "nobody")


# --- logins


def test_a_login_is_known_by_its_token_until_its_hours_are_over(session: Session) -> None:
    core = Core(HandClock(), Settings(session_hours=12))
    li = core.staff.add(session, "li", "小李", Role.HOTLINE, PASSWORD)
    token, row = core.staff.open_session(session, li)
    core.clock.advance(hours=12, seconds=-1)
    assert core.staff.by_token(session, token).staff is li
    core.clock.advance(seconds=1)
    with pytest.raises(LoginRequired):
        core.staff.by_token(session, token)
    assert token not in (row.token_hash, row.csrf)


def test_after_logout_the_token_opens_nothing(core: Core, session: Session, li: Staff) -> None:
    mine, _ = core.staff.open_session(session, li)
    other, _ = core.staff.open_session(session, li)
    core.staff.logout(session, mine)
    with pytest.raises(LoginRequired):
        core.staff.by_token(session, mine)
    assert core.staff.by_token(session, other).staff is li


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "\x00"])
def test_a_made_up_token_opens_nothing(core: Core, database: Database, token: str) -> None:
    with database.begin() as session, pytest.raises(LoginRequired):
        core.staff.by_token(session, token)
