"""What is kept for the next start is only an economy: another key or a torn file, and it is made anew."""

from __future__ import annotations

from pathlib import Path

from hotline.catalogue.remembered import remembered


class Maker:
    """Counts how often it had to work."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> list[int]:
        self.times += 1
        return [1, 2, 3]


def test_it_is_made_once(tmp_path: Path) -> None:
    make, file = Maker(), tmp_path / "cache" / "kept.pickle"
    assert [remembered(file, "a", make) for _ in range(3)] == [[1, 2, 3]] * 3
    assert make.times == 1


def test_another_key_makes_it_anew(tmp_path: Path) -> None:
    make, file = Maker(), tmp_path / "kept.pickle"
    for key in ("a", "b", "b"):
        remembered(file, key, make)
    assert make.times == 2


def test_a_torn_file_makes_it_anew(tmp_path: Path) -> None:
    make, file = Maker(), tmp_path / "kept.pickle"
    remembered(file, "a", make)
    file.write_bytes(file.read_bytes()[:-5])
    assert remembered(file, "a", make) == [1, 2, 3]
    assert remembered(file, "a", make) == [1, 2, 3]
    assert make.times == 2


def test_without_a_file_it_is_always_made() -> None:
    make = Maker()
    remembered(None, "a", make)
    remembered(None, "a", make)
    assert make.times == 2
