"""`carebase canary`: send a form through the public address, and follow it to the mailbox."""

from __future__ import annotations

import json
import os

import click

from carebase.cli.extras import endpoint_part
from carebase.endpoint.settings import Settings
from carebase.errors import VerificationError


@click.command("canary")
@click.option("--form", default="support-request", show_default=True, help="The form to send.")
@click.option(
    "--patience",
    type=click.IntRange(1, 3600),
    default=120,
    show_default=True,
    help="For how many seconds the mail is waited for.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one object for programs.")
def command(form: str, patience: int, as_json: bool) -> None:
    """Send a form as a customer does, follow it as far as the settings allow, and remove it.

    It goes through CAREBASE_URL with a proof of work, must be found in the database, and its
    acknowledgement goes to CAREBASE_CANARY_TO: until the mail server has it, and into the mailbox
    with CAREBASE_CANARY_MAILBOX. Nobody else is notified. Run it with the settings of the endpoint,
    on its machine. Exit code 0: all that was followed is fine; 1: the form cannot be filled in by a
    program; 2: something is missing; 3: something did not work.
    """
    settings = Settings.from_environment(os.environ)
    with endpoint_part("The canary needs"):
        from carebase.endpoint.canary import Flight, fly
        from carebase.endpoint.service import Service
        from carebase.store.database import check_exists, check_safe, read_url
    url = read_url(settings.database_url)
    check_exists(url)
    check_safe(url)
    service = Service(settings)
    flight = Flight()
    try:
        for stage in fly(service, form, patience, flight):
            if not as_json:
                click.echo(stage.as_text())
    finally:
        service.close()
    if as_json:
        about = {
            "ok": not flight.failed,
            "ref": flight.ref,
            "followed_to": flight.followed_to,
            "stages": [stage.as_dict() for stage in flight.stages],
        }
        click.echo(json.dumps(about, ensure_ascii=False))
    if flight.failed:
        raise VerificationError("The canary did not come through.")
