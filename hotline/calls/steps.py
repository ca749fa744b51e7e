"""What a caller did, and what the line has to do next: plain values that no provider knows."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Heard:
    """What came from the other side in one turn; all empty is silence."""

    text: str = ""  # what the recogniser understood
    digits: str = ""  # keys: 0-9, *, #
    confidence: float | None = None  # 0 to 1; None when the line does not say


@dataclass(frozen=True)
class Listen:
    """How to listen for the next turn."""

    begin_seconds: int = 7  # silence before the caller starts
    pause_seconds: int = 2  # silence inside or after speech that ends it
    digits: int = 0  # so many keys end the turn by themselves; 0: # or a pause ends it
    hints: tuple[str, ...] = ()  # words that the recogniser should expect, 500 at the most


@dataclass(frozen=True)
class Ring:
    """Ring one person for the caller, and tell that person first who it is."""

    forward_id: int
    number: str
    seconds: int = 20


@dataclass(frozen=True)
class Step:
    """What the line does next: say, then listen, ring somebody, wait, or hang up."""

    says: tuple[str, ...] = ()
    listen: Listen | None = None
    ring: Ring | None = None
    wait: bool = False  # the answer is not there yet: ask again for this turn in a moment
    slow: bool = False  # speak slowly
    turn: int = 0  # the turn that this step answered
    held: str = ""  # the beginning of a number that goes in front of what is heard next

    @property
    def hangs_up(self) -> bool:
        """Whether the call ends after what is said."""
        return not (self.listen or self.ring or self.wait)

    def as_json(self) -> dict[str, Any]:
        """For the row that a replayed callback is answered from."""
        return asdict(self)

    @classmethod
    def of(cls, row: dict[str, Any]) -> Step:
        """Back from the row."""
        listen, ring = row["listen"], row["ring"]
        return cls(
            says=tuple(row["says"]),
            listen=Listen(**{**listen, "hints": tuple(listen["hints"])}) if listen else None,
            ring=Ring(**ring) if ring else None,
            wait=row["wait"], slow=row["slow"], turn=row["turn"], held=row.get("held", ""),
        )  # fmt: skip


@dataclass(frozen=True)
class Ask:
    """What the caller said goes to the assistant; `desk.answered` makes the step of its answer."""

    conversation_id: int
    message_id: int
    turn: int
    extra: list[str] = field(default_factory=list)
