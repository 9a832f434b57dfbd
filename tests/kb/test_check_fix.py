"""`carebase check --fix`: it mends what has one right answer, and no other byte."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from carebase.cli import main
from tests.support.example import copy_example

CONFIG = """\
site_name: T
theme: material
plugins: []
markdown_extensions: [attr_list, md_in_html]
"""
PRODUCT = "id: brio\nname: Brio\nmodels: [{id: x1, name: Brio X1}]\npolicy: p@1\n"
POLICY = "id: p\nversion: 1\nstart: [made]\ncoverages:\n  - {id: body, months: 24}\n"
PAGE = """\
# Descale Brio

The Brio, the brio and the BRIO X1; `brio` in code, brio.example, [brio](../../INDEX.md#home).

[Home](/index.md) and [home](/index.md?a=1&b=2#home), [care](care), [Care](Care.md)

<a href="care.md">In HTML</a> ![Tank](IMG/tank.svg "brio") Brio Brio X1 Brio

[gone](gone.md) [near](care2.md) [both](img/twice.svg)
"""
MENDED = """\
# Descale Brio

The Brio, the Brio and the Brio X1; `brio` in code, brio.example, [Brio](../../index.md#home).

[Home](../../index.md) and [home](../../index.md?a=1&b=2#home), [care](care.md), [Care](care.md)

<a href="../care/">In HTML</a> ![Tank](img/tank.svg "brio") Brio Brio X1 Brio

[gone](gone.md) [near](care2.md) [both](img/twice.svg)
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with one page that has much to mend."""
    files = {
        "mkdocs.yml": CONFIG,
        "docs/index.md": "# Home\n\n![T](products/brio/img/Twice.svg)\n"
        "![T](products/brio/img/TWICE.svg)\n",
        "docs/warranty/policies/p@1.yml": POLICY,
        "docs/products/brio/product.yml": PRODUCT,
        "docs/products/brio/care.md": "# Care\n",
        "docs/products/brio/descale.md": PAGE,
        "docs/products/brio/img/tank.svg": "",
        "docs/products/brio/img/Twice.svg": "",
        "docs/products/brio/img/TWICE.svg": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*options: str) -> int:
    """Run the command and give its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(["check", *options])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def contents(root: Path) -> dict[str, bytes]:
    """Give every file of a site, without what the check remembers."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".cache" not in path.parts
    }


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_it_mends_what_has_one_answer_and_keeps_every_other_byte(
    site: Path, mark: bytes, end: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = site / "docs/products/brio/descale.md"
    path.write_bytes(mark + PAGE.encode().replace(b"\n", end))
    before = contents(site)
    assert 1 == check("--fix")
    assert mark + MENDED.encode().replace(b"\n", end) == path.read_bytes()
    after = contents(site)
    changed = {name for name in after if after[name] != before.get(name)}
    assert {"docs/products/brio/descale.md", "docs/warranty/policies.lock"} == changed
    said = capsys.readouterr().out.splitlines()
    file = "docs/products/brio/descale.md"
    assert [
        f"{file}:3:15: `brio` -> `Brio`",
        f"{file}:3:28: `BRIO X1` -> `Brio X1`",
        f"{file}:3:68: `brio` -> `Brio`",
        f"{file}:3:74: `../../INDEX.md#home` -> `../../index.md#home`",
        f"{file}:5:8: `/index.md` -> `../../index.md`",
        f"{file}:5:30: `/index.md?a=1&b=2#home` -> `../../index.md?a=1&b=2#home`",
        f"{file}:5:62: `care` -> `care.md`",
        f"{file}:5:76: `Care.md` -> `care.md`",
        f"{file}:7:10: `care.md` -> `../care/`",
        f"{file}:7:39: `IMG/tank.svg` -> `img/tank.svg`",
    ] == [line for line in said if " -> " in line]
    assert 1 == check("--fix")
    assert after == contents(site)


def test_without_it_nothing_is_touched(site: Path) -> None:
    before = contents(site)
    assert 1 == check()
    assert before == contents(site)


def test_two_links_that_look_alike_are_left_alone(site: Path) -> None:
    path = site / "docs/products/brio/descale.md"
    text = '# D\n\n[care](care.md) <a href="care.md">in HTML</a>\n'
    path.write_text(text, encoding="utf-8")
    assert 1 == check("--fix")
    assert text == path.read_text("utf-8")


def test_only_the_pages_of_an_owner(site: Path) -> None:
    head = "---\nowner: {}\n---\n\n# {}\n\n[x](/index.md)\n"
    for name in ("Ann", "Bob"):
        (site / f"docs/{name}.md").write_text(head.format(name, name), encoding="utf-8")
    check("--fix", "--owner", "Ann")
    assert "(index.md)" in (site / "docs/Ann.md").read_text("utf-8")
    assert "(/index.md)" in (site / "docs/Bob.md").read_text("utf-8")


def test_a_file_that_cannot_be_written_is_one_sentence(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def refuse(path: Path, data: bytes) -> int:
        if path.suffix == ".md":
            raise PermissionError(13, "Permission denied", str(path))
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", refuse)
    assert 2 == check("--fix")
    assert "descale.md cannot be written: Permission denied." in capsys.readouterr().err


def test_a_file_that_is_not_utf_8_keeps_its_bytes(site: Path) -> None:
    path = site / "docs/products/brio/descale.md"
    data = "# Gr\xfc\xdfe\n\n[\xfc](/index.md) the Brio, brio\n".encode("latin-1")
    path.write_bytes(data)
    assert 1 == check("--fix")
    assert data == path.read_bytes()


def test_nothing_of_the_example_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_example(tmp_path)
    shutil.rmtree(tmp_path / ".cache", ignore_errors=True)
    monkeypatch.chdir(tmp_path)
    before = contents(tmp_path)
    assert 0 == check("--fix", "--strict")
    assert before == contents(tmp_path)
