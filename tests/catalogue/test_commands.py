"""`paotuan catalogue …` as a keeper types it: out, edit, in, look at the effect, live, undo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotline.catalogue.catalogue import read_catalogue
from hotline.cli.main import app
from hotline.hall import Hall
from hotline.settings import Settings
from hotline.store import Database
from hotline.vocabulary import ProposalSource
from tests.catalogue.little import BUNDLES, NEARBY, PROFILE, TinyEncoder, little, little_profile


@pytest.fixture
def paotuan(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command line over the small hall: its files, its profile, and both databases."""
    profile = little_profile(tmp_path)
    small = little(profile)
    url = database.url.render_as_string(hide_password=False)

    def open_little(data_dir: Path | None) -> Hall:
        settings = Settings(data_dir=tmp_path, database_url=url, profile=tmp_path / "hall.yml")
        hall = Hall(settings, encoders=[TinyEncoder()])
        hall.bundles, hall.nearby = BUNDLES, NEARBY
        return hall

    for module in ("catalogue", "catalogue_versions", "verification", "proposals"):
        monkeypatch.setattr(f"hotline.cli.{module}.open_hall", open_little)
    for module in ("hotline.cli.catalogue_versions", "hotline.hall"):
        monkeypatch.setattr(
            f"{module}.read_catalogue", lambda p, *a, **k: read_catalogue(p, *a, **k) if a else small
        )
    monkeypatch.setattr("hotline.knowledge.open_lookup", lambda c, encoders: _opened(c, tmp_path))
    sets = tmp_path / "set.tsv"
    sets.write_text("id\ttext\tkind\taccept\nE1\t扯结婚证\tclear\t结婚登记\nE2\t点个披萨\tnone\t\n", "utf-8")
    for module in ("catalogue_versions", "proposals"):
        monkeypatch.setattr(f"hotline.cli.{module}.EVALUATION", sets)
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def _opened(catalogue: object, folder: Path) -> object:
    from hotline.catalogue.live import open_version

    return open_version(catalogue, folder / "cache", encoders=[TinyEncoder()])  # type: ignore[arg-type]


def say(paotuan: CliRunner, *words: str, fails: bool = False) -> str:
    result = paotuan.invoke(app, ["catalogue", *words], env={"COLUMNS": "200"})
    assert (result.exit_code != 0) is fails, (result.output, result.exception)
    return result.output


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8-sig")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8-sig")


def test_from_the_table_to_a_live_version_and_back(paotuan: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "目录.csv"
    assert "4 项" in say(paotuan, "export", str(file))
    assert "和第 1 版一模一样" in say(paotuan, "import", str(file))
    edit(file, "扯结婚证", "我们要办喜事")
    assert "存成第 2 版" in say(paotuan, "import", str(file), "--note", "改说法", "--by", "小李")
    assert "data/catalogue 的文件" in say(paotuan, "versions")
    out = say(paotuan, "diff", "1", "2")
    assert "+ 我们要办喜事" in out and "- 扯结婚证" in out
    report = json.loads(say(paotuan, "blast", "2", "--json").splitlines()[-1])
    assert report["tried"] == 2 and report["difference"]["changed"][0]["code"] == "070001"
    assert "第 2 版启用了" in say(paotuan, "go-live", "2")
    rows = [json.loads(line) for line in say(paotuan, "versions", "--json").splitlines()]
    assert [(row["number"], row["live"], row["note"]) for row in rows] == [
        (2, True, "改说法"), (1, False, "目录文件"),
    ]  # fmt: skip
    assert "没有不同" in say(paotuan, "diff", "2", "live")
    assert "退回第 1 版" in say(paotuan, "undo")
    say(paotuan, "undo", fails=True)
    say(paotuan, "export", str(tmp_path / "二.csv"), "--version", "2")
    assert "我们要办喜事" in (tmp_path / "二.csv").read_text("utf-8-sig")


def test_a_zone_goes_out_and_in_by_itself(paotuan: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "公安.xlsx"
    assert "3 项" in say(paotuan, "export", str(file), "--zone", "公安专区")
    say(paotuan, "import", str(file), fails=True)  # taken for the whole catalogue, three items are too few
    assert "一模一样" in say(paotuan, "import", str(file), "--zone", "police")
    say(paotuan, "import", str(file), "--zone", "civil", fails=True)


def test_a_broken_file_changes_nothing(paotuan: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "目录.csv"
    say(paotuan, "export", str(file))
    edit(file, "区民政局", "区没有局")
    result = paotuan.invoke(app, ["catalogue", "import", str(file)])
    assert result.exit_code == 1
    assert say(paotuan, "versions", "--json") == ""


@pytest.mark.parametrize(
    "words",
    [
        ["diff", "x"],
        ["blast", "9"],
        ["go-live", "9"],
        ["export", "a.doc"],
        ["export", "a.csv", "--zone", "x"],
    ],
)
def test_a_wrong_word_is_told_without_a_stack_trace(paotuan: CliRunner, words: list[str]) -> None:
    result = paotuan.invoke(app, ["catalogue", *words])
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)


def test_bundles_are_listed(paotuan: CliRunner) -> None:
    assert "出生登记" in say(paotuan, "bundles", "newborn")
    assert json.loads(say(paotuan, "bundles", "--json"))["key"] == "newborn"
    say(paotuan, "bundles", "nothing", fails=True)


def test_check_tells_that_all_is_well(paotuan: CliRunner) -> None:
    told = say(paotuan, "check")
    assert f"{PROFILE['expected']['items']} 项" in told and "就近可办 2 行" in told


def propose(tmp_path: Path, database: Database, *texts: str) -> None:
    """Wordings that citizens used for the birth registration."""
    hall = Hall(Settings(database_url=database.url.render_as_string(hide_password=False)))
    item = little(little_profile(tmp_path)).get("030002")
    assert item is not None
    with hall.database.begin() as session:
        for text in texts:
            hall.proposals.keep(session, text, item, ProposalSource.CHOICE)
    hall.close()


def test_a_proposed_wording_is_accepted_evaluated_and_live(
    paotuan: CliRunner, tmp_path: Path, database: Database
) -> None:
    propose(tmp_path, database, "刚生的幺儿要报个户头", "送个结婚礼物", "扯结婚证")
    rows = [json.loads(line) for line in say(paotuan, "proposals", "list", "--json").splitlines()]
    assert [row["text"] for row in rows] == ["刚生的幺儿要报个户头", "送个结婚礼物", "扯结婚证"]
    out = say(paotuan, "proposals", "accept", "1", "--by", "小李")
    assert "评测过了，已启用。（第 2 版）" in out
    assert "1 条不采用" in say(paotuan, "proposals", "reject", "2")
    out = say(paotuan, "proposals", "accept", "3", fails=True)
    assert "同时写在" in out
    refused = json.loads(say(paotuan, "proposals", "list", "--state", "refused", "--json"))
    assert (refused["text"], refused["state"]) == ("扯结婚证", "评测没有通过")
    assert "+ 刚生的幺儿要报个户头" in say(paotuan, "diff", "1", "live")
    assert "退回第 1 版" in say(paotuan, "undo")
    say(paotuan, "proposals", "review")  # nothing waits
    for wrong in (["accept", "9"], ["accept", "1", "3", "--text", "x"], ["list", "--state", "x"]):
        say(paotuan, "proposals", *wrong, fails=True)


def test_a_task_is_opened_shown_and_answered(
    paotuan: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "不用核实" in say(paotuan, "tasks", "open", "030002")  # the demonstration
    monkeypatch.setitem(PROFILE, "confirmed", True)
    little_profile(tmp_path)
    assert "核实任务 1" in say(paotuan, "tasks", "open", "030002")
    shown = say(paotuan, "tasks", "show", "1")
    assert "出生登记" in shown and "费用：（没有写）" in shown and "户籍" in shown
    (row,) = map(json.loads, say(paotuan, "tasks", "list", "--json").splitlines())
    assert (row["item"], row["lead_officer"], row["overdue"]) == ("030002", "公安首席", False)
    say(paotuan, "tasks", "answer", "1", "--fee", "不收费", "--window", "没有", fails=True)
    facts = ("--fee", "不收费", "--window", "户籍", "--material", "居民户口簿/原件", "--days", "0")
    assert "第 2 版" in say(paotuan, "tasks", "answer", "1", *facts, "--by", "公首席")
    say(paotuan, "tasks", "answer", "1", *facts, fails=True)
    assert "公首席已核实" in say(paotuan, "tasks", "list", "--answered")
    assert "居民户口簿/原件" in say(paotuan, "diff", "1", "live")
