"""`carebase units`: files of units and events taken in whole or not at all, and given back."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from carebase.build import private_of, write_private
from carebase.catalog import load_catalog
from carebase.cli import main
from carebase.forms import load_forms
from carebase.site import Site
from carebase.store.maintenance import upgrade
from carebase.units.mapping import UNIT_COLUMNS, ColumnMapping
from tests.kb.databases import read, write
from tests.kb.endpoint_site import clean_environment, make_site
from tests.support.postgres import Server

SOURCES = {
    "docs/products/pip/product.yml": """\
id: pip
name: Pip
models:
  - {id: pip-r1, name: Pip R1, gtin: "9120000012016"}
  - {id: pip-r2, name: Pip R2}
serial:
  pattern: "PP(?P<year>\\\\d{2})(?P<month>\\\\d{2})(?P<number>\\\\d{5})(?P<digit>\\\\d)"
  normalise: {swap: {O: "0", I: "1"}}
  check: luhn
  check_over: [year, month, number, digit]
  made: {year: year, month: month}
  example: PP2406001376
policy: brio@1
""",
    "docs/products/mug/product.yml": "id: mug\nname: Mug\n",
}
HEADER = "serial,model,policy,made,shipped,purchased,delivered,country"
ROOT = Path(__file__).parents[2]
FUTURE = (date.today() + timedelta(days=40)).isoformat()


class Units:
    """Runs `carebase units` beside a built site and a database."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address
        self.site = make_site(folder, sources=SOURCES)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **clean_environment(),
            "CAREBASE_SITE": str(self.site),
            "CAREBASE_DATABASE_URL": self.address,
        }

    def __call__(self, *arguments: str | Path) -> tuple[int, str, str]:
        """Give exit code, output and messages."""
        said, told = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, self.environment, clear=True),
            redirect_stdout(said),
            redirect_stderr(told),
            pytest.raises(SystemExit) as ended,
        ):
            main(["units", *map(str, arguments)])
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.getvalue(), told.getvalue()

    def start(self, *arguments: str | Path, **streams: Any) -> subprocess.Popen[bytes]:
        """Start it as a process."""
        command = [sys.executable, "-m", "carebase", "units", *map(str, arguments)]
        return subprocess.Popen(command, env=self.environment, cwd=self.folder, **streams)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def take_in(self, text: str | bytes, *options: str | Path) -> tuple[int, list[str]]:
        """Import a text and give exit code and the lines of the output and last of the messages."""
        code, said, told = self("import", self.write("units.csv", text), *options)
        assert "Traceback" not in told
        return code, said.splitlines() if code < 2 else told.splitlines()[-1:]

    def rows(self) -> list[Any]:
        return read(
            self.address,
            "SELECT serial, model, stated, policy, made, shipped, purchased, delivered, country"
            " FROM units JOIN unit_models ON id = model_id ORDER BY serial, model",
        )


@pytest.fixture
def units(database: str, tmp_path: Path) -> Units:
    upgrade(database)
    return Units(tmp_path, database)


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Units:
    return Units(tmp_path, f"sqlite:///{tmp_path / 'c.db'}")


def test_takes_in_units_and_gives_them_back(units: Units, tmp_path: Path) -> None:
    text = (
        f"{HEADER}\n"
        "br24 10-0042,Brio X1,,,2024-04,2024-04-20,,at\n"
        "BR26100043,brio-x2,brio@1,2026-02-01,,,2026-04-20,GB-SCT\n"
        "pp24O6001376,9120000012016,,,2024,,,\n"
    )
    assert (0, ["Imported: 3 units new, 0 changed, 0 known already."]) == units.take_in(text)
    rows = [
        ("BR24100042", "brio-x1", 0, None, 20240310, 20240400, 20240420, None, "AT"),
        ("BR26100043", "brio-x2", 0, "brio@1", 20260201, None, None, 20260420, "GB-SCT"),
        ("PP2406001376", "pip-r1", 0, None, 20240600, 20240000, None, None, None),
    ]
    assert rows == units.rows()

    code, exported, _ = units("export")
    assert (0, 4) == (code, len(exported.splitlines()))
    assert (
        "BR24100042,brio,brio-x1,,2024-03-10,2024-04,2024-04-20,,AT,maker"
        == exported.splitlines()[1]
    )
    assert (0, ["Imported: 0 units new, 0 changed, 3 known already."]) == units.take_in(exported)
    (tmp_path / "other").mkdir()
    other = Units(tmp_path / "other", f"sqlite:///{tmp_path / 'other.db'}")
    assert (0, ["Imported: 3 units new, 0 changed, 0 known already."]) == other.take_in(exported)
    assert rows == other.rows()
    assert exported == other("export")[1]

    assert 2 == len(units("export", "--product", "pip")[1].splitlines())
    assert {
        "serial": "PP2406001376",
        "product": "pip",
        "model": "pip-r1",
        "made": "2024-06",
        "shipped": "2024",
        "source": "maker",
    } == json.loads(units("export", "--json")[1])[2]


def test_a_known_unit_gets_what_the_line_says_and_keeps_the_rest(units: Units) -> None:
    units.take_in(f"{HEADER}\nBR24100042,brio-x1,brio@1,2024-03-01,2024-04-01,,,AT\n")
    again = f"{HEADER}\nBR24100042,brio-x1,,,2024-04-02,2024-05-01,,-\n"

    assert (0, ["Imported: 0 units new, 1 changed, 0 known already."]) == units.take_in(again)
    assert [
        ("BR24100042", "brio-x1", 0, "brio@1", 20240301, 20240402, 20240501, None, None)
    ] == units.rows()
    assert (0, ["Imported: 0 units new, 0 changed, 1 known already."]) == units.take_in(again)


BAD = [
    ("BR1,brio-x1,,,,,,", "`BR1` is no serial number of Brio: it is not built like one."
     " One that fits: BR24100042."),
    (",brio-x1,,,,,,", "The serial number is missing. Every unit has one."),
    ("PP2406001377,pip-r1,,,,,,", "`PP2406001377` is no serial number of Pip: its check digit does"
     " not fit; look for a mistyped or swapped sign. One that fits: PP2406001376."),
    ("BR24540042,brio-x1,,,,,,", "`BR24540042` is no serial number of Brio: its date code names no"
     " day. One that fits: BR24100042."),
    ("BR24100042,brio-x9,,,,,,", "There is no model `brio-x9`. Did you mean `Brio X2`?"),
    ("BR24100042,brio-x1,brio@7,,,,,", "There is no policy `brio@7` in the site."
     " Did you mean `brio@2`?"),
    ("BR24100042,brio-x1,,2024-13,,,,", "The day of `made`: `2024-13` is not a real date."),
    ("BR24100042,brio-x1,,,1.4.2024,,,", "The day of `shipped`: `1.4.2024` is not a date of the"
     " form YYYY-MM-DD, YYYY-MM or YYYY; say in a mapping how the file writes dates, such as"
     " `dates: DD.MM.YYYY`."),
    (f"BR24100042,brio-x1,,,,{FUTURE},,", f"The day of `purchased`, {FUTURE}, is still to come."),
    ("BR24100042,brio-x1,,,,,,Spain", "`Spain` is no country. Write its code of two letters, such"
     " as AT."),
    ("BR24100042,brio-x1,,,,,,AT,more", "The line has 9 cells, the header has 8. Put a text with a"
     " `,` in it in quotes."),
    ('BR24100042,"brio"x1,,,,,,', "The line cannot be read: a quote within a text must be written"
     " twice."),
    ("BR1,brio-x1,x@1,2024-02-30,,,,Spain", "`BR1` is no serial number of Brio: it is not built"
     " like one. One that fits: BR24100042. There is no policy `x@1` in the site. Policies:"
     " brio@1, brio@2. `Spain` is no country. Write its code of two letters, such as AT. The day"
     " of `made`: `2024-02-30` is not a real date."),
]  # fmt: skip


def test_every_bad_line_is_listed_and_nothing_is_imported(on_sqlite: Units) -> None:
    good = "BR24100001,brio-x1,,,,,,"
    text = "\n".join(
        [HEADER, good, *(line for line, _ in BAD), "", "BR24100002,brio-x1,,,,,,", good]
    )
    told = [f"units.csv:{number}: {reason}" for number, (_, reason) in enumerate(BAD, start=3)]
    last = len(BAD) + 5
    told.append(
        f"units.csv:{last}: The unit `BR24100001` stands in line 2 already."
        " Keep one of the two lines."
    )

    assert (
        1,
        [
            *told,
            f"{len(told)} lines of {len(BAD) + 3} rejected; nothing was imported. Correct them, or"
            " import the others with --skip-rejected.",
        ],
    ) == on_sqlite.take_in(text)
    assert [] == on_sqlite.rows()
    assert (
        0,
        [*told, f"Imported: 2 units new, 0 changed, 0 known already; {len(told)} lines rejected."],
    ) == on_sqlite.take_in(text, "--skip-rejected")
    assert ["BR24100001", "BR24100002"] == [row[0] for row in on_sqlite.rows()]


def test_rejected_lines_can_be_corrected_and_imported(on_sqlite: Units, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    text = 'serial;model;note\r\nBR24100001;brio-x1;\r\nBR1;brio-x1;"one;\r\ntwo"\r\n'

    assert (
        0,
        [
            "Imported: 1 unit new, 0 changed, 0 known already; 1 line rejected.",
            f"1 rejected line written to {rejects}",
        ],
    ) == on_sqlite.take_in(text, "--skip-rejected", "--rejects", rejects)
    with rejects.open(encoding="utf-8", newline="") as file:
        written = list(csv.reader(file, delimiter=";"))
    assert ["serial", "model", "note", "rejected line", "reason"] == written[0]
    assert ["BR1", "brio-x1", "one;\r\ntwo", "3"] == written[1][:4]
    corrected = rejects.read_text("utf-8").replace("BR1;", "BR24100003;")
    assert 0 == on_sqlite.take_in(corrected)[0]
    assert ["BR24100001", "BR24100003"] == [row[0] for row in on_sqlite.rows()]


def test_a_dry_run_changes_nothing(units: Units, tmp_path: Path) -> None:
    units.take_in(f"{HEADER}\nBR24100001,brio-x1,,,,,,\nBR24100002,brio-x1,,,,,,\n")
    before = units.rows()
    text = (
        f"{HEADER}\nBR24100001,brio-x1,,,,,,\nBR24100002,brio-x1,,,,,,AT\n"
        "BR24100003,brio-x2,,,,,,\n"
    )

    assert (
        0,
        ["Nothing was changed. An import would give 1 unit new, 1 changed, 1 known already."],
    ) == units.take_in(text, "--dry-run")
    assert before == units.rows()
    beside_none = Units(tmp_path, f"sqlite:///{tmp_path / 'none.db'}")
    assert (
        0,
        ["Nothing was changed. An import would give 3 units new, 0 changed, 0 known already."],
    ) == beside_none.take_in(text, "--dry-run")
    assert not (tmp_path / "none.db").exists()


def test_an_import_that_fails_at_the_end_leaves_nothing(on_sqlite: Units) -> None:
    units = on_sqlite
    units.take_in(f"{HEADER}\nBR24100009,brio-x1,,,,,,\n")
    write(
        units.address,
        "CREATE TRIGGER late BEFORE INSERT ON units WHEN NEW.serial = 'BR24100003'"
        " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
    )
    lines = "".join(f"BR2410000{number},brio-x2,,,,,,\n" for number in range(1, 6))
    code, told = units.take_in(f"{HEADER}\n{lines}BR24100009,brio-x1,,,,,,AT\n")

    assert (2, f"The database {units.folder / 'c.db'} cannot be used: the disk is full.") == (
        code,
        told[0],
    )
    assert [("BR24100009", None)] == [(row[0], row[-1]) for row in units.rows()]
    assert ["brio-x1"] == [row[0] for row in read(units.address, "SELECT model FROM unit_models")]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (b"\xef\xbb\xbfSeriennummer;Modell\r\nBR24100001;Brio X1\r\n", ""),
        ("Serial No.\tModel\r\nBR24100001\tBrio X1\r\n", ""),
        ('sep=|\nserial|model|note\nBR24100001|"Brio X1"|"a|b\nc"\n', ""),
        ("serial,model\nBR24100001,Brio X1\n".encode("utf-16"), ""),
        ("Größe,Nr,Typ\ngroß,BR24100001,Brio X1\n".encode("windows-1252"),
         "encoding: windows-1252\ncolumns: {serial: Nr, model: Typ}\n"),
        ("Nr\nBR24100001\n", "columns: {serial: Nr}\nfixed: {model: brio-x1}\n"),
        ("serial,model\nBR24100001,X1-EU\n", "values: {model: {X1-EU: brio-x1}}\n"),
        ("serial,model,shipped\nBR24100001,brio-x1,\n", "dates: DD.MM.YYYY\n"),
        # Rows of a spreadsheet that were emptied, or only coloured.
        ("serial;model\r\n;\r\nBR24100001;brio-x1\r\n;;;\r\n\r\n;\r\n", ""),
    ],
)  # fmt: skip
def test_reads_what_programs_write(on_sqlite: Units, text: str | bytes, options: str) -> None:
    mapping: list[str | Path] = []
    if options:
        mapping = ["--mapping", on_sqlite.write("mapping.yml", options)]

    assert (0, ["Imported: 1 unit new, 0 changed, 0 known already."]) == on_sqlite.take_in(
        text, *mapping
    )
    assert [("BR24100001", "brio-x1")] == [row[:2] for row in on_sqlite.rows()]


@pytest.mark.parametrize(
    ("form", "written", "stored"),
    [
        ("DD.MM.YYYY", "5.10.2024", 20241005),
        ("DD.MM.YYYY", "10.2024", 20241000),
        ("DD.MM.YYYY", "2024", 20240000),
        ("DD.MM.YYYY", "2024-10-05", 20241005),
        ("MM/DD/YYYY", "10/05/2024", 20241005),
        ("YYYYMMDD", "20241005", 20241005),
        ("YYYY-MM-DD", "2024-10-05 00:00:00", 20241005),
        ("YYYY-MM-DD", "2024-10-05T12:30:00.000Z", 20241005),
    ],
)
def test_dates_are_read_as_the_mapping_says(
    on_sqlite: Units, form: str, written: str, stored: int
) -> None:
    mapping = on_sqlite.write("mapping.yml", f"dates: {form}\n")
    text = f"serial,model,shipped\nBR24100001,brio-x1,{written}\n"

    assert 0 == on_sqlite.take_in(text, "--mapping", mapping)[0]
    assert stored == on_sqlite.rows()[0][5]


def test_a_model_is_known_by_its_gtin_with_and_without_the_zeros_before_it(
    on_sqlite: Units,
) -> None:
    text = "serial,model\nPP2406001376,09120000012016\n"

    assert 0 == on_sqlite.take_in(text)[0]
    assert [("PP2406001376", "pip-r1")] == [row[:2] for row in on_sqlite.rows()]


def test_a_day_that_is_none_is_told_as_the_file_writes_it(on_sqlite: Units) -> None:
    mapping = on_sqlite.write("mapping.yml", "dates: DD.MM.YYYY\n")
    text = "serial,model,shipped\nBR24100001,brio-x1,31.04.2024\n"

    assert (
        "units.csv:2: The day of `shipped`: `31.04.2024` is not a real date."
        == (on_sqlite.take_in(text, "--mapping", mapping)[1][0])
    )


@pytest.mark.parametrize(
    ("text", "mapping", "said"),
    [
        ("", "", "units.csv is empty. Its first line must name the columns."),
        ("\n", "", "units.csv is empty. Its first line must name the columns."),
        ("model,who\n", "", "The file has no column `serial`. It has: model, who. Say in a mapping"
         " which of them it is: columns: {serial: …}"),
        ("serial,who\n", "", "The file has no column `model` or `product`. It has: serial, who."
         " Say in a mapping which of them it is: columns: {model: …}"),
        ("serial,SN,model\n", "columns: {serial: Serail}", "The mapping looks for a column"
         " `Serail`, which the file lacks. Did you mean `serial`?"),
        ("SN,Seriennummer,model\n", "", "The columns `SN` and `Seriennummer` could both be"
         " `serial`. Say in a mapping which it is: columns: {serial: SN}"),
        (b"serial,model\nBR24100001,brio-x1\nBR24100002,Gr\xf6\xdfe\n", "", "Line 3 of units.csv is"
         " not UTF-8 (byte 0xF6). Save the file as UTF-8, or say in a mapping how it is encoded:"
         " encoding: windows-1252"),
        (b"PK\x03\x04rest", "", "units.csv is a spreadsheet or archive. Save it as CSV first."),
        ('"serial,model\n', "", "units.csv has no header that can be read: a quote is opened and"
         " not closed."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_gets_one_sentence(
    on_sqlite: Units, text: str | bytes, mapping: str, said: str
) -> None:
    options: list[str | Path] = []
    if mapping:
        options = ["--mapping", on_sqlite.write("mapping.yml", mapping)]

    assert (2, [said]) == on_sqlite.take_in(text, *options)


def test_a_bad_mapping_is_told_with_its_place(on_sqlite: Units) -> None:
    mapping = on_sqlite.write("mapping.yml", "columns: {serail: Nr}\ndates: DD.MM\n")
    code, _, told = on_sqlite("import", on_sqlite.write("u.csv", "x\n"), "--mapping", mapping)

    assert 1 == code
    assert "mapping.yml:2:8: error" in told
    mapping = on_sqlite.write("mapping.yml", "columns: {serail: Nr}\n")
    told = on_sqlite("import", on_sqlite.write("u.csv", "x\n"), "--mapping", mapping)[2]
    assert "mapping.yml:1:19: error unknown-key: There is no column `serail`." in told
    assert "hint: did you mean `serial`?" in told


def test_wrong_use_is_told(on_sqlite: Units) -> None:
    assert (
        2,
        "",
        f"{on_sqlite.folder / 'no.csv'} cannot be read: No such file or directory.\n",
    ) == (on_sqlite("import", on_sqlite.folder / "no.csv"))
    assert (2, "No unit `BR24100001` is known.\n") == on_sqlite_made(on_sqlite)
    assert "There is no command `imprt`. Did you mean `import`?" in on_sqlite("imprt")[2]


def on_sqlite_made(units: Units) -> tuple[int, str]:
    """Ask for a unit in a database without any."""
    units.take_in(f"{HEADER}\n")
    code, _, told = units("show", "BR24100001")
    return code, told


def test_reads_standard_input_and_tells_what_it_does_not_read(on_sqlite: Units) -> None:
    sent = b"serial,model,owner,e-mail\nBR24100001,brio-x1,Ana,ana@example.org\n"
    pipe = subprocess.PIPE
    running = on_sqlite.start("import", "-", stdin=pipe, stdout=pipe, stderr=pipe)
    said, told = running.communicate(sent, timeout=120)

    assert 0 == running.returncode
    assert b"Imported: 1 unit new, 0 changed, 0 known already.\n" == said
    assert b"Not read: owner, e-mail." == told.splitlines()[0]
    dump = "\n".join(map(str, on_sqlite.rows()))
    assert "Ana" not in dump


def test_progress_is_a_bar_on_a_terminal_alone(on_sqlite: Units) -> None:
    path = on_sqlite.write("units.csv", f"{HEADER}\nBR24100001,brio-x1,,,,,,\n")
    assert "%" not in on_sqlite("import", path, "--dry-run")[2]
    ours, theirs = pty.openpty()
    running = on_sqlite.start("import", path, stderr=theirs, stdout=subprocess.PIPE)
    running.communicate(timeout=120)
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)

    assert re.search(r"Reading units\.csv\s+\[#+\]\s+100%", shown)


EVENTS = "serial,model,kind,on,component,coverage,reason,used,unit,value"


def test_events_are_recorded_once_and_given_back(units: Units, tmp_path: Path) -> None:
    units.take_in(f"{HEADER}\nBR24100001,brio-x1,,,,,,\nBR24100002,brio-x1,,,,,,\n")
    text = (
        f"{EVENTS}\n"
        "BR24100001,,repair_in,2025-03-01,body,,,,,\n"
        "BR24100001,brio-x1,repair_out,2025-03-09,body,,,,,\n"
        "BR24100001,,claim,2025-03-01,,body,,,,\n"
        "BR24100001,,claim,2025-03-01,,body,,,,\n"
        "BR24100002,,purchased,2024-04,,,,yes,,\n"
        "BR24100002,,usage,2025-01-01,,,,,cycles,12.5\n"
    )
    first = units.take_in(text, "--events")
    assert (0, ["Imported: 6 events new, 0 known already."]) == first
    assert (0, ["Imported: 0 events new, 6 known already."]) == units.take_in(text, "--events")
    assert 6 == len(read(units.address, "SELECT * FROM unit_events"))

    exported = units("export", "--events")[1]
    rows = list(csv.DictReader(io.StringIO(exported)))
    assert ["repair_in", "repair_out", "claim", "claim", "purchased", "usage"] == [
        row["kind"] for row in rows
    ]
    assert ("body", "yes", "2024-04", "12.5") == (
        rows[0]["component"],
        rows[4]["used"],
        rows[4]["on"],
        rows[5]["value"],
    )
    (tmp_path / "other").mkdir()
    other = Units(tmp_path / "other", f"sqlite:///{tmp_path / 'other.db'}")
    other.take_in(units("export")[1])
    other.take_in(exported, "--events")
    assert exported == other("export", "--events")[1]


def test_bad_events_are_listed(on_sqlite: Units) -> None:
    on_sqlite.take_in(f"{HEADER}\nBR24100001,brio-x1,,,,,,\n")
    text = (
        f"{EVENTS}\n"
        "BR24100009,,repair_in,2025-03-01,,,,,,\n"
        "BR24100001,brio-x2,repair_in,2025-03-01,,,,,,\n"
        "BR24100001,,repair_inn,2025-03-01,,,,,,\n"
        "BR24100001,,repair_in,2025-03,,,,,,\n"
        "BR24100001,,claim,2025-03-01,,boddy,,,,\n"
        "BR24100001,,void,2025-03-01,,,,,,\n"
        "BR24100001,,usage,2025-03-01,,,,,cycles,many\n"
        "BR24100001,,purchased,2025-03-01,,,,perhaps,,\n"
    )
    code, said = on_sqlite.take_in(text, "--events")

    assert 1 == code
    assert [
        "units.csv:4: The kind 'repair_inn' is not known; did you mean 'repair_in'?",
        "units.csv:5: The column 'on': '2025-03' is not a date of the form YYYY-MM-DD.",
        "units.csv:6: No policy of the site has the coverage `boddy`. Did you mean `body`?",
        "units.csv:7: The column 'reason' is missing.",
        "units.csv:8: `many` is no number.",
        "units.csv:9: The column `used` has `perhaps`; write yes, no or nothing.",
        "units.csv:2: No unit `BR24100009` is known. Import the unit first.",
        "units.csv:3: The unit `BR24100001` is of another model. Correct or leave out the model.",
    ] == said[:-1]
    assert [] == read(on_sqlite.address, "SELECT * FROM unit_events")


def test_an_operator_records_shows_and_takes_back(units: Units) -> None:
    units.take_in(f"{HEADER}\nBR24100001,brio-x1,,,,2024-04-20,,\n")
    record = ("event", "br24 100001", "--kind", "repair_in", "--on")

    assert (0, "BR24100001: event 1 recorded, repair_in 2025-03-01\n", "") == units(
        *record, "2025-03-01", "--component", "body"
    )
    assert (2, "", "The option 'on': '2025-02-30' is not a real date.\n") == units(
        *record, "2025-02-30"
    )
    assert (0, "BR24100001: event 1 taken back, repair_in 2025-03-01\n", "") == units(
        "retract", "BR24100001", "1"
    )
    assert (2, "", "Event 1 of BR24100001 is taken back already.\n") == units(
        "retract", "BR24100001", "1"
    )
    assert (2, "", "The unit BR24100001 has no event 7. Its events: 1.\n") == units(
        "retract", "BR24100001", "7"
    )
    assert (
        "serial     BR24100001\nproduct    brio\nmodel      brio-x1\nmade       2024-03-10\n"
        "purchased  2024-04-20\nsource     maker\n"
        "         1 2025-03-01 repair_in: component body, retracted\n"
    ) == units("show", "BR24100001")[1]
    shown = json.loads(units("show", "BR24100001", "--json")[1])
    assert [
        {
            "number": 1,
            "kind": "repair_in",
            "on": "2025-03-01",
            "component": "body",
            "source": "maker",
            "state": "retracted",
        }
    ] == shown["events"]
    assert EVENTS.split(",")[0] in units("export", "--events")[1]
    assert 1 == len(units("export", "--events")[1].splitlines())


def test_what_a_customer_registered_before_the_maker_can_be_shown_and_taken_back(
    on_sqlite: Units,
) -> None:
    on_sqlite.take_in("serial,product,source\nBR24100042,brio,customer\n")
    assert 0 == on_sqlite("event", "BR24100042", "--kind", "registered", "--on", "2024-05-01")[0]
    on_sqlite.take_in("serial,model\nBR24100042,brio-x1\n")

    assert (2, "Several units have the number `BR24100042`: brio/-, brio/brio-x1. Say with"
            " --product and --model which is meant.") == (
        (told := on_sqlite("show", "BR24100042"))[0], told[2].strip())  # fmt: skip
    assert "registered" in on_sqlite("show", "BR24100042", "--model", "-")[1]
    assert "registered" not in on_sqlite("show", "BR24100042", "--model", "brio-x1")[1]
    assert 0 == on_sqlite("retract", "BR24100042", "1", "--model", "-")[0]
    assert "retracted" in on_sqlite("show", "BR24100042", "--model", "-")[1]


def test_the_examples_of_the_handbook_are_as_they_say(on_sqlite: Units) -> None:
    site = Site(ROOT, ROOT / "docs", on_sqlite.site, "Fjellby Care", "", endpoint="/")
    write_private(site, load_catalog(site), load_forms(site), private_of(on_sqlite.site), {})
    page = (ROOT / "docs" / "handbook" / "units.md").read_text("utf-8")
    blocks = re.findall(r"```(csv|yaml)\n(.*?)```", page, re.DOTALL)
    (_, sold), (_, mapping), (_, repairs) = blocks
    imported = on_sqlite.take_in(sold, "--mapping", on_sqlite.write("mapping.yml", mapping))

    assert (0, ["Imported: 3 units new, 0 changed, 0 known already."]) == imported
    assert "Imported: 3 units new, 0 changed, 0 known already." in page
    assert [
        ("BR25100042", "brio-x1", 20250307, 20250311),
        ("BR26100043", "brio-x2", 20260309, None),
        ("PP2406001376", "pip-r1", 20240600, None),
    ] == [(row[0], row[1], row[5], row[7]) for row in on_sqlite.rows()]
    assert (0, ["Imported: 5 events new, 0 known already."]) == on_sqlite.take_in(
        repairs, "--events"
    )
    for name in ColumnMapping.model_fields:
        assert f"| `{name}` |" in page
    assert set(UNIT_COLUMNS) <= set(re.findall(r"`(\w+)`", page.partition("## Import")[0]))


def test_old_tables_are_told_of(tmp_path: Path, postgres: Server) -> None:
    units = Units(tmp_path, postgres.new_database())

    assert (
        2,
        ["The database holds no tables of Carebase yet: `carebase db upgrade` makes them."],
    ) == units.take_in(f"{HEADER}\n")
