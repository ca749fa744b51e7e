"""Files of pages: scripts, styles and pictures of one folder, by name; anything else is not there."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from hotline.errors import NotFound

TYPES = {
    ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}  # fmt: skip


def assets(prefix: str, folder: Path) -> web.RouteDef:
    """The route of a folder's assets: `assets("/static/chat", PAGES)`; pages themselves are not among them."""
    files = {file.name: file for file in folder.iterdir() if file.suffix in TYPES}

    async def asset(request: web.Request) -> web.StreamResponse:
        """A script, style or picture."""
        file = files.get(request.match_info["name"])
        if file is None:
            raise NotFound("没有这个文件。")
        return send_file(file)

    return web.get(f"{prefix}/{{name}}", asset)


def send_file(file: Path) -> web.FileResponse:
    """A file; browsers ask each time whether it changed, so that an upgrade shows at once."""
    headers = {"Cache-Control": "no-cache"}
    if file.suffix == ".webmanifest":  # which systems' own tables often miss
        headers["Content-Type"] = TYPES[file.suffix]
    return web.FileResponse(file, headers=headers)
