"""Pictures as the hall keeps and shows them: checked by what they are, without their secrets, with a mark."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from hotline.errors import InvalidInput

KINDS = ("JPEG", "PNG", "WEBP")
LARGEST = 8_000_000  # bytes that may be sent
MOST_PIXELS = 50_000_000  # a decompression bomb has more
LONGEST_SIDE = 2400  # pixels kept: small print stays readable
SMALLEST_SIDE = 100  # pixels; less shows nothing
QUALITY = 85
_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
)
_NOT_A_PHOTO = "这不是照片，请发 JPG、PNG 或 WebP 格式的照片。"


def normalise(data: bytes) -> bytes:
    """The picture as a JPEG without place, time and name of the camera; raises InvalidInput for anything else.

    What it is is told by its content, never by its name.
    """
    if len(data) > LARGEST:
        raise InvalidInput(f"照片太大了，最多{LARGEST // 1_000_000}MB，请压缩后再发。")
    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise InvalidInput("照片的尺寸太大了，请缩小后再发。")
            if min(picture.size) < SMALLEST_SIDE:
                raise InvalidInput("照片太小了，看不清，请重新拍。")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except InvalidInput:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidInput(_NOT_A_PHOTO) from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return _jpeg(upright)


def watermark(data: bytes, words: str, plain_words: str) -> bytes:
    """The picture with a mark all over it; `plain_words` (ASCII) where the machine has no Chinese font."""
    with Image.open(io.BytesIO(data)) as picture:
        base = picture.convert("RGBA")
    size = max(14, base.width // 36)
    font, has_chinese = _font(size)
    text = words if has_chinese else plain_words
    left, top, right, bottom = font.getbbox(text)
    stamp = Image.new("RGBA", (int(right - left) + 4 * size, int(bottom - top) + 4 * size))
    ImageDraw.Draw(stamp).text((2 * size, 2 * size), text, font=font, fill=(200, 0, 0, 110))
    stamp = stamp.rotate(24, expand=True)
    layer = Image.new("RGBA", base.size)
    for y in range(0, base.height, stamp.height):
        for x in range(0, base.width, stamp.width):
            layer.alpha_composite(stamp, (x, y))
    return _jpeg(Image.alpha_composite(base, layer).convert("RGB"))


@cache
def _font(size: int) -> tuple[ImageFont.FreeTypeFont | ImageFont.ImageFont, bool]:
    for path in _FONTS:
        if Path(path).exists():
            return ImageFont.truetype(path, size), True
    return ImageFont.load_default(size), False


def _jpeg(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()
