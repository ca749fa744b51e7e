"""What takes a second to make at every start, and is kept in the hall's own cache folder instead.

A remembered thing is only ever an economy: whatever is wrong with its file, it is made anew.
"""

from __future__ import annotations

import logging
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")


def remembered(file: Path | None, key: str, make: Callable[[], T]) -> T:
    """What `make` gives; from the file, if that was kept under the same key. Without a file it is always made."""
    if file is None:
        return make()
    try:
        with file.open("rb") as kept:
            if pickle.load(kept) == key:
                return pickle.load(kept)  # type: ignore[no-any-return]
    except FileNotFoundError:
        pass
    except Exception as fault:  # a torn file, or one of another release: pickle raises nearly anything
        log.info("%s is made anew: %r", file.name, fault)
    made = make()
    _keep(file, key, made)
    return made


def _keep(file: Path, key: str, made: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.part")
    with draft.open("wb") as kept:
        pickle.dump(key, kept)
        pickle.dump(made, kept, protocol=pickle.HIGHEST_PROTOCOL)
    draft.replace(file)
