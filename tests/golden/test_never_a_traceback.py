"""Whatever stands in a file: problems are told, and nothing ever ends in a traceback."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carebase.report import Report, inspect_site
from carebase.site import Site

FILES: dict[str, str] = yaml.safe_load((Path(__file__).parent / "_site.yml").read_text("utf-8"))[
    "files"
]
# One file of every kind.
SOURCES = {
    **{name: text for name, text in FILES.items() if name.endswith((".md", ".yml"))},
    "docs/courses/care/course.yml": "title: Care\nlessons: [{guide: products/brio/descale.md}]\n",
    "docs/forms/leasing.yml": (
        "title: Leasing\nfields:\n  - {id: name, type: text, label: Your name}\n"
    ),
    "docs/support.md": "# Support\n\n/// form | leasing\n    product: brio\n///\n\n![T](t.svg)\n",
}
del SOURCES["mkdocs.yml"]
# What breaks parsers more often than random bytes do.
PIECES = [
    *(b"\t", b"\r", b"\n", b"\0", b"---\n", b"...\n", b"- ", b": ", b"[", b"]", b"{", b"}", b'"'),
    *(b"'", b"|\n", b">\n", b"&a ", b"*a", b"!!set ", b"? ", b"%YAML 2.0\n", b"#", b"{#a}", b"```"),
    *(b"/// form\n", b"///\n", b"    x: [\n", b"<!--", b"<div", b"](", b"![", b"[x](http://[)"),
    *(
        "é".encode("latin-1"),
        b"\xff\xfe",
        b"\xed\xa0\x80",
        "\u2028".encode(),
        "\U0001f635".encode(),
    ),
    *(b"9" * 300, b"null", b"true", b"1e999", b"-0", b"2026-02-30", b".nan", b"<<: *a\n"),
]
EXTENSIONS = ("admonition", "attr_list", "md_in_html", "pymdownx.blocks.details", "toc", "tables")


def _inspect(files: dict[str, bytes]) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, data in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        site = Site(root, root / "docs", root / "site", "Test", markdown_extensions=EXTENSIONS)
        return inspect_site(site, date(2026, 11, 21))


def _check_told_well(report: Report) -> None:
    for problem in report.problems:
        assert problem.line >= 1, problem
        assert problem.column >= 1, problem
        assert "\n" not in problem.message, problem
        assert problem.code, problem
        assert "Traceback" not in problem.as_text()
    report.as_json()
    report.as_sarif()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(SOURCES)), data=st.data())
def test_a_file_changed_anywhere(name: str, data: st.DataObject) -> None:
    text = SOURCES[name].encode()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 12)))
        text = text[:start] + data.draw(st.sampled_from(PIECES)) + text[end:]
    files = {other: written.encode() for other, written in SOURCES.items()}
    _check_told_well(_inspect({**files, name: text}))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(SOURCES)), text=st.binary(max_size=200))
def test_a_file_of_any_bytes(name: str, text: bytes) -> None:
    files = {other: written.encode() for other, written in SOURCES.items()}
    _check_told_well(_inspect({**files, name: text}))


def test_a_file_that_is_a_folder_a_broken_link_or_enormous(tmp_path: Path) -> None:
    files = {name: text.encode() for name, text in SOURCES.items()}
    files["docs/long.md"] = b"# Long\n\n" + b"[a](b" * 100_000
    files["docs/open.md"] = b"[" * 20_000
    files["docs/tags.md"] = b"<a " * 20_000
    files["docs/deep.md"] = b"> " * 3000 + b"deep\n"
    files["docs/nested.md"] = b"---\nkeywords: " + b"[" * 3000 + b"\n---\n"
    files["docs/contact.yml"] = b"[" * 100_000 + b"]" * 100_000
    files["docs/forms/deep.yml"] = b"- " * 100_000 + b"deep\n"
    files["docs/forms/stairs.yml"] = b"".join(b" " * n + b"a:\n" for n in range(2000))
    files["docs/products/brio/product.yml/inner.txt"] = b""
    del files["docs/products/brio/product.yml"]
    report = _inspect(files)
    _check_told_well(report)
    assert {"not-text", "yaml-deep", "file-unreadable"} <= {
        problem.code for problem in report.problems
    }
