"""`carebase inbox answer`: an answer to a customer, by mail."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from carebase.cli.inbox.change import tell
from carebase.cli.inbox.selection import View, open_inbox
from carebase.endpoint.settings import mail_settings
from carebase.errors import CarebaseError, UsageError
from carebase.inbox import Entry, InboxError, screen
from carebase.inbox.message import LONGEST, tidy
from carebase.inbox.states import ANSWERED, check_answer
from carebase.outbox.addresses import to_wire

_CUT = "------------------------ >8 ------------------------"


@click.command("answer", short_help="Answer a customer by mail.")
@click.argument("ref", metavar="REF")
@click.option("--text", help="The answer.")
@click.option(
    "--file", "source", metavar="FILE", help="The file that holds the answer; - for standard input."
)
@click.option("--leave-state", is_flag=True, help="Do not set the state to answered.")
def answer(ref: str, text: str | None, source: str | None, leave_state: bool) -> None:
    """Answer a customer by mail.

    Without --text and --file an editor opens (VISUAL, else EDITOR), with what the customer asked
    below. The mail is in the language of the form and quotes what was asked; greeting and name are
    yours to write. The endpoint or `carebase worker` sends it; the customer reads the answer on
    the page of the request too.

    CAREBASE_SMTP_URL and CAREBASE_MAIL_FROM must be set as for the endpoint.
    """
    if text is not None and source is not None:
        raise UsageError("Give the answer by --text or by --file, not by both.")
    if mail_settings(os.environ)[0] is None:
        raise UsageError(
            "No mail can be sent, because CAREBASE_SMTP_URL is not set here. Set it and"
            " CAREBASE_MAIL_FROM as for the endpoint, or answer in another way and note it:"
            f' carebase inbox set {ref} answered --note "called"'
        )
    with open_inbox() as inbox:
        submission, _ = inbox.find(ref)
        check_answer(submission.ref, submission.state)
        entry = View(inbox).of(submission)
        target = to_wire(entry.asked.customer_address(submission.values))
        if not target:
            raise InboxError(
                f"{submission.ref} gives no mail address of the customer. `carebase inbox show"
                f" {submission.ref}` tells what else there is; note how you answered:"
                f' carebase inbox set {submission.ref} answered --note "called"'
            )
        if text is None and source is None:
            conversation = inbox.messages_of([submission.id]).get(submission.id, [])
            given = _edit("\n".join(screen.card(entry, (), conversation)), entry, target)
        else:
            given = _read(source) if source is not None else str(text)
        said = _checked(given)
        try:
            change = inbox.answer(ref, said, target, "" if leave_state else ANSWERED)
        except CarebaseError as error:
            if text is None and source is None:
                raise UsageError(f"{error} Your text is kept in {_keep(said)}") from None
            raise
    if change.before != change.submission.state:
        tell(change, "")
    click.echo(
        f"The mail to {target} is in the outbox; the endpoint or `carebase worker` sends it."
    )


def _checked(given: str) -> str:
    said = tidy(given)
    if not said:
        raise UsageError("The answer is empty, so nothing was sent.")
    if len(said) > LONGEST:
        raise UsageError(
            f"The answer has {len(said):,} characters; at most {LONGEST:,} go into one mail."
        )
    return said


def _read(source: str) -> str:
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{source} is not UTF-8 text. Save it as UTF-8.") from None


def _edit(shown: str, entry: Entry, target: str) -> str:
    if not sys.stdin.isatty():
        raise UsageError("Give the answer by --text or --file; an editor needs a terminal.")
    draft = "\n".join(_draft(shown, entry, target))
    try:
        written = click.edit(draft, extension=".txt")
    except click.ClickException as error:
        raise UsageError(
            f"No editor could be used ({error.message}). Name one in EDITOR, or give the answer by"
            " --text or --file."
        ) from None
    if written is None:
        raise UsageError("The text was not saved, so nothing was sent.")
    return written.partition(_CUT)[0]


def _draft(shown: str, entry: Entry, target: str) -> Iterator[str]:
    language = entry.submission.language
    yield from ("", "", _CUT)
    yield "Write your answer above this line; nothing from the line on is sent."
    yield f"It goes to {target}" + (f", who reads `{language}`." if language else ".")
    yield from ("", shown, "")


def _keep(said: str) -> Path:
    """Save a text that was typed and could not be stored."""
    handle, name = tempfile.mkstemp(prefix="carebase-answer-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(said + "\n")
    return Path(name)
