"""The runner's page as an app on a phone: its files, kept by a service worker under one version.

Only the shell is kept, pages and scripts without data; what belongs to a runner never is.
"""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

from aiohttp import web

PAGES = Path(__file__).parent / "pages"
FOLDERS = {"desk": PAGES, "chat": PAGES.parents[1] / "connectors" / "pages"}
PAGE, WORKER = PAGES / "runner.html", PAGES / "runner_worker.js"
MODULES = [*PAGES.glob("runner*.js"), PAGES / "common.js", PAGES / "sheet.js"]


def routes() -> list[web.AbstractRouteDef]:
    """The worker; it holds no data and needs no login."""
    return [web.get("/static/desk/runner/worker.js", worker)]


async def worker(request: web.Request) -> web.Response:
    """The service worker, with the version of the files that it keeps put in front."""
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/runner"}
    text = f"const SHELL = {shell()};\n{WORKER.read_text('utf-8')}"
    return web.Response(text=text, content_type="text/javascript", headers=headers)


def shell() -> str:
    """The addresses to keep and their version, as JSON: another version whenever a file changed."""
    files = _files()
    digest = sha256(b"".join(file.read_bytes() for file in [PAGE, *files.values()])).hexdigest()[:16]
    return json.dumps({"version": digest, "files": ["/runner", *files]})


def _files() -> dict[str, Path]:
    """Address → file of what the page names, and of the modules that its script imports."""
    named = re.findall(r'(?:href|src)="/static/(\w+)/([\w.]+)"', PAGE.read_text("utf-8"))
    files = {f"/static/{folder}/{name}": FOLDERS[folder] / name for folder, name in named}
    modules = {f"/static/desk/{file.name}": file for file in sorted(MODULES) if file != WORKER}
    return files | modules
