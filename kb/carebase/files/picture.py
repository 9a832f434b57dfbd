"""Pictures, decoded and written anew: what is not a picture in them does not survive that.

Neither do their descriptions (EXIF with the position, XMP, IPTC, comments, profiles, previews),
further pictures of an animation, and whatever stands behind the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps

from carebase.files.kinds import JPEG, MOST_PIXELS, PNG, WEBP, Refused

# The decoder of this type alone is used, whatever else Pillow might find in the bytes.
_FORMATS: Mapping[str, str] = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_WRITING: Mapping[str, dict[str, Any]] = {
    JPEG: {"quality": 90, "optimize": False},
    PNG: {"compress_level": 6},
    WEBP: {"quality": 90, "method": 2},
}


def clean_picture(data: bytes, kind: str) -> bytes:
    """Give the picture alone, turned as it is meant to be seen (EXIF 2.32, tag 0x0112).

    Nothing is made smaller. Raises `Refused`: `pixels` before anything is decoded, `broken` for
    what is no whole picture.
    """
    # Our own limit is told before; Pillow's would warn at a lower one.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(BytesIO(data), formats=[_FORMATS[kind]]) as opened:
            width, height = opened.size
            if width * height > MOST_PIXELS:
                raise Refused("pixels")
            opened.load()
            ImageOps.exif_transpose(opened, in_place=True)
            bare = _plain(opened, kind)
            bare.info.clear()
            written = BytesIO()
            bare.save(written, _FORMATS[kind], **_WRITING[kind])
    except Refused:
        raise
    # Decoders tell what is wrong in many ways; here each of them is an answer.
    except Exception:
        raise Refused("broken") from None
    return written.getvalue()


def _plain(image: Image.Image, kind: str) -> Image.Image:
    """Give the picture in a mode that every reader knows, without palettes and deep colours."""
    if image.mode.startswith("I"):
        # 16 bits of grey, of which the upper eight are kept.
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    see_through = "transparency" in image.info or image.mode in ("LA", "PA", "La", "RGBA", "RGBa")
    if see_through and kind != JPEG:
        return image.convert("RGBA")
    return image if image.mode == "L" and kind != WEBP else image.convert("RGB")
