"""The hall starts `paotuan catalogue proposals review` when accepted aliases wait: apart, since it computes for minutes."""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from hotline.hall import Hall
from hotline.settings import ROOT

log = logging.getLogger(__name__)
LOOK_SECONDS = 3.0  # how often accepted aliases are looked for
NICENESS = 10  # citizens' turns go first


async def review_accepted_forever(hall: Hall) -> None:
    """Have what staff accepted evaluated, one process at a time; what it claimed is taken up again if it dies."""
    while True:
        try:
            if await hall.read(hall.proposals.has_due):
                code = await _review(hall)
                log.info("alias review: process ended with code %s", code)
        except Exception:
            log.exception("alias review failed, goes on")
        await asyncio.sleep(LOOK_SECONDS)


async def _review(hall: Hall) -> int:
    settings = hall.settings
    environment = os.environ | {
        "PYTHONPATH": str(ROOT), "PAOTUAN_DATABASE_URL": settings.database_url, "PAOTUAN_PROFILE": str(settings.profile),
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hotline.cli", "catalogue", "proposals", "review", "--data-dir", str(settings.data_dir),
        env=environment, stdout=asyncio.subprocess.DEVNULL, preexec_fn=lambda: os.nice(NICENESS) and None,
    )  # fmt: skip
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
