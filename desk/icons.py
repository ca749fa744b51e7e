"""Draws the runner app's icon for phones that want pictures: `python -m desk.icons` writes the PNG files.

The same figure as pages/icon.svg, a house on blue, and on a full square where the phone cuts its own shape.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

PAGES = Path(__file__).parent / "pages"
BLUE, WHITE = "#14508c", "#ffffff"
GRID = 40  # units of the drawing, as in icon.svg
HOUSE = [(20, 7), (6, 18), (10, 18), (10, 32), (17, 32), (17, 24), (23, 24), (23, 32), (30, 32), (30, 18), (34, 18)]
FINER = 4  # drawn so many times larger, for smooth edges


def draw(size: int, *, full: bool = False) -> Image.Image:
    """The icon in pixels; `full` fills the square and keeps the house within the safe middle."""
    edge = size * FINER
    picture = Image.new("RGBA", (edge, edge), BLUE if full else (0, 0, 0, 0))
    pen, unit = ImageDraw.Draw(picture), edge / GRID
    if not full:
        pen.rounded_rectangle((0, 0, edge - 1, edge - 1), radius=9 * unit, fill=BLUE)
    shrink = 0.8 if full else 1.0
    middle = GRID / 2
    pen.polygon([((x - middle) * shrink * unit + edge / 2, (y - middle) * shrink * unit + edge / 2) for x, y in HOUSE], fill=WHITE)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def write() -> None:
    """Write the files that the manifest names."""
    for size in (192, 512):
        draw(size).save(PAGES / f"runner-{size}.png", optimize=True)
    draw(512, full=True).save(PAGES / "runner-full.png", optimize=True)


if __name__ == "__main__":
    write()
