"""Versions of the catalogue in the database: made by an import, put live by a person, undone by a person.

As long as nothing is live there, the files of data/catalogue are the catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.catalogue.bundles import Bundles
from hotline.catalogue.catalogue import Catalogue, Item, digest_of, parse_item, row_of
from hotline.catalogue.check import check_catalogue, refuse_faults
from hotline.clock import Clock
from hotline.errors import CatalogueFault
from hotline.profile import HallProfile
from hotline.store.schema import CatalogueSwitch, CatalogueVersion

FILES = "目录文件"  # note of a version that was made from the files
KEPT_AMENDMENTS = 20  # versions made by answers and new wordings that keep their items, 3 MB each


class CatalogueVersions:
    """Making, reading and switching versions; every method takes the session it works in."""

    def __init__(self, profile: HallProfile, clock: Clock) -> None:
        self.profile = profile
        self.clock = clock

    def live_number(self, session: Session) -> int | None:
        """The number of the live version; None: the files are live, or nobody made the tables yet."""
        if not inspect(session.connection()).has_table(CatalogueVersion.__tablename__):
            return None
        return session.scalar(select(CatalogueVersion.number).where(CatalogueVersion.live))

    def get(self, session: Session, number: int) -> CatalogueVersion:
        """A version by its number; raises CatalogueFault when there is none."""
        version = session.get(CatalogueVersion, number)
        if version is None:
            raise CatalogueFault(f"没有第{number}版目录；paotuan catalogue versions 列出所有版本。")
        return version

    def read(self, session: Session, number: int) -> Catalogue:
        """The items of a version."""
        version = self.get(session, number)
        if not version.size:
            raise CatalogueFault(f"第{number}版太旧，内容已经清理，只留下记录。")
        rows = version.items
        places = [f"第{number}版 第{k}项" for k in range(1, len(rows) + 1)]
        return Catalogue([parse_item(row) for row in rows], self.profile, places)

    def all(self, session: Session) -> Sequence[CatalogueVersion]:
        """All versions, the newest first, without their items."""
        return session.scalars(select(CatalogueVersion).order_by(CatalogueVersion.number.desc())).all()

    def add(
        self, session: Session, catalogue: Catalogue, bundles: Bundles, *, by: str, note: str = ""
    ) -> tuple[CatalogueVersion, bool]:
        """(version, whether it is new): the same items are one version however often they are imported.

        Raises CatalogueFault with every fault; then nothing is kept.
        """
        refuse_faults(check_catalogue(catalogue, bundles))
        return self._keep(session, catalogue, by=by, note=note)

    def seed(self, session: Session, files: Catalogue, *, by: str) -> CatalogueVersion | None:
        """Keep the files as a version while they are live, so that what follows can be undone."""
        if self.live_number(session) is not None:
            return None
        return self._keep(session, files, by=by, note=FILES)[0]

    def _keep(
        self, session: Session, catalogue: Catalogue, *, by: str, note: str
    ) -> tuple[CatalogueVersion, bool]:
        digest = digest_of(catalogue.items)
        same = session.scalar(select(CatalogueVersion).where(CatalogueVersion.digest == digest))
        if same is not None:
            if not same.size:  # it was dropped, and comes back
                same.size, same.items = len(catalogue), [row_of(item) for item in catalogue]
            return same, False
        version = CatalogueVersion(
            number=(session.scalar(select(func.max(CatalogueVersion.number))) or 0) + 1, digest=digest,
            made_at=self.clock(), made_by=by[:64], note=note[:200], live=False, size=len(catalogue),
            items=[row_of(item) for item in catalogue],
        )  # fmt: skip
        session.add(version)
        try:
            session.flush()
        except IntegrityError as error:  # on PostgreSQL two imports can take the same number
            raise CatalogueFault("别人正好也在导入，请再试一次。") from error
        return version, True

    def go_live(
        self, session: Session, number: int, files: Catalogue, bundles: Bundles, *, by: str
    ) -> CatalogueVersion:
        """Make a version the live one, after checking it against the hall profile of today."""
        self._lock(session)
        version = self.get(session, number)
        if version.live:
            raise CatalogueFault(f"第{number}版现在就是在用的版本。")
        refuse_faults(check_catalogue(self.read(session, number), bundles))
        seeded = self.seed(session, files, by=by)
        self._switch(session, number, by=by, before=seeded.number if seeded else None)
        return version

    def _switch(self, session: Session, number: int, *, by: str, before: int | None = None) -> None:
        """Make a version live; `before` is the one that the files were kept as, if they are live."""
        before = before or self.live_number(session)
        self._make_live(session, number)
        if number != before:  # the files themselves may be the first version to go live
            session.add(CatalogueSwitch(number=number, before=before, at=self.clock(), by=by[:64]))
        session.flush()

    def amend(
        self, session: Session, files: Catalogue, bundles: Bundles, items: Sequence[Item], *, by: str, note: str
    ) -> Catalogue:
        """Put these items in the place of those of their codes, in a version that is live at once.

        Returns the whole catalogue as it is then; raises CatalogueFault with every fault, and keeps nothing.
        """
        self._lock(session)
        number = self.live_number(session)
        live = self.read(session, number) if number else files
        amended = live.with_items(items)
        if amended.items == live.items:
            return live
        seeded = self.seed(session, files, by=by)
        version, new = self.add(session, amended, bundles, by=by, note=note)
        if new:
            version.amends = seeded.number if seeded else number
        self._switch(session, version.number, by=by, before=seeded.number if seeded else None)
        self._drop_old_amendments(session)
        return amended

    def _drop_old_amendments(self, session: Session) -> None:
        """Empty those beyond the newest ones; what a person imported stays whole for ever."""
        made_by_itself = (CatalogueVersion.amends.is_not(None), CatalogueVersion.size > 0, ~CatalogueVersion.live)
        query = select(CatalogueVersion.number).where(*made_by_itself).order_by(CatalogueVersion.number.desc())
        for number in session.scalars(query.offset(KEPT_AMENDMENTS)).all():
            session.execute(
                update(CatalogueVersion).where(CatalogueVersion.number == number).values(size=0, items=[])
            )

    def undo(self, session: Session, *, by: str) -> CatalogueVersion:
        """Back to what was live before, a step for each call; raises CatalogueFault at the first version."""
        self._lock(session)
        last = session.scalar(
            select(CatalogueSwitch)
            .where(CatalogueSwitch.undone_at.is_(None))
            .order_by(CatalogueSwitch.id.desc())
            .limit(1)
        )
        if last is None or last.before is None:
            raise CatalogueFault("前面没有别的版本了，没有改动。")
        if not self.get(session, last.before).size:
            raise CatalogueFault(f"前面的第{last.before}版太旧，内容已经清理，退不回去；可以用 go-live 启用别的版本。")
        last.undone_at, last.undone_by = self.clock(), by[:64]
        self._make_live(session, last.before)
        session.flush()
        return self.get(session, last.before)

    def _lock(self, session: Session) -> None:
        """Two people switch one after the other: the first version's row stands for all, it never goes."""
        first = select(CatalogueVersion.number).order_by(CatalogueVersion.number).limit(1)
        session.execute(first.with_for_update())

    def _make_live(self, session: Session, number: int) -> None:
        everywhere = update(CatalogueVersion).execution_options(synchronize_session="fetch")
        session.execute(everywhere.where(CatalogueVersion.live).values(live=False))
        session.execute(everywhere.where(CatalogueVersion.number == number).values(live=True))
