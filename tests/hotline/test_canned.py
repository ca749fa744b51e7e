"""Every canned answer is a whole sentence, and a faulty file is told by its row."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.canned import read_canned
from hotline.errors import CatalogueFault


def test_the_file_of_the_hall_is_right() -> None:
    answers = read_canned()
    assert {"nh", "mf"} <= {answer.key for answer in answers}
    assert all(answer.text.endswith(("。", "？", "！")) for answer in answers)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("- {key: a, title: 好}", "第1条要有 key、title、text"),
        ("- {key: a, title: 好, text: 没有句号}", "第1条（a）"),
        ("- {key: a, title: 好, text: 好。}\n  - {key: a, title: 又, text: 好。}", "a 写了两次"),
        ("{", "读不出来"),
    ],
)
def test_a_fault_is_told_by_its_row(tmp_path: Path, rows: str, told: str) -> None:
    file = tmp_path / "canned_answers.yml"
    file.write_text(f"answers:\n  {rows}\n", "utf-8")
    with pytest.raises(CatalogueFault) as fault:
        read_canned(file)
    assert told in fault.value.wording
