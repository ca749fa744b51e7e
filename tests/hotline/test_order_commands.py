"""`paotuan orders import` and `orders tickets`, as an administrator types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotline.cli.main import app

HEAD = "申请人,电话,事项,帮办方式,镇（街道）,上门时间,12345编号,办结期限\n"
ROW = "王建国,13800001234,给老人送药,其他帮办,柳林镇,2036-11-24 10:00,SC1,2036-11-27\n"


@pytest.fixture
def folder(tmp_path: Path, migrated_sqlite: Path) -> Path:
    (tmp_path / "paotuan.db").write_bytes(migrated_sqlite.read_bytes())
    return tmp_path


def run(folder: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, [*words, "--data-dir", str(folder)])
    return result.exit_code, result.output


def test_a_list_is_imported_once_and_leaves_again_with_its_numbers(folder: Path) -> None:
    (folder / "list.csv").write_text(HEAD + ROW, "utf-8")
    code, said = run(folder, "orders", "import", str(folder / "list.csv"), "--json")
    assert (code, len(json.loads(said)["made"])) == (0, 1)
    code, said = run(folder, "orders", "import", str(folder / "list.csv"))
    assert (code, said.split("。")[0]) == (0, "新下 0 单，已有 1 单")
    code, said = run(folder, "orders", "tickets", "--json")
    assert [(ticket["ticket"], ticket["due_at"][:16]) for ticket in json.loads(said)] == [("SC1", "2036-11-27T17:00")]


def test_a_faulty_list_is_told_in_chinese_and_nothing_is_imported(folder: Path) -> None:
    (folder / "list.csv").write_text(HEAD + ROW + ROW.replace("13800001234", "12").replace("SC1", "SC2"), "utf-8")
    code, said = run(folder, "orders", "import", str(folder / "list.csv"))
    assert code == 1
    assert "第3行：电话号码是2位" in said.replace("\n", "")
    assert json.loads(run(folder, "orders", "list", "--json")[1]) == []
