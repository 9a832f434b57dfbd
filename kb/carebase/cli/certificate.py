"""`carebase certificate`: the key that signs certificates, and whether one is genuine."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from carebase import clock
from carebase.cli.groups import Commands
from carebase.errors import UsageError, VerificationError


@click.group("certificate", cls=Commands)
def command() -> None:
    """Sign certificates of courses, and check them without a network."""


@command.command("key", short_help="Make the key that signs certificates.")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the private key goes. Default: certificate.key in the private folder of the site.",
)
@click.option("--replace", is_flag=True, help="Put a new key in the place of the one there.")
def key(out: Path | None, replace: bool) -> None:
    """Make a key pair for the site in this folder.

    The private key is for the endpoint alone: a file that only you can read, and no part of the
    site. The public key is added to docs/certificates.yml; commit it, and build the site.
    Certificates that an older key signed stay valid as long as that stands in the file.
    """
    from carebase.badges.keys import make_key, write_multikey
    from carebase.badges.published import add_key, keys_of
    from carebase.build.private import KEY_FILE, SITE_FILE, private_of
    from carebase_plugins.engine import load_site

    site = load_site(Path.cwd())
    published = keys_of(site)
    if published.problems:
        raise UsageError(published.problems[0].as_text())
    if out is None:
        folder = private_of(site.site_dir)
        if not (folder / SITE_FILE).is_file():
            raise UsageError(
                f"The private folder {folder} is not there: build the site first with"
                " `carebase build`, or say with `-o FILE` where the private key goes."
            )
        out = folder / KEY_FILE
    if out.resolve().is_relative_to(site.docs_dir.resolve()) or out.resolve().is_relative_to(
        site.site_dir.resolve()
    ):
        raise UsageError(f"{out} would be published with the site. Choose another place.")
    made = write_multikey(make_key(out, replace=replace).public_key())
    file = add_key(site, made, clock.today())
    click.echo(f"The private key is in {out}. Keep a copy in a safe place.")
    click.echo(f"The public key {made} was added to {file}: commit it, and build the site.")


@command.command("verify", short_help="Say whether a certificate is genuine.")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--keys",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file with public keys: a certificates.yml, or the site's certificates/issuer.json."
    " Default: docs/certificates.yml of the site in this folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one object for programs.")
def verify(file: Path, keys: Path | None, as_json: bool) -> None:
    """Say whether the certificate in FILE is genuine, without a network; `-` reads the input.

    Exit code 0: it is valid; 3: it is not; 2: nobody can tell, because the file or the public keys
    cannot be read.
    """
    from carebase.badges.checking import VALID, check
    from carebase.i18n import text

    verdict = check(_text(file), _keys(keys), datetime.now(UTC))
    is_valid = verdict.state == VALID
    said = text("en", f"check.{verdict.state}", what=verdict.what)
    if as_json:
        about = {"valid": is_valid, "state": verdict.state, "message": said}
        click.echo(json.dumps(about | {"certificate": verdict.document}, ensure_ascii=False))
    elif is_valid and verdict.document is not None:
        click.echo(f"{said}\n{_told(verdict.document)}")
    if not is_valid:
        raise VerificationError(said)


def _text(file: Path) -> str:
    from carebase.badges.checking import LONGEST

    try:
        if str(file) == "-":
            data = sys.stdin.buffer.read(LONGEST * 4 + 1)
        else:
            with file.open("rb") as opened:
                data = opened.read(LONGEST * 4 + 1)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    # What is no text is no certificate, and is told as one.
    return data.decode("utf-8-sig", "replace")


def _keys(file: Path | None) -> Any:
    from carebase.badges.published import PublicKey, keys_of, load_keys

    if file is None:
        from carebase_plugins.engine import load_site

        published = keys_of(load_site(Path.cwd()))
        where = "docs/certificates.yml"
    elif file.suffix == ".json":
        return [PublicKey(key=one, until=until) for one, until in _multikeys(file)]
    else:
        if not file.is_file():
            raise UsageError(f"There is no file {file}.")
        published = load_keys(file, str(file))
        where = str(file)
    if published.problems:
        raise UsageError(published.problems[0].as_text())
    if not published.keys:
        raise UsageError(
            f"There are no public keys in {where}, so that nobody can tell. `--keys FILE` takes"
            " them from certificates/issuer.json of the site that gave the certificate."
        )
    return published.keys


def _multikeys(file: Path) -> list[tuple[str, date | None]]:
    from carebase.badges.multibase import read_public

    try:
        methods = json.loads(file.read_text("utf-8"))["verificationMethod"]
        found = []
        for method in methods:
            read_public(method["publicKeyMultibase"])
            until = date.fromisoformat(method["expires"][:10]) if "expires" in method else None
            found.append((method["publicKeyMultibase"], until))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{file} is no issuer.json of a site with public keys.") from None
    return found


def _told(document: Any) -> str:
    from carebase.badges.credential import summary_of

    return "\n".join(f"{name}: {value}" for name, value in summary_of(document).items() if value)
