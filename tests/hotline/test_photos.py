"""Photos are what they are, enciphered, marked and forgotten; a 委托书 binds, and can be taken back."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from hotline.carrying import Step
from hotline.cipher import KEY_FILE, Cipher
from hotline.errors import InvalidInput, LetterMissing, NotFound, TransitionRefused
from hotline.letters import Letters, check_identity
from hotline.photos import Photos
from hotline.pictures import LARGEST, LONGEST_SIDE, normalise
from hotline.store.photos import Picture
from hotline.store.schema import ErrandOrder, Runner
from hotline.vocabulary import HelpKind, LetterState, OrderAction, OrderState, PhotoPurpose
from tests.builders import Core, order_in, runner

A, S = OrderAction, OrderState
WANG, ZHAO = "11010519491231002X", "440524188001010014"  # the specimens of the standard
FIRM = "91110000600037341L"  # the specimen of GB 32100


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **more: object) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, (240, 240, 240)).save(target, kind, **more)
    return target.getvalue()


@pytest.fixture
def photos(core: Core, tmp_path: Path) -> Photos:
    return Photos(Cipher(tmp_path), core.deadlines, core.clock)


# --- what a photo is


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_known_by_its_content(kind: str) -> None:
    kept = Image.open(io.BytesIO(normalise(picture(kind))))
    assert (kept.format, kept.size) == ("JPEG", (640, 480))


def test_a_large_photo_is_kept_smaller_and_without_its_secrets() -> None:
    exif = Image.Exif()
    exif[0x010F] = "camera of Mrs Wang"
    kept = normalise(picture(size=(4000, 3000), exif=exif))
    assert max(Image.open(io.BytesIO(kept)).size) == LONGEST_SIDE
    assert b"Mrs Wang" not in kept


@pytest.mark.parametrize(
    "data",
    [
        b"", b"%PDF-1.4", b"<svg onload=alert(1)>", b"GIF89a" + b"\0" * 40, picture()[:200], b"\xff\xd8\xff" + b"\0" * 99,
        picture("BMP"), picture(size=(50, 50)), b"\0" * (LARGEST + 1), picture("PNG", (9000, 9000)),
    ],
    ids=["nothing", "pdf", "svg", "gif", "cut", "only a head", "bmp", "tiny", "heavy", "bomb"],
)  # fmt: skip
def test_anything_else_is_refused_in_chinese(data: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        normalise(data)
    assert refused.value.wording.startswith(("这不是照片", "照片"))


# --- kept, shown, forgotten


def test_a_photo_is_enciphered_and_marked_when_it_is_shown(photos: Photos, session: Session, tmp_path: Path) -> None:
    order = order_in(session, S.ACCEPTED)
    photo = photos.add(session, order, picture(), PhotoPurpose.PAPER, by="R0001")
    assert photos.add(session, order, picture(), PhotoPurpose.PAPER, by="R0001") is photo  # sent twice
    kept = session.get_one(Picture, photo.id).data
    with pytest.raises(OSError):
        Image.open(io.BytesIO(kept))
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0
    shown = Image.open(io.BytesIO(photos.show(session, photo.id, viewer="R0001")))
    assert min(shown.getdata(1)) < 200  # the mark lies on what was all one grey
    assert order.events[-1].action == "photo"
    with pytest.raises(NotFound):
        photos.show(session, photo.id, viewer="R0001", order=order_in(session, S.ACCEPTED, "other"))


def test_with_another_key_nothing_opens(photos: Photos, session: Session, tmp_path: Path) -> None:
    photo = photos.add(session, order_in(session, S.ACCEPTED), picture(), PhotoPurpose.PAPER, by="R0001")
    photos.cipher = Cipher(tmp_path / "elsewhere")
    with pytest.raises(NotFound):
        photos.show(session, photo.id, viewer="li")


def test_a_photo_is_forgotten_a_set_time_after_the_end(core: Core, photos: Photos, session: Session) -> None:
    order = order_in(session, S.ACCEPTED)
    photo = photos.add(session, order, picture(), PhotoPurpose.PAPER, by="R0001")
    core.clock.advance(days=31)
    core.deadlines.step(session)
    assert photos.of_order(session, order) == [photo]  # the errand still runs
    core.orders.move(session, order, A.CANCEL, actor="市民")
    for _ in range(31):
        core.clock.advance(days=1)
        core.deadlines.step(session)
    assert photos.of_order(session, order) == []
    assert session.get(Picture, photo.id) is None
    with pytest.raises(NotFound):
        photos.show(session, photo.id, viewer="li")


# --- letters


class Errand:
    """代办 in a runner's hand."""

    def __init__(self, core: Core, session: Session, photos: Photos) -> None:
        self.core, self.session, self.photos = core, session, photos
        self.letters = Letters(photos.cipher, core.clock)
        core.orders.guards.append(self.letters.refuse_submission)
        self.order: ErrandOrder = order_in(session, S.ACCEPTED, help=HelpKind.ON_BEHALF, applicant_name="王建国")
        self.runner: Runner = runner("R0001", name="赵大勇")
        session.add(self.runner)
        session.flush()
        self.order.runner_id = self.runner.id

    def submit(self) -> None:
        for action in (A.COLLECT, A.SUBMIT):
            if self.order.state is {A.COLLECT: S.ACCEPTED, A.SUBMIT: S.COLLECTED}[action]:
                self.core.carrying.carry_on(self.session, self.runner, str(self.order.number), Step(action))

    def sign(self) -> None:
        photo = self.photos.add(self.session, self.order, picture(), PhotoPurpose.LETTER, by="R0001")
        self.letters.sign(self.session, self.order, photo, actor="R0001")


@pytest.fixture
def errand(core: Core, session: Session, photos: Photos) -> Errand:
    return Errand(core, session, photos)


def test_nobody_hands_in_in_the_citizens_name_without_a_letter(errand: Errand) -> None:
    with pytest.raises(LetterMissing) as refused:
        errand.submit()
    assert "委托书" in refused.value.wording
    letter = errand.letters.draft(errand.session, errand.order, principal_id=WANG, agent_id=ZHAO)
    with pytest.raises(LetterMissing):  # printed is not signed
        errand.submit()
    errand.sign()
    errand.sign()  # the photo was sent twice
    assert [row.state for row in errand.letters.of_order(errand.session, errand.order)] == [LetterState.SIGNED]
    assert (letter.principal, letter.agent, letter.item) == ("王建国", "赵大勇", "出生登记")
    errand.submit()
    assert errand.order.state is S.SUBMITTED


def test_identities_are_enciphered_and_printed_whole(errand: Errand) -> None:
    letter = errand.letters.draft(errand.session, errand.order, principal_id=WANG.lower())
    assert WANG not in letter.principal_id
    assert errand.letters.identity(letter.principal_id) == WANG
    assert errand.letters.identity(letter.agent_id) == ""  # written in by hand
    errand.letters.draft(errand.session, errand.order, agent_id=ZHAO)  # added later: the same letter
    assert len(errand.letters.of_order(errand.session, errand.order)) == 1
    assert errand.letters.identity(letter.principal_id) == WANG


def test_a_letter_taken_back_or_over_binds_no_more(errand: Errand) -> None:
    errand.sign()
    assert errand.letters.valid(errand.session, errand.order)
    errand.letters.revoke(errand.session, errand.order, actor="小李", reason="自己去办")
    assert errand.order.events[-1].reason == "委托书已撤销：自己去办"
    with pytest.raises(LetterMissing):
        errand.submit()
    with pytest.raises(NotFound):
        errand.letters.revoke(errand.session, errand.order, actor="小李", reason="")


def test_a_letter_names_its_runner_and_its_term(errand: Errand) -> None:
    errand.letters.draft(errand.session, errand.order, ends_at=errand.core.clock() + timedelta(days=2))
    errand.sign()
    errand.core.clock.advance(days=3)
    assert errand.letters.valid(errand.session, errand.order) is None
    errand.core.clock.advance(days=-3)
    other = runner("R0002")
    errand.session.add(other)
    errand.session.flush()
    errand.core.changes.reassign(errand.session, errand.order, other, actor="小李", reason="病了")
    assert errand.letters.valid(errand.session, errand.order) is None  # it was given to another


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_term_is_neither_over_nor_endless(errand: Errand, days: int) -> None:
    with pytest.raises(InvalidInput):
        errand.letters.draft(errand.session, errand.order, ends_at=errand.core.clock() + timedelta(days=days))


def test_only_errands_on_behalf_have_a_letter(errand: Errand, session: Session) -> None:
    with pytest.raises(TransitionRefused):
        errand.letters.draft(session, order_in(session, S.ACCEPTED, "other"))


@pytest.mark.parametrize("number", ["", "123", "110105194912310021", "11010519491231002Y", FIRM])
def test_a_wrong_identity_number_is_refused(number: str) -> None:
    with pytest.raises(InvalidInput):
        check_identity(number)
