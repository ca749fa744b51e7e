"""What differs between two versions of the catalogue, item by item."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hotline.catalogue.catalogue import Catalogue, Item, row_of


@dataclass(frozen=True)
class Change:
    """One item that is in both versions, and not the same."""

    before: Item
    after: Item
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # field → (was, is), without aliases
    aliases_added: tuple[str, ...] = ()
    aliases_removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """Everything that differs; equal versions have no entry."""

    added: list[Item]
    removed: list[Item]
    changed: list[Change]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def as_json(self) -> dict[str, Any]:
        """A plain dictionary."""
        return {
            "added": [{"code": item.code, "name": item.name} for item in self.added],
            "removed": [{"code": item.code, "name": item.name} for item in self.removed],
            "changed": [
                {
                    "code": change.after.code,
                    "name": change.after.name,
                    "fields": {name: {"from": was, "to": now} for name, (was, now) in change.fields.items()},
                    "aliases_added": list(change.aliases_added),
                    "aliases_removed": list(change.aliases_removed),
                }
                for change in self.changed
            ],
        }


def compare(before: Catalogue, after: Catalogue) -> Difference:
    """What one has to do to come from `before` to `after`; the order of items does not count."""
    both = [(old, new) for new in after if (old := before.get(new.code)) and old != new]
    return Difference(
        added=[item for item in after if before.get(item.code) is None],
        removed=[item for item in before if after.get(item.code) is None],
        changed=[_change(old, new) for old, new in both],
    )


def _change(old: Item, new: Item) -> Change:
    was, now = row_of(old), row_of(new)
    return Change(
        old, new,
        fields={name: (was[name], now[name]) for name in was if was[name] != now[name] and name != "aliases"},
        aliases_added=tuple(alias for alias in new.aliases if alias not in old.aliases),
        aliases_removed=tuple(alias for alias in old.aliases if alias not in new.aliases),
    )  # fmt: skip
