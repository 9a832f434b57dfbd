"""`carebase doctor`: look an endpoint over, and say what to do."""

from __future__ import annotations

import json
import os

import click

from carebase.cli.extras import endpoint_part
from carebase.endpoint.settings import Settings
from carebase.errors import CarebaseError


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects for programs.")
def command(as_json: bool) -> None:
    """Look over what an endpoint needs: site, database, disks, mail, address, proxies, origins.

    Run it with the settings of the endpoint, on its machine, while it runs; nothing is changed and
    no mail is sent. Exit code 0: nothing wrong, or warnings only; 1: something to mend.
    """
    settings = Settings.from_environment(os.environ)
    with endpoint_part("The doctor needs"):
        from carebase.endpoint.doctor import examine
    found = []
    for finding in examine(settings):
        found.append(finding)
        if not as_json:
            click.echo(finding.as_text())
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in found], ensure_ascii=False))
    faults = sum(finding.level == "error" for finding in found)
    if faults:
        raise CarebaseError(f"{faults} {'thing' if faults == 1 else 'things'} to mend.")
