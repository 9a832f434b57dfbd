"""`carebase worker`: send mails and webhooks as a process of its own, and see how that goes."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from carebase.build.stopping import endings
from carebase.cli.extras import endpoint_part
from carebase.cli.groups import Commands
from carebase.counting import counted
from carebase.endpoint.settings import Settings, database_url, log_kind
from carebase.errors import UsageError, nearest
from carebase.inbox.screen import one_line

if TYPE_CHECKING:
    from carebase.endpoint.service import Service
    from carebase.store import Store

# In seconds: how often it is looked whether the process is to stop.
_LOOK = 0.2
# Held letters wait until their submission is restored from quarantine.
_STATES = ("waiting", "held", "done", "dead")


@click.group("worker", cls=Commands, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Send mails and webhooks, as a process of its own.

    The endpoint sends them too, unless CAREBASE_WORKER=off; several processes share the work and
    never send the same at the same time. The settings are those of `carebase endpoint`.
    """
    if ctx.invoked_subcommand:
        return
    with endpoint_part("The worker needs"):
        from carebase.endpoint.logs import logging_to_stderr
    with logging_to_stderr(log_kind(os.environ)), _serving() as service:
        _run(service)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
def list_letters(as_json: bool) -> None:
    """Count what waits and what was sent, and tell what failed and why.

    Needs only CAREBASE_DATABASE_URL (default: sqlite:///carebase.db).
    """
    with _store() as store:
        counts = store.count_letters()
        troubled = store.find_troubled_letters()
    kinds = sorted({kind for kind, _ in counts})
    rows = [
        {"kind": kind, **{state: counts.get((kind, state), 0) for state in _STATES}}
        for kind in kinds
    ]
    if as_json:
        letters = [
            {
                "id": letter.id,
                "kind": letter.kind,
                "target": letter.target,
                "state": letter.state,
                "attempts": letter.attempts,
                "next_at": letter.next_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
                "error": letter.error,
            }
            for letter in troubled
        ]
        click.echo(json.dumps({"counts": rows, "troubled": letters}, ensure_ascii=False, indent=1))
        return
    click.echo(f"{'Kind':<16}{'Waiting':>9}{'Held':>9}{'Sent':>9}{'Dead':>9}")
    for row in rows:
        numbers = "".join(f"{row[state]:>9}" for state in _STATES)
        click.echo(f"{row['kind']:<16}{numbers}")
    for letter in troubled:
        fate = "dead" if letter.state == "dead" else f"next {letter.next_at:%Y-%m-%d %H:%M} UTC"
        tried = counted(letter.attempts, "time")
        click.echo(f"\n{letter.kind} to {one_line(letter.target)}")
        click.echo(f"    {fate}, tried {tried}: {one_line(letter.error)}")


@command.command("retry")
@click.option("--waiting", is_flag=True, help="And at once those that wait for another try.")
def retry(waiting: bool) -> None:
    """Send every dead letter again, as if it were new.

    Needs only CAREBASE_DATABASE_URL (default: sqlite:///carebase.db).
    """
    with _store() as store:
        number = store.retry_letters(datetime.now(UTC)).result()
        if waiting:
            number += store.hurry_letters(datetime.now(UTC)).result()
    click.echo(f"{number} {'letter is' if number == 1 else 'letters are'} tried again.")


@command.command("secret")
@click.argument("form")
def secret(form: str) -> None:
    """Show the secret with which the receiver of a form's webhook checks what it gets."""
    from carebase.outbox.signature import write_secret

    with _serving() as service:
        hooks = {
            name: checker.form.notify.webhook
            for name, checker in service.private.checkers.items()
            if checker.form.notify.webhook
        }
        target = hooks.get(form)
        if target is None:
            match = nearest(form, hooks)
            listed = f" Forms that have one: {', '.join(hooks)}." if hooks else ""
            way_out = f" Did you mean `{match}`?" if match else listed
            raise UsageError(f"The form `{form}` has no webhook.{way_out}")
        click.echo(write_secret(service.sending.webhook_keys(form, target)[0]))


def _run(service: Service) -> None:
    """Send until it is told to end."""
    # No event or queue: a signal that comes just as this thread begins to wait for one is either
    # not noticed, or waits itself for the lock that this thread holds.
    caught: list[int] = []
    for number in endings():
        signal.signal(number, lambda signum, _: caught.append(signum))
    worker = service.sending.worker
    worker.start()
    click.echo("Carebase sends mails and webhooks (stop it with Ctrl-C)")
    for notice in service.sending.notices():
        click.echo(notice)
    while not caught:
        time.sleep(_LOOK)
    worker.stop()


@contextmanager
def _serving() -> Iterator[Service]:
    """Open what the settings name."""
    settings = Settings.from_environment(os.environ)
    with endpoint_part("The worker needs"):
        from carebase.endpoint.service import Service
        from carebase.store.database import check_safe, read_url
    check_safe(read_url(settings.database_url))
    service = Service(settings)
    try:
        yield service
    finally:
        service.close()


@contextmanager
def _store() -> Iterator[Store]:
    """Open the database of an endpoint, whether one runs or not."""
    with endpoint_part("The worker needs"):
        from sqlalchemy.exc import SQLAlchemyError

        from carebase.store import Store
        from carebase.store.database import check_exists, check_safe, read_url, told

    url = read_url(database_url(os.environ))
    check_exists(url)
    check_safe(url)
    with Store(database_url(os.environ)) as store:
        try:
            yield store
        except SQLAlchemyError as error:
            raise told(url, error) from None
