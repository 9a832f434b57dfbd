"""A verdict in words: one sentence first, then the reasons, then what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from carebase.catalog.product import Product
from carebase.i18n import count_text, fill, strings, text
from carebase.markup import Child, Markup, Value, element
from carebase.warranty.headline import Row, headline, part_name, spell
from carebase.warranty.reasons import reasons
from carebase.warranty.rights_words import REVIEWED, rights_words, say_note
from carebase.warranty.steps import LINKS, address, render_next

__all__ = ["LINKS", "address", "headline", "part_name", "render_answer"]

# `until` of these rows is never shown: nobody may read it as a promise (WARRANTY R10).
PROMISED = frozenset({"covered", "depends", "expired", "not_started"})
TONES = {"covered": "good", "partly": "partly", "not_covered": "ended"}


def render_answer(
    verdict: Row | None,
    product: Product,
    *,
    language: str = "en",
    links: Mapping[str, str] | None = None,
    heading: int = 2,
    asked: Mapping[str, str] | None = None,
    rights: Mapping[str, str] | None = None,
) -> Markup:
    """Write a verdict (its JSON, WARRANTY §4) as an answer; none when the product has no policy.

    `asked` is the question, with which the forms that follow are filled in; `rights` are the
    site's words beside the rows of the law (`rights_words`). The browser writes the same in
    `answer.js`; a test compares the two.
    """
    links = links or {}
    asked = asked or {}
    title = {"class": "cb-answer__title", "tabindex": "-1"}
    if verdict is None:
        said = text(language, "answer.no_policy", product=product.name)
        return element(
            "div",
            {"class": "cb-answer cb-answer--unknown"},
            element(f"h{heading}", title, said),
            render_next(None, links, product, language, heading, asked),
        )
    rows: Sequence[Row] = verdict["coverages"]
    promised = [row for row in rows if row["kind"] == "commercial"]
    tone = TONES.get(verdict["verdict"], "unknown")
    return element(
        "div",
        {"class": f"cb-answer cb-answer--{tone}"},
        element(f"h{heading}", title, headline(verdict, product, language)),
        *(_programme(row, language) for row in rows if row["kind"] == "programme"),
        _start(verdict, language, asked),
        _missing(verdict["missing"], language),
        _promise(verdict, promised, product, links, language, heading),
        render_next(verdict, links, product, language, heading, asked),
        _law(
            [row for row in rows if row["kind"] == "statutory"],
            language,
            heading,
            rights_words(language) if rights is None else rights,
        ),
    )


def _start(verdict: Row, language: str, asked: Mapping[str, str]) -> Markup:
    as_of = text(language, "answer.as_of", date=spell(verdict["as_of"], language))
    about = {"class": "cb-answer__start"}
    said = [as_of]
    if asked.get("serial"):
        said.append(text(language, "answer.serial", serial=asked["serial"]))
    start = verdict.get("start")
    if start is None:
        return element("p", about, " ".join(said))
    key = "answer.estimated" if start["certainty"] == "estimated" else "answer.start"
    counted = text(
        language,
        key,
        event=text(language, f"start.{start['from']}"),
        date=spell(start["date"], language),
    )
    return element("p", about, " ".join([counted, *said]))


def _programme(row: Row, language: str) -> Markup | None:
    if row["status"] not in ("covered", "depends"):
        return None
    kind = "depends" if row["status"] == "depends" else row["programme"]
    return element(
        "p",
        {"class": "cb-callout"},
        element("strong", None, text(language, f"programme.{kind}")),
        f" {row['note']}" if "note" in row else None,
        _source(row, "programme.source", language),
    )


def _source(row: Row, key: str, language: str) -> list[Child]:
    source = row.get("source", "")
    if not source.startswith(("https://", "http://")):
        return []
    return [" ", element("a", {"href": source, "rel": "noopener"}, text(language, key))]


def _missing(missing: Sequence[str], language: str) -> list[Markup]:
    if not missing:
        return []
    known = strings(language)
    said = []
    for thing in missing:
        key = "missing." + thing.replace(" ", "_")
        unit = thing.removesuffix(" reading")
        said.append(known[key] if key in known else fill(known["missing.reading"], unit=unit))
    return [
        element("p", None, known["missing.title"]),
        element("ul", None, [element("li", None, one) for one in said]),
    ]


def _promise(
    verdict: Row,
    rows: Sequence[Row],
    product: Product,
    links: Mapping[str, str],
    language: str,
    heading: int,
) -> list[Markup]:
    heads = [text(language, f"answer.{name}") for name in ("part", "status", "until")]
    body = [
        element(
            "tr",
            None,
            element("th", {"scope": "row"}, _part(verdict, row, product, links, language)),
            element("td", None, text(language, f"status.{row['status']}")),
            element("td", None, _until(row, language), _bar(verdict, row, language)),
        )
        for row in rows
    ]
    return [
        element(f"h{heading + 1}", None, text(language, "answer.cover")),
        element(
            "table",
            {"class": "cb-coverages"},
            element(
                "thead",
                None,
                element("tr", None, [element("th", {"scope": "col"}, head) for head in heads]),
            ),
            element("tbody", None, body),
        ),
    ]


def _part(
    verdict: Row, row: Row, product: Product, links: Mapping[str, str], language: str
) -> list[Child]:
    """Name a part, and under it why its cover ends when it does, with the clause that says so."""
    name = part_name(row, product, language)
    said = " · ".join(reasons(row, language, spell))
    if "policies" not in links or "clause" not in row:
        return [name, " ", element("small", None, said)] if said else [name]
    # `terms.md#x` is a heading of the generated page of the policy's version (WARRANTY §1).
    anchor = row["clause"].partition("#")[2]
    page = links["policies"].replace("{policy}", verdict["policy"].replace("@", "-"))
    target = {"href": page + (f"#{anchor}" if anchor else "")}
    if not said:
        return [element("a", target, name)]
    return [name, " ", element("small", None, element("a", target, said))]


def _bar(verdict: Row, row: Row, language: str) -> Markup | None:
    """Show the time that is over; only of rows whose end is a promise and is known."""
    start = verdict.get("start")
    if start is None or "until" not in row or row["status"] not in ("covered", "expired"):
        return None
    begin, until = (date.fromisoformat(day).toordinal() for day in (start["date"], row["until"]))
    today = date.fromisoformat(verdict["as_of"]).toordinal()
    # What ended by use before its time is over has no bar: the time is not what ended it.
    if until <= begin or (row["status"] == "expired" and until >= today):
        return None
    total, used = until - begin, min(today, until) - begin
    said = text(language, "answer.used", used=used, total=total)
    about: dict[str, Value] = {
        "class": "cb-time",
        "min": 0,
        "max": total,
        "value": used,
        "aria-label": said,
    }
    return element("meter", about, said)


def _until(row: Row, language: str) -> list[Child]:
    if row["status"] not in PROMISED:
        return ["–"]
    if "until" not in row:
        return [text(language, "answer.no_end") if row["status"] == "covered" else "–"]
    said: list[Child] = [spell(row["until"], language)]
    if "days_left" in row:
        left = row["days_left"]
        words = (
            count_text(language, "answer.days", left) if left else text(language, "answer.today")
        )
        said += [" ", element("small", None, words)]
    return said


def _law(
    rows: Sequence[Row], language: str, heading: int, rights: Mapping[str, str]
) -> Markup | None:
    if not rows:
        return None
    known = strings(language)
    country = known.get(f"country.{rows[0]['country']}", rows[0]["country"])
    items = []
    for row in rows:
        if row["id"].startswith("none-"):
            items.append(element("li", None, known["law.none"]))
            continue
        values = {
            "who": known.get(f"law.{row['who']}", row["who"]),
            "date": spell(row["until"], language) if "until" in row else "",
        }
        said = [fill(known[f"law.{row['status']}"], **values)]
        if "burden_until" in row and row["status"] in ("covered", "not_started"):
            said.append(fill(known["law.burden"], date=spell(row["burden_until"], language)))
        if "note" in row:
            said.append(say_note(row["note"], rights))
        items.append(element("li", None, " ".join(said), _source(row, "law.source", language)))
    return element(
        "section",
        {"class": "cb-rights"},
        element(f"h{heading + 1}", None, fill(known["law.title"], country=country)),
        element("p", None, known["law.intro"]),
        element("ul", {"class": "cb-law"}, items),
        element("p", {"class": "cb-advice"}, f"{known['law.advice']} {rights[REVIEWED]}"),
    )
