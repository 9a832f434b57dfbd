"""`carebase units`: the products that were sold, one by one, and what happened to them."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

import click

from carebase.catalog import Catalog
from carebase.cli.extras import endpoint_part
from carebase.cli.groups import Commands
from carebase.endpoint.settings import database_url, site_folder
from carebase.errors import UsageError
from carebase.units.mapping import EVENT_COLUMNS, UNIT_COLUMNS, load_mapping
from carebase.units.rows import read_event
from carebase.units.table import open_table
from carebase.units.writing import as_csv, as_json
from carebase.warranty.events import KINDS

if TYPE_CHECKING:
    from carebase.store.unit_import import Counts
    from carebase.store.unit_register import Entry, Shown, UnitRegister
    from carebase.units.importing import Import, Rejected

# Without a terminal a line is printed each time so many lines have been read.
_SAID_EVERY = 500_000

# Names the unit whose model nobody has said.
_UNSAID = "-"

_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@click.group("units", cls=Commands)
def command() -> None:
    """Look after the register of units: what was sold, and what happened to each.

    A unit is a model and a serial number, with its days; nothing in the register tells who owns
    it. The database is that of CAREBASE_DATABASE_URL (default: sqlite:///carebase.db), products,
    models and policies are those of the built site of CAREBASE_SITE.
    """


@command.command("import", short_help="Take in units, or events of units, from a CSV file.")
@click.argument("file", metavar="FILE.csv", type=_FILE)
@click.option("--events", is_flag=True, help="The file holds events (repairs, claims …).")
@click.option("--mapping", "mapping_file", type=_FILE, help="A YAML file that names the columns.")
@click.option("--dry-run", is_flag=True, help="Judge every line and change nothing.")
@click.option(
    "--skip-rejected", is_flag=True, help="Import the good lines of a file with bad ones."
)
@click.option("--rejects", "rejects_file", type=_FILE, help="Where to write the rejected lines.")
def import_(
    file: Path,
    events: bool,
    mapping_file: Path | None,
    dry_run: bool,
    skip_rejected: bool,
    rejects_file: Path | None,
) -> int:
    """Take in the units of a CSV file: all of them, or none when a line is rejected.

    The first line names the columns. A unit is known by model and serial number: one that is
    there already gets what the line says, and keeps what the line leaves empty; `-` in a cell
    forgets it. Every rejected line is listed with its number, the reason and the way out; with
    --rejects they are written to a CSV file that can be corrected and imported.

    \b
    Columns of units:  serial, product, model, policy, made, shipped, purchased, delivered,
                       country, source
    Columns of events: serial, product, model, kind, on, component, coverage, reason, used,
                       unit, value, source

    Exit code 0: imported; 1: lines were rejected and nothing was imported; 2: the file, the
    mapping or the database cannot be used.
    """
    catalog, today = _catalog()
    importing = _endpoint_part("carebase.units.importing")
    stores = _endpoint_part("carebase.store.unit_import")
    mapping = load_mapping(mapping_file, EVENT_COLUMNS if events else UNIT_COLUMNS)
    with ExitStack() as stack:
        table = stack.enter_context(open_table(file, mapping))
        address = _address_for(dry_run, stack)
        staging = stack.enter_context(stores.Staging(address, events=events, make=not dry_run))
        one: Import = importing.open_import(
            table, staging, catalog, mapping, today + timedelta(days=1), events=events
        )
        if one.unused:
            click.echo(f"Not read: {', '.join(one.unused)}.", err=True)
        tell = stack.enter_context(_rejects(rejects_file, one))
        with _progress(file) as progress:
            for rejected in one.gather(progress):
                tell(rejected)
        click.echo(f"{one.lines:,} line{'' if one.lines == 1 else 's'} read. Sorting …", err=True)
        for rejected in one.settle():
            tell(rejected)
        what = "event" if events else "unit"
        if one.rejected and not skip_rejected:
            click.echo(
                f"{_number(one.rejected, 'line')} of {one.lines:,} rejected; nothing was imported."
                " Correct them, or import the others with --skip-rejected."
            )
            return 1
        if dry_run:
            click.echo(f"Nothing was changed. An import would give {_sum(one.count(), what)}.")
            return 0
        click.echo("Writing …", err=True)
        click.echo(f"Imported: {_sum(one.write(), what)}{_but(one.rejected)}.")
    return 0


@command.command("export", short_help="Write all units, or all events, as CSV or JSON.")
@click.option("--events", is_flag=True, help="Write the events of units.")
@click.option("--product", metavar="ID", help="Only those of this product.")
@click.option("--json", "as_list", is_flag=True, help="Write a list of objects for programs.")
@click.option("-o", "--output", type=_FILE, help="The file to write; left out: printed.")
def export(events: bool, product: str | None, as_list: bool, output: Path | None) -> None:
    """Write all units in the form in which they are imported.

    Units that only a customer's registration made known have the source `customer`. Of events
    those that count are written, not those that were taken back.
    """
    with _register() as register:
        rows = register.events(product) if events else register.units(product)
        columns = EVENT_COLUMNS if events else UNIT_COLUMNS
        parts = as_json(rows) if as_list else as_csv(rows, columns)
        if output is None or str(output) == "-":
            for part in parts:
                click.echo(part, nl=False)
            return
        with _writing(output) as written:
            for part in parts:
                written.write(part)
    click.echo(f"Written to {output}")


def _one_unit(command_: Callable[..., Any]) -> Callable[..., Any]:
    """Add what names one unit."""
    for option in reversed(
        (
            click.argument("serial", metavar="SERIAL"),
            click.option("--product", metavar="ID", help="The product, where several could fit."),
            click.option(
                "--model", metavar="ID", help="The model, where several could fit; `-`: not said."
            ),
        )
    ):
        command_ = option(command_)
    return command_


@command.command("show")
@_one_unit
@click.option("--json", "as_object", is_flag=True, help="Print one object for programs.")
def show(serial: str, product: str | None, model: str | None, as_object: bool) -> None:
    """Show a unit with its days and everything that was recorded of it."""
    catalog, _ = _catalog()
    with _register() as register:
        unit = _find(register, catalog, serial, product, model)
        entries = register.history(unit)
    said = {name: value for name, value in unit.columns.items() if value}
    if as_object:
        history = [_plain(entry) for entry in entries]
        click.echo(json.dumps({**said, "events": history}, ensure_ascii=False, indent=1))
        return
    for name, value in said.items():
        click.echo(f"{name:<10} {value}")
    for entry in entries:
        click.echo(_line(entry))


@command.command("event")
@_one_unit
@click.option("--kind", required=True, help=f"One of {', '.join(KINDS)}.")
@click.option("--on", required=True, metavar="DAY", help="The day, such as 2026-11-21.")
@click.option("--component", help="The component of a repair.")
@click.option("--coverage", help="The coverage of a claim, or the one that is void.")
@click.option("--reason", help="The exclusion for which the promise is void.")
@click.option("--used", is_flag=True, help="The unit was bought as a used one.")
@click.option("--unit", "usage_unit", help="What a reading counts, such as cycles.")
@click.option("--value", type=float, help="The reading.")
def event(
    serial: str,
    product: str | None,
    model: str | None,
    usage_unit: str | None,
    used: bool,
    **given: Any,
) -> None:
    """Record what happened to a unit: a repair, a claim, a new owner.

    Events are never changed. One that was recorded by mistake is taken back by
    `carebase units retract`.
    """
    catalog, _ = _catalog()
    value = {name: one for name, one in given.items() if one is not None}
    if usage_unit is not None:
        value["unit"] = usage_unit
    if used:
        value["used"] = True
    told: list[str] = []
    found = read_event(value, catalog, told)
    if found is None or told:
        raise UsageError(" ".join(told).replace("The column ", "The option "))
    with _register() as register:
        unit = _find(register, catalog, serial, product, model)
        number = register.add(unit, found)
    click.echo(f"{unit.columns['serial']}: event {number} recorded, {found.kind} {value['on']}")


@command.command("retract")
@_one_unit
@click.argument("number", metavar="NUMBER", type=int)
def retract(serial: str, product: str | None, model: str | None, number: int) -> None:
    """Take back event NUMBER of a unit: it stays in the register and counts no longer."""
    catalog, today = _catalog()
    with _register() as register:
        unit = _find(register, catalog, serial, product, model)
        entry = register.retract(unit, number, today)
    kind, day = entry.event["kind"], entry.event["on"]
    click.echo(f"{unit.columns['serial']}: event {number} taken back, {kind} {day}")


def _find(
    register: UnitRegister,
    catalog: Catalog,
    serial: str,
    product: str | None,
    model: str | None,
) -> Shown:
    if product is not None and product not in catalog.products:
        known = ", ".join(catalog.products)
        raise UsageError(f"There is no product `{product}`. Products: {known}.")
    within = [catalog.products[product]] if product else list(catalog.products.values())
    keys = [(one.id, one.read_serial(serial).serial) for one in within]
    # What a customer registered before the maker said the model stands beside the maker's unit.
    unsaid = model == _UNSAID
    found = register.find(keys, "" if unsaid else model or "")
    found = [one for one in found if not (unsaid and one.columns["model"])]
    if not found:
        raise UsageError(f"No unit `{serial}` is known.")
    if len(found) > 1:
        models = ", ".join(
            f"{one.columns['product']}/{one.columns['model'] or _UNSAID}" for one in found
        )
        raise UsageError(
            f"Several units have the number `{serial}`: {models}."
            " Say with --product and --model which is meant."
        )
    return found[0]


def _plain(entry: Entry) -> dict[str, Any]:
    source = "customer" if entry.stated else "maker"
    about = {"number": entry.number, **entry.event, "source": source}
    return {**about, "state": entry.state} if entry.state else about


def _line(entry: Entry) -> str:
    about = dict(entry.event)
    day, kind = about.pop("on"), about.pop("kind")
    notes = [f"{name} {value}" for name, value in about.items()]
    notes += ["said by the customer"] if entry.stated else []
    notes += [entry.state] if entry.state else []
    return f"{entry.number:>10} {day:<10} {kind}{': ' if notes else ''}{', '.join(notes)}"


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _sum(counts: Counts, what: str) -> str:
    parts = [f"{_number(counts.new, what)} new"]
    if what == "unit":
        parts.append(f"{counts.changed:,} changed")
    return f"{', '.join(parts)}, {counts.same:,} known already"


def _but(rejected: int) -> str:
    return f"; {_number(rejected, 'line')} rejected" if rejected else ""


def _catalog() -> tuple[Catalog, Any]:
    """Give the catalogue of the built site, and the day where the maker is."""
    private = _endpoint_part("carebase.endpoint.private").load_private(site_folder(os.environ))
    return private.catalog, private.today(datetime.now(UTC))


def _register() -> UnitRegister:
    found: UnitRegister = _endpoint_part("carebase.store.unit_register").UnitRegister(
        database_url(os.environ)
    )
    return found


def _endpoint_part(name: str) -> Any:
    import importlib

    with endpoint_part("Units need"):
        return importlib.import_module(name)


def _address_for(dry_run: bool, stack: ExitStack) -> str:
    """Give the database; a dry run beside none looks at an empty one that it throws away."""
    address = database_url(os.environ)
    path = address.removeprefix("sqlite:///")
    if dry_run and path != address and not Path(path).is_file():
        folder = stack.enter_context(TemporaryDirectory(prefix="carebase-"))
        address = f"sqlite:///{folder}/empty.db"
        _endpoint_part("carebase.store.maintenance").upgrade(address)
    return address


@contextmanager
def _progress(file: Path) -> Iterator[Callable[[int, int], None]]:
    """Show how far the reading is: a bar on a terminal, a line now and then elsewhere."""
    if sys.stderr.isatty() and str(file) != "-":
        label = f"Reading {file.name}"
        with click.progressbar(
            length=max(file.stat().st_size, 1), label=label, file=sys.stderr
        ) as bar:
            yield lambda _, read: bar.update(max(read - bar.pos, 0))
        return
    said = 0

    def progress(lines: int, _: int) -> None:
        nonlocal said
        if lines // _SAID_EVERY > said:
            said = lines // _SAID_EVERY
            click.echo(f"{lines:,} lines read", err=True)

    yield progress


@contextmanager
def _rejects(file: Path | None, one: Import) -> Iterator[Callable[[Rejected], None]]:
    """Give what tells of a rejected line: printed, or written to a CSV file."""
    if file is None:
        yield lambda found: click.echo(f"{one.table.name}:{found.line}: {found.reason}")
        return
    with _writing(file) as written:
        write = csv.writer(written, delimiter=one.table.delimiter)
        write.writerow([*one.table.header, "rejected line", "reason"])
        empty = [""] * len(one.table.header)

        def tell(found: Rejected) -> None:
            cells = [*found.cells, *empty][: len(empty)]
            write.writerow([*cells, found.line, found.reason])

        yield tell
    if one.rejected:
        click.echo(f"{_number(one.rejected, 'rejected line')} written to {file}")


@contextmanager
def _writing(path: Path) -> Iterator[IO[str]]:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None
