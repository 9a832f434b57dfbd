"""What is held about somebody, as a part of a page and as data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from carebase.endpoint.service import Service
from carebase.i18n import date_text, strings, text
from carebase.inbox.entry import Moment
from carebase.inbox.message import OUT, Message
from carebase.inbox.states import QUARANTINED
from carebase.markup import Child, Markup, element
from carebase.store.holdings import Holding
from carebase.store.letters import WEBHOOK


def as_dict(holding: Holding) -> dict[str, Any]:
    """Give all of it as data, questions beside answers; of somebody else's only what counts."""
    submission = holding.submission
    answers = [
        {"id": one.id, "question": one.label, "answer": one.value}
        for one in holding.asked.answers(holding.values)
    ]
    about: dict[str, Any] = {
        "form": submission.form,
        "title": holding.asked.title,
        "received_at": _iso(submission.received_at),
        "answers": answers,
    }
    if holding.mentioned:
        return {**about, "sent_by": "somebody else"}
    return {
        "ref": submission.ref,
        "state": submission.state,
        **about,
        "language": submission.language,
        "page": submission.page,
        "purpose": str(holding.asked.definition.get("purpose", "")),
        "kept_for": str(holding.asked.definition.get("retention") or ""),
        "messages": [dict(one.as_dict()) for one in holding.messages],
        "letters": [{**one, "target": _target(one)} for one in holding.letters],
        "files": [
            {"name": one.name, "type": one.type, "size": one.size, "sha256": one.sha256}
            for one in holding.files
        ],
        "history": [one.as_dict() for one in holding.history],
        "units": [dict(one) for one in holding.units],
        "attempts": [dict(one) for one in holding.attempts],
    }


def render(service: Service, holding: Holding, language: str, root: str = "") -> Markup:
    """Write one submission with all that was made from it, under a heading.

    `root` is the path below which the endpoint lies.
    """
    submission = holding.submission
    title = holding.asked.title or submission.form
    if holding.mentioned:
        return element(
            "section",
            {"class": "cb-held cb-verdict-panel"},
            element("h2", None, text(language, "privacy.other")),
            element("p", None, text(language, "page.about", form=title)),
            _at(service, "page.received", submission.received_at, language),
            _answers(holding, language),
            element("p", None, text(language, "privacy.other_text")),
        )
    state = text(language, _state(submission.state))
    sent_from = text(language, "privacy.page", page=submission.page) if submission.page else ""
    return element(
        "section",
        {"class": "cb-held cb-verdict-panel"},
        element("h2", None, f"{submission.ref}: {title}"),
        _at(service, "page.received", submission.received_at, language),
        element("p", None, sent_from) if sent_from else None,
        element("p", None, text(language, "privacy.state", state=state)),
        element("h3", None, text(language, "privacy.you_sent")),
        _answers(holding, language),
        _files(service, holding, language, root),
        _messages(service, holding.messages, language),
        _list("privacy.mails", _letters(service, holding, language), language),
        _list("privacy.history", _history(service, holding.history, language), language),
        _list(
            "privacy.units", [" ".join(map(str, one.values())) for one in holding.units], language
        ),
        _list("privacy.attempts", _attempts(holding, language), language),
    )


def _answers(holding: Holding, language: str) -> Markup:
    rows: list[Child] = []
    for one in holding.asked.answers(holding.values, language):
        rows += [element("dt", None, one.label), element("dd", None, one.text)]
    return element("dl", None, rows)


def _files(service: Service, holding: Holding, language: str, root: str) -> Child:
    """Lead to the files, each as the page of its request gives it out."""
    if not holding.files:
        return None
    stored = holding.submission
    token = service.secret.token_behind(stored.id, stored.token_hash)
    page = f"{root}/requests/{token}/files"
    links = [
        element(
            "li", None, element("a", {"href": f"{page}/{one.id}"}, one.name) if token else one.name
        )
        for one in holding.files
    ]
    return [element("h3", None, text(language, "privacy.files")), element("ul", None, links)]


def _messages(service: Service, messages: Iterable[Message], language: str) -> Child:
    items = []
    for one in messages:
        key = "status.we" if one.direction == OUT else "status.you"
        items.append(
            element("li", None, _at(service, key, one.at, language), element("p", None, one.text))
        )
    title = element("h3", None, text(language, "status.messages"))
    return [title, element("ul", None, items)] if items else None


def _letters(service: Service, holding: Holding, language: str) -> list[str]:
    found = []
    for one in holding.letters:
        day = datetime.fromisoformat(str(one["created_at"])).astimezone(service.private.zone)
        found.append(
            text(
                language,
                "privacy.mail_to",
                date=date_text(language, day.date()),
                kind=text(language, f"privacy.mail.{one['kind']}"),
                target=_target(one),
            )
        )
    return found


def _target(letter: Any) -> str:
    """Give to whom a letter goes; the address of a webhook may hold a key of its receiver."""
    target = str(letter["target"])
    return urlsplit(target).hostname or "" if letter["kind"] == WEBHOOK else target


def _history(service: Service, history: Iterable[Moment], language: str) -> list[str]:
    found = []
    for one in history:
        day = one.at.astimezone(service.private.zone).date()
        key = f"privacy.event.{one.kind}"
        if key not in strings(language):
            key = _state(str(one.data.get("to", one.kind)))
        words = text(language, key) if key in strings(language) else one.kind
        note = one.data.get("note")
        found.append(f"{date_text(language, day)}: {words}" + (f" – {note}" if note else ""))
    return found


def _state(state: str) -> str:
    return "privacy.event.quarantined" if state == QUARANTINED else f"stage.{state}"


def _attempts(holding: Holding, language: str) -> list[str]:
    return [
        text(
            language,
            f"privacy.points.{'one' if one['possible'].removesuffix('/1') == '1' else 'many'}",
            course=one["course"],
            reached=one["reached"].removesuffix("/1"),
            possible=one["possible"].removesuffix("/1"),
        )
        for one in holding.attempts
    ]


def _list(key: str, items: Iterable[str], language: str) -> Child:
    written = [element("li", None, one) for one in items]
    if not written:
        return None
    return [
        element("h3", None, text(language, key)),
        element("ul", None, written),
    ]


def _at(service: Service, key: str, at: datetime, language: str) -> Markup:
    moment = at.astimezone(service.private.zone)
    said = text(
        language,
        key,
        site=service.private.name,
        date=date_text(language, moment.date()),
        time=f"{moment:%H:%M}",
        zone=service.private.zone.key.replace("_", " "),
    )
    return element("p", None, said)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
