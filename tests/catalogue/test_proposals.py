"""Proposed aliases: kept without persons, once, reviewed by a person, and live only if nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from hotline.alias_review import Verdict, review
from hotline.catalogue.blast import Probe
from hotline.catalogue.catalogue import Catalogue
from hotline.errors import InvalidInput, NotFound, TransitionRefused
from hotline.hall import Hall
from hotline.proposals import LEASE, Proposals
from hotline.store import Database
from hotline.store.proposals import AliasProposal
from hotline.vocabulary import Decision, ProposalSource, ProposalState
from tests.builders import HandClock, at_once, request_for
from tests.catalogue.little import BUNDLES, with_aliases

P = ProposalState
SAID = "刚生的幺儿要报个户头"


@pytest.fixture
def proposals(clock: HandClock) -> Proposals:
    return Proposals(clock)


def keep(proposals: Proposals, session: Session, catalogue: Catalogue, text: str = SAID) -> AliasProposal | None:
    item = catalogue.get("030002")
    assert item is not None
    return proposals.keep(session, text, item, ProposalSource.CHOICE)


# --- keeping


def test_the_same_wording_is_kept_once_and_counted(
    database: Database, proposals: Proposals, catalogue: Catalogue, clock: HandClock
) -> None:
    with database.begin() as session:
        keep(proposals, session, catalogue)
    clock.advance(hours=1)
    results = at_once(database, 4, lambda session: keep(proposals, session, catalogue, f"我是柳林镇的，{SAID}"))
    assert not [one for one in results if isinstance(one, Exception)]
    with database.read() as session:
        (row,) = proposals.of_states(session, [P.PROPOSED])
        assert (row.text, row.item_code, row.times, row.source) == (SAID, "030002", 5, ProposalSource.CHOICE)
        assert row.last_at == clock() and row.first_at < clock()


@pytest.mark.parametrize(
    "text", ["给娃儿上户口", "出生登记", "我姓王", "13800001234", "我跟你说嘛" * 30]
)
def test_nothing_is_learnt_from_what_is_known_personal_or_a_story(
    session: Session, proposals: Proposals, catalogue: Catalogue, text: str
) -> None:
    assert keep(proposals, session, catalogue, text) is None


def test_staff_tell_what_a_message_meant_and_the_citizens_name_goes(hall: Hall) -> None:
    with hall.database.begin() as session:
        conversation = hall.conversations.start(session, "web")
        hall.orders.place(session, request_for(conversation_id=conversation.id, applicant_name="欧阳建国"))
        message, _ = hall.conversations.receive(session, conversation, "1", text=f"欧阳建国{SAID}")
        item = hall.catalogue.get("030002")
        assert item is not None
        row = hall.proposals.corrected(session, conversation.id, message.id, item)
        assert row is not None and (row.text, row.source) == (SAID, ProposalSource.STAFF)
        other = hall.conversations.start(session, "web")
        with pytest.raises(NotFound):
            hall.proposals.corrected(session, other.id, message.id, item)


# --- deciding


def test_a_rejected_wording_does_not_come_back(session: Session, proposals: Proposals, catalogue: Catalogue) -> None:
    row = keep(proposals, session, catalogue)
    assert row is not None
    proposals.reject(session, row.id, by="小李")
    assert keep(proposals, session, catalogue) is row and row.state is P.REJECTED
    with pytest.raises(TransitionRefused) as refusal:
        proposals.accept(session, row.id, by="小李")
    assert "不采用，不能再改" in refusal.value.wording


def test_a_reviewer_may_word_it_better(session: Session, proposals: Proposals, catalogue: Catalogue) -> None:
    row, other = keep(proposals, session, catalogue), keep(proposals, session, catalogue, "报个娃儿户头")
    assert row is not None and other is not None
    with pytest.raises(InvalidInput):
        proposals.accept(session, row.id, by="小李", text=other.text)
    with pytest.raises(InvalidInput):
        proposals.accept(session, row.id, by="小李", text="户")
    session.expire_all()


def test_an_accepted_wording_is_claimed_by_one_process_until_its_lease_lapses(
    database: Database, proposals: Proposals, catalogue: Catalogue, clock: HandClock
) -> None:
    with database.begin() as session:
        row = keep(proposals, session, catalogue)
        assert row is not None and not proposals.has_due(session)
        proposals.accept(session, row.id, by="小李", text="新生的幺儿报户头")
        assert proposals.has_due(session)
    claims = at_once(database, 3, lambda session: len(proposals.claim(session)))
    assert sorted(one for one in claims if isinstance(one, int)) == [0, 0, 1]
    clock.advance(seconds=LEASE.total_seconds())  # whoever had it died
    with database.begin() as session:
        assert [one.text for one in proposals.claim(session)] == ["新生的幺儿报户头"]


# --- the evaluation


def accepted(hall: Hall, text: str, code: str = "030002", *, forced: bool = False) -> list[AliasProposal]:
    item = hall.catalogue.get(code)
    assert item is not None
    with hall.database.begin() as session:
        row = hall.proposals.keep(session, text, item, ProposalSource.CHOICE)
        assert row is not None
        hall.proposals.accept(session, row.id, by="小李", forced=forced)
        return hall.proposals.claim(session)


def reviewed(hall: Hall, claimed: list[AliasProposal], *probes: Probe) -> Verdict:
    (verdict,) = review(hall, claimed, probes)
    with hall.database.begin() as session:
        row = hall.proposals.get(session, verdict.proposal.id)
        assert (row.version, row.report) == (verdict.version, verdict.report)
        assert row.state is (P.LIVE if verdict.version else P.REFUSED)
    return verdict


@pytest.fixture
def open_hall(hall: Hall, catalogue: Catalogue) -> Hall:
    """The small hall with its small catalogue live as version 1."""
    hall.bundles = BUNDLES
    with hall.database.begin() as session:
        hall.versions.add(session, catalogue, BUNDLES, by="小李")
        hall.versions.go_live(session, 1, catalogue, BUNDLES, by="小李")
    hall.read_files = lambda: catalogue  # type: ignore[method-assign]
    return hall


def means(code: str, text: str) -> Probe:
    return Probe("E001", text, lambda item: item.code == code)


def test_a_harmless_wording_goes_live_and_can_be_undone(open_hall: Hall) -> None:
    hall = open_hall
    verdict = reviewed(hall, accepted(hall, SAID), means("030001", "身份证掉了"))
    assert (verdict.version, verdict.report) == (2, "评测过了，已启用。")
    assert hall.switch_version()
    assert SAID in hall.lookup.find(SAID).candidates[0].evidence
    with hall.database.begin() as session:
        assert hall.versions.undo(session, by="小李").number == 1


def test_a_wording_that_makes_an_utterance_lose_its_answer_is_refused_unless_forced(open_hall: Hall) -> None:
    hall = open_hall
    probe = Probe("E001", "送个结婚礼物", None)  # no item is right, and it is refused so far
    assert hall.lookup.find(probe.text).decision is Decision.REJECT
    verdict = reviewed(hall, accepted(hall, probe.text, "070001"), probe)
    assert verdict.version is None and "E001“送个结婚礼物”" in verdict.report
    with hall.database.begin() as session:
        assert hall.versions.live_number(session) == 1
        hall.proposals.accept(session, verdict.proposal.id, by="小李", forced=True)
        claimed = hall.proposals.claim(session)
    assert reviewed(hall, claimed, probe).version == 2


def test_a_wording_that_is_another_items_is_refused(open_hall: Hall) -> None:
    verdict = reviewed(open_hall, accepted(open_hall, "扯结婚证"))
    assert verdict.version is None and "同时写在" in verdict.report


def test_what_went_live_meanwhile_is_kept(open_hall: Hall, catalogue: Catalogue) -> None:
    hall = open_hall
    claimed = accepted(hall, SAID)
    assert hall.lookup
    other = with_aliases(catalogue, "070001", "扯结婚证", "领结婚证", "两口子扯证", "办喜酒前要办的那个证")
    with hall.database.begin() as session:
        hall.versions.amend(session, catalogue, BUNDLES, [replace(other, fee="不收费")], by="老张", note="改")
    assert reviewed(hall, claimed).version == 3
    assert hall.switch_version()
    assert {"办喜酒前要办的那个证", SAID} <= {alias for item in hall.catalogue for alias in item.aliases}


def test_harmless_ones_go_live_together_and_a_harmful_one_alone_is_refused(open_hall: Hall) -> None:
    hall = open_hall
    good = [("030002", SAID), ("030002", "幺儿满月报户头"), ("070001", "小两口办红本本")]
    with hall.database.begin() as session:
        for code, text in [*good, ("070001", "送个结婚礼物")]:
            item = hall.catalogue.get(code)
            assert item is not None
            row = hall.proposals.keep(session, text, item, ProposalSource.CHOICE)
            assert row is not None
            hall.proposals.accept(session, row.id, by="小李")
        claimed = hall.proposals.claim(session)
    verdicts = review(hall, claimed[:3], [Probe("E001", "送个结婚礼物", None)])
    assert [verdict.version for verdict in verdicts] == [2, 2, 2]  # one version for all
    verdicts = review(hall, claimed[2:], [Probe("E001", "送个结婚礼物", None)])
    assert [bool(verdict.version) for verdict in verdicts] == [True, False]
    assert hall.switch_version() is False
    assert {text for _, text in good} <= {alias for item in hall.catalogue for alias in item.aliases}


def test_a_slip_of_the_finger_is_refused_and_staffs_word_is_taken(open_hall: Hall) -> None:
    hall, text = open_hall, "身份证掉落了嘛"
    verdict = reviewed(hall, accepted(hall, text, "070001"))
    assert verdict.version is None and "现在肯定地答“居民身份证丢失补领”" in verdict.report
    item = hall.catalogue.get("030002")
    assert item is not None
    with hall.database.begin() as session:
        row = hall.proposals.keep(session, text, item, ProposalSource.STAFF)
        assert row is not None
        hall.proposals.accept(session, row.id, by="小李")
        claimed = hall.proposals.claim(session)
    assert reviewed(hall, claimed).version == 2
