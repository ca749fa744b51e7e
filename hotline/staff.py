"""Staff accounts and their logins at the desk."""

from __future__ import annotations

import secrets
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hotline.clock import Clock
from hotline.errors import InvalidInput, LoginRequired, NotFound, TooManyAttempts, WrongLogin
from hotline.settings import Settings
from hotline.store.schema import Staff, StaffSession
from hotline.store.verification import LeadOfficer
from hotline.tokens import token_hash
from hotline.vocabulary import Role

ATTEMPTS = 5  # wrong passwords before the account rests
LOCKOUT = timedelta(minutes=10)
SHORTEST_PASSWORD = 10
_hasher = PasswordHasher()
_nobody = _hasher.hash(secrets.token_hex(16))  # checked when the login is unknown, so that both take as long


class StaffAccounts:
    """Who may sit at the desk."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock

    def ensure_administrator(self, session: Session) -> str | None:
        """Make the first administrator; returns the one-time password, or None if there is staff."""
        if session.scalar(select(Staff.id).limit(1)) is not None:
            return None
        password = secrets.token_urlsafe(9)
        self.add(session, "admin", "管理员", Role.ADMINISTRATOR, password, must_change=True)
        return password

    def add(
        self, session: Session, login: str, name: str, role: Role, password: str, *, must_change: bool = False
    ) -> Staff:
        """Make an account; raises InvalidInput for a short password."""
        self._check(password)
        staff = Staff(
            login=login, name=name, role=role, password_hash=_hasher.hash(password), must_change=must_change, failures=0
        )
        session.add(staff)
        session.flush()
        return staff

    def appoint(self, session: Session, login: str, zone: str) -> Staff:
        """Give a zone's post of lead officer to an account; raises NotFound or InvalidInput."""
        staff = session.scalar(select(Staff).where(Staff.login == login))
        if staff is None:
            raise NotFound(f"没有叫{login}的账号。")
        if staff.role is not Role.LEAD_OFFICER:
            raise InvalidInput(f"{login}的角色是{staff.role.label}，专区首席要用首席角色的账号。")
        session.merge(LeadOfficer(zone=zone, staff_id=staff.id))
        return staff

    def may_verify(self, session: Session, staff: Staff, zone: str) -> bool:
        """Administrators, and the zone's lead officer; any lead officer while the post is vacant."""
        if staff.role is not Role.LEAD_OFFICER:
            return staff.role is Role.ADMINISTRATOR
        post = session.get(LeadOfficer, zone)
        return post is None or post.staff_id == staff.id

    def zones_of(self, session: Session, staff: Staff) -> frozenset[str] | None:
        """The zones whose orders this member of staff may touch: a lead officer's own; None is every zone."""
        if staff.role is not Role.LEAD_OFFICER:
            return None
        return frozenset(session.scalars(select(LeadOfficer.zone).where(LeadOfficer.staff_id == staff.id)))

    def may_act(self, session: Session, staff: Staff, zone: str) -> bool:
        """Whether this member of staff may touch the orders of a zone; those of no zone are everybody's."""
        zones = self.zones_of(session, staff)
        return zones is None or not zone or zone in zones

    def login(self, session: Session, login: str, password: str) -> Staff | None:
        """The member of staff, or None when the password is wrong (counted; the caller commits that).

        Raises TooManyAttempts while the account rests after too many wrong passwords.
        """
        query = select(Staff).where(Staff.login == login).with_for_update()
        staff = session.scalar(query) if login.isprintable() else None  # a NUL is an error in PostgreSQL
        now = self.clock()
        if staff and staff.locked_until and staff.locked_until > now:
            raise TooManyAttempts(login=login)
        try:
            _hasher.verify(staff.password_hash if staff else _nobody, password)
        except (VerificationError, UnicodeEncodeError):
            if staff:
                staff.failures += 1
                if staff.failures >= ATTEMPTS:
                    staff.failures, staff.locked_until = 0, now + LOCKOUT
            return None
        if staff:
            staff.failures, staff.locked_until = 0, None
        return staff

    def open_session(self, session: Session, staff: Staff) -> tuple[str, StaffSession]:
        """A new login: (token for the cookie, row). Only the token's hash is kept."""
        token = secrets.token_urlsafe(32)
        row = StaffSession(
            token_hash=token_hash(token), staff_id=staff.id, csrf=secrets.token_urlsafe(24),
            expires_at=self.clock() + timedelta(hours=self.settings.session_hours),
        )  # fmt: skip
        session.add(row)
        session.execute(delete(StaffSession).where(StaffSession.expires_at <= self.clock()))
        return token, row

    def by_token(self, session: Session, token: str) -> StaffSession:
        """The login of a cookie; raises LoginRequired when it is unknown or over."""
        row = session.get(StaffSession, token_hash(token))
        if row is None or row.expires_at <= self.clock():
            raise LoginRequired()
        return row

    def logout(self, session: Session, token: str) -> None:
        """End a login."""
        session.execute(delete(StaffSession).where(StaffSession.token_hash == token_hash(token)))

    def change_password(self, session: Session, staff: Staff, old: str, new: str) -> None:
        """Replace the password; raises WrongLogin or InvalidInput."""
        try:
            _hasher.verify(staff.password_hash, old)
        except VerificationError as error:
            raise WrongLogin("原密码不对。") from error
        self._check(new)
        staff.password_hash, staff.must_change = _hasher.hash(new), False

    def reset_password(self, session: Session, login: str) -> str:
        """A new one-time password for an account that lost its own; raises WrongLogin."""
        staff = session.scalar(select(Staff).where(Staff.login == login))
        if staff is None:
            raise WrongLogin(f"没有叫{login}的账号。")
        password = secrets.token_urlsafe(9)
        staff.password_hash, staff.must_change = _hasher.hash(password), True
        staff.failures, staff.locked_until = 0, None
        session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
        return password

    def _check(self, password: str) -> None:
        if len(password) < SHORTEST_PASSWORD:
            raise InvalidInput(f"密码至少要{SHORTEST_PASSWORD}位。")
