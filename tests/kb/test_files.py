"""Files of customers: told by their bytes, cleaned or refused, in bounded time and memory."""

from __future__ import annotations

import hashlib
import resource
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from carebase.files.cleaning import Cleaned, clean
from carebase.files.kinds import JPEG, KINDS, PDF, PNG, WEBP, Refused, types_of
from carebase.files.names import clean_name
from tests.support import attacks

ALL = types_of(KINDS)


def cleaned(
    tmp_path: Path, content: bytes, allowed: list[str] | None = None
) -> tuple[Cleaned, bytes]:
    source, draft = tmp_path / "source", tmp_path / "draft"
    source.write_bytes(content)
    told = clean(source, draft, ALL if allowed is None else allowed)
    kept = draft.read_bytes()
    assert (len(kept), hashlib.sha256(kept).hexdigest()) == (told.size, told.sha256)
    assert 0o600 == draft.stat().st_mode & 0o777
    return told, kept


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_and_tells_nothing_more(tmp_path: Path, orientation: int) -> None:
    told, kept = cleaned(tmp_path, attacks.located_jpeg(orientation))

    assert JPEG == told.type
    assert attacks.SECRET not in kept
    with Image.open(BytesIO(kept)) as image:
        assert {} == dict(image.getexif())
        assert {} == dict(image.getexif().get_ifd(0x8825))
        assert "exif" not in image.info and "icc_profile" not in image.info
        turned = orientation > 4
        assert ((48, 64) if turned else (64, 48)) == image.size
        corner = {
            1: (0, 0),
            2: (1, 0),
            3: (1, 1),
            4: (0, 1),
            5: (0, 0),
            6: (1, 0),
            7: (1, 1),
            8: (0, 1),
        }
        across, down = corner[orientation]
        at = (across * (image.width - 1), down * (image.height - 1))
        red, green, _ = image.convert("RGB").getpixel(at)  # type: ignore[misc]
        assert red > 200 and green < 60


@pytest.mark.parametrize(
    ("make", "kind", "mode"),
    [
        (attacks.located_png, PNG, "RGBA"),
        (attacks.located_webp, WEBP, "RGB"),
    ],
)
def test_other_pictures_tell_nothing_either(
    tmp_path: Path, make: Callable[[], bytes], kind: str, mode: str
) -> None:
    content = make()
    assert attacks.SECRET in content

    told, kept = cleaned(tmp_path, content)

    assert (kind, False) == (told.type, attacks.SECRET in kept)
    with Image.open(BytesIO(kept)) as image:
        assert (mode, (64, 48)) == (image.mode, image.size)
        assert {} == dict(image.getexif())


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_is_read(tmp_path: Path, mode: str) -> None:
    made = Image.new(mode, (8, 6)) if mode == "I;16" else attacks.picture(8, 6, mode)

    assert PNG == cleaned(tmp_path, attacks.written(made, "PNG"))[0].type


def test_nothing_is_made_smaller(tmp_path: Path) -> None:
    content = attacks.jpeg(4000, 3000)

    with Image.open(BytesIO(cleaned(tmp_path, content)[1])) as image:
        assert (4000, 3000) == image.size


@pytest.mark.parametrize(
    "rest",
    [attacks.html(), attacks.archive(), attacks.pdf(), attacks.SCRIPT],
    ids=["page", "archive", "pdf", "script"],
)
def test_what_hangs_on_a_picture_falls_off(tmp_path: Path, rest: bytes) -> None:
    kept = cleaned(tmp_path, attacks.jpeg_and(rest))[1]

    assert rest not in kept
    assert b"script" not in kept and b"PK" not in kept and b"%PDF" not in kept


def test_a_whole_pdf_is_kept_as_it_is(tmp_path: Path) -> None:
    assert attacks.pdf() == cleaned(tmp_path, attacks.pdf())[1]
    assert PDF == cleaned(tmp_path, attacks.pdf())[0].type


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (attacks.svg, "kind"),
        (attacks.html, "kind"),
        (attacks.gif_and_script, "kind"),
        (attacks.archive, "kind"),
        (attacks.zip_bomb, "kind"),
        (lambda: b"", "empty"),
        (lambda: b"MZ" + b"\0" * 100, "kind"),
        (lambda: b"\n" + attacks.pdf(), "kind"),
        (lambda: b"BM" + attacks.jpeg(), "kind"),
        (attacks.huge_png, "pixels"),
        (attacks.huge_jpeg, "pixels"),
        (attacks.wordy_png, "broken"),
        (attacks.cut_jpeg, "broken"),
        (lambda: attacks.jpeg()[:20], "broken"),
        (lambda: b"RIFF\x10\0\0\0WEBPVP8 ", "broken"),
        (attacks.pdf_with_script, "active"),
        (lambda: attacks.pdf_with_script(b"/J#61va#53cript"), "active"),
        (attacks.pdf_with_hidden_script, "active"),
        (attacks.pdf_with_file, "active"),
        (attacks.pdf_and_archive, "active"),
        (lambda: attacks.pdf(tail=attacks.archive()), "active"),
        (lambda: attacks.pdf(tail=attacks.html()), "active"),
        (attacks.pdf_bomb, "broken"),
        (attacks.locked_pdf, "locked"),
        (lambda: attacks.pdf()[:60], "broken"),
        (lambda: b"%PDF-html" + attacks.html(), "broken"),
    ],
)
def test_what_is_no_sound_file_is_refused(
    tmp_path: Path, make: Callable[[], bytes], reason: str
) -> None:
    with pytest.raises(Refused) as told:
        cleaned(tmp_path, make())

    assert reason == told.value.reason
    assert not (tmp_path / "draft").exists()


def test_a_field_may_take_pictures_alone(tmp_path: Path) -> None:
    assert JPEG == cleaned(tmp_path, attacks.jpeg(), types_of(["picture"]))[0].type
    with pytest.raises(Refused) as told:
        cleaned(tmp_path, attacks.pdf(), types_of(["picture"]))
    assert "kind" == told.value.reason


def test_the_largest_picture_stays_within_the_limits(tmp_path: Path) -> None:
    """50 million pixels, turned: the most that is ever decoded."""
    exif = Image.Exif()
    exif[0x0112] = 6
    content = attacks.written(Image.new("RGB", (8_660, 5_770), "grey"), "JPEG", exif=exif)

    assert JPEG == cleaned(tmp_path, content)[0].type

    if sys.platform == "linux":
        # In KiB, of the largest child so far.
        assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 900_000


@pytest.mark.parametrize(
    ("raw", "kind", "expected"),
    [
        ("receipt.pdf", PDF, "receipt.pdf"),
        ("IMG_0042.JPEG", JPEG, "IMG_0042.JPEG"),
        ("tap.png", JPEG, "tap.jpg"),
        ("invoice.exe", PDF, "invoice.pdf"),
        ("..\\..\\windows\\win.ini", PNG, "win.png"),
        ("../../etc/passwd", PNG, "passwd.png"),
        ("a\u202egpj.exe", JPEG, "agpj.jpg"),
        ("a\r\nSet-Cookie: x.jpg", JPEG, "a Set-Cookie x.jpg"),
        ('"><img src=x>.jpg', JPEG, "img src=x.jpg"),
        ("", JPEG, "file.jpg"),
        (".jpg", JPEG, "jpg.jpg"),
        ("Größe 1.jpg", JPEG, "Größe 1.jpg"),
        ("x" * 300 + ".jpg", JPEG, "x" * 60 + ".jpg"),
    ],
)
def test_names_are_made_safe(raw: str, kind: str, expected: str) -> None:
    assert expected == clean_name(raw, kind)
