"""Times as pages get them."""

from __future__ import annotations

from datetime import datetime

from hotline.clock import local


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 with the offset of Sichuan, to the second, or None."""
    return local(moment).isoformat(timespec="seconds") if moment else None
