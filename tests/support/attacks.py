"""Files that customers send, and files that only look like them: all made here, none from outside.

Each function gives the bytes of one file.
"""

from __future__ import annotations

import random
import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

# Where the picture was taken; it must never be found in what is kept.
SECRET = b"Taken at Fjellby, bench 7"
SCRIPT = b"<script>alert(document.domain)</script>"


def picture(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Give a picture whose left upper corner is red, so that turning it can be seen."""
    made = Image.new("RGB", (width, height), "white")
    made.paste("red", (0, 0, width // 2, height // 2))
    return made.convert(mode)


def written(image: Image.Image, form: str, **options: Any) -> bytes:
    """Write a picture as a file."""
    target = BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def jpeg(width: int = 64, height: int = 48, **options: Any) -> bytes:
    """Give a sound picture."""
    return written(picture(width, height), "JPEG", **options)


def large_jpeg(size: int = 2_000_000) -> bytes:
    """Give a sound picture of about so many bytes: noise cannot be written shorter."""
    side = 600
    while True:
        noise = random.Random(7).randbytes(side * side * 3)
        made = written(Image.frombytes("RGB", (side, side), noise), "JPEG", quality=92)
        if len(made) >= size:
            return made
        side = int(side * 1.25)


def turned_jpeg(size: int) -> bytes:
    """Give a photo of so many bytes and more, of 4800 pixels, taken with the phone upright."""
    coarse = Image.frombytes("RGB", (960, 720), random.Random(7).randbytes(960 * 720 * 3))
    photo = coarse.resize((4800, 3600), Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    for quality in range(80, 101, 4):
        made = written(photo, "JPEG", quality=quality, exif=exif)
        if len(made) >= size:
            return made
    raise AssertionError(f"no picture of {size} bytes")


def located_jpeg(orientation: int = 6) -> bytes:
    """Give a picture that tells where it was taken, and which way up it is."""
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.ImageDescription] = SECRET.decode()
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (47.0, 12.0, 34.5)
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitudeRef] = "N"
    return written(picture(), "JPEG", exif=exif, comment=SECRET, icc_profile=b"profile" + SECRET)


def located_png() -> bytes:
    """Give a picture with the same in PNG's own chunks."""
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Comment", SECRET.decode())
    told.add_itxt("XML:com.adobe.xmp", f"<x>{SECRET.decode()}</x>", zip=True)
    exif = Image.Exif()
    exif[Base.ImageDescription] = SECRET.decode()
    return written(picture(mode="RGBA"), "PNG", pnginfo=told, exif=exif)


def located_webp() -> bytes:
    """Give a picture with the same as WebP has it."""
    exif = Image.Exif()
    exif[Base.ImageDescription] = SECRET.decode()
    return written(picture(), "WEBP", exif=exif, xmp=b"<x>" + SECRET + b"</x>")


def jpeg_and(rest: bytes) -> bytes:
    """Give a picture with something else behind its end."""
    return jpeg() + rest


def archive(content: bytes = b"#!/bin/sh\nid\n") -> bytes:
    """Give a ZIP archive."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("run.sh", content)
    return target.getvalue()


def zip_bomb() -> bytes:
    """Give an archive a thousand times larger than it looks."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("zeros", b"\0" * 5_000_000)
    return target.getvalue()


def svg() -> bytes:
    """Give a drawing that runs a script where a browser shows it."""
    return b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"


def gif_and_script() -> bytes:
    """Give what is a picture to one program and a script to another."""
    return b"GIF89a=1;alert(1)//" + b"\0" * 40


def html() -> bytes:
    """Give a page."""
    return b"<!doctype html>" + SCRIPT


def huge_png(width: int = 10_000, height: int = 10_000) -> bytes:
    """Give a picture of 100 million pixels that is short as a file: a decompression bomb."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + _chunk(b"IEND", b"")
    )


def wordy_png() -> bytes:
    """Give a picture whose description unfolds to 200 million letters."""
    text = b"Comment\0\0" + zlib.compress(b"a" * 200_000_000, 9)
    whole = written(picture(), "PNG")
    return whole[:33] + _chunk(b"zTXt", text) + whole[33:]


def huge_jpeg() -> bytes:
    """Give a picture whose head tells of 100 million pixels."""
    whole = bytearray(jpeg())
    at = whole.index(b"\xff\xc0") + 5
    whole[at : at + 4] = struct.pack(">HH", 10_000, 10_000)
    return bytes(whole)


def cut_jpeg() -> bytes:
    """Give the first half of a picture."""
    whole = jpeg(400, 300)
    return whole[: len(whole) // 2]


def pdf(extra: bytes = b"", catalog: bytes = b"", tail: bytes = b"") -> bytes:
    """Give a receipt of one page; `extra` are more objects."""
    return (
        b"%PDF-1.7\n"
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R" + catalog + b">>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>\nendobj\n"
        + extra
        + b"trailer\n<</Root 1 0 R/Size 4>>\nstartxref\n9\n%%EOF\n"
        + tail
    )


def pdf_with_script(name: bytes = b"/JavaScript") -> bytes:
    """Give a receipt that runs a script when it is opened."""
    return pdf(b"4 0 obj\n<</S" + name + b"/JS(app.alert\\(1\\))>>\nendobj\n", b"/OpenAction 4 0 R")


def pdf_with_hidden_script() -> bytes:
    """Give one whose script stands in compressed objects."""
    inner = zlib.compress(b"4 0 <</S/JavaScript/JS(app.alert\\(1\\))>>")
    head = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>" % len(inner)
    return pdf(b"5 0 obj\n" + head + b"\nstream\n" + inner + b"\nendstream\nendobj\n")


def pdf_bomb() -> bytes:
    """Give one whose objects unfold to 100 million bytes."""
    inner = zlib.compress(b" " * 100_000_000, 9)
    head = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>" % len(inner)
    return pdf(b"5 0 obj\n" + head + b"\nstream\n" + inner + b"\nendstream\nendobj\n")


def pdf_with_file() -> bytes:
    """Give one that carries another file."""
    return pdf(b"4 0 obj\n<</Type/EmbeddedFile/Length 3>>\nstream\nMZ!\nendstream\nendobj\n")


def locked_pdf() -> bytes:
    """Give one that nobody can look into."""
    return pdf().replace(b"/Size 4>>", b"/Size 4/Encrypt 9 0 R>>")


def pdf_and_archive() -> bytes:
    """Give what is a receipt to one program and an archive to another."""
    return pdf(b"4 0 obj\n<<>>\nstream\n" + archive() + b"\nendstream\nendobj\n")


def _chunk(kind: bytes, content: bytes) -> bytes:
    summed = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", summed)
