"""A verdict in words: one sentence first, then the reasons, then what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from carebase.catalog.product import Product
from carebase.i18n import count_text, date_text, fill, list_text, strings, text
from carebase.markup import Child, Markup, element
from carebase.warranty.rights_words import REVIEWED, rights_words, say_note

Row = Mapping[str, Any]

# Where links of the check and its answer may lead; each is an attribute of the element too.
LINKS = ("terms", "policies", "claim", "repair", "guides", "parts", "contact")
# Coverages of these ids are the product itself when it has no component of that name.
WHOLE = frozenset({"all", "product", "unit", "device", "whole", "standard", "general"})
# `until` of these rows is never shown: nobody may read it as a promise (WARRANTY R10).
PROMISED = frozenset({"covered", "depends", "expired", "not_started"})
GONE = frozenset({"expired", "void", "used_up", "ended_by_transfer", "not_offered"})
OPEN = frozenset({"depends", "unknown"})
TONES = {"covered": "good", "partly": "partly", "not_covered": "ended"}


def address(links: Mapping[str, str], name: str, product: str | None) -> str:
    """Give the address of a link, or nothing; `{product}` in it stands for the product's id."""
    return fill(links.get(name) or "", product=product or "")


def render_answer(
    verdict: Row | None,
    product: Product,
    *,
    language: str = "en",
    links: Mapping[str, str] | None = None,
    heading: int = 2,
    rights: Mapping[str, str] | None = None,
) -> Markup:
    """Write a verdict (its JSON, WARRANTY §4) as an answer; none when the product has no policy.

    `rights` are the site's words beside the rows of the law (`rights_words`).

    The browser writes the same in `answer.js`; a test compares the two.
    """
    links = links or {}
    title = {"class": "cb-answer__title", "tabindex": "-1"}
    if verdict is None:
        said = text(language, "answer.no_policy", product=product.name)
        return element(
            "div",
            {"class": "cb-answer cb-answer--unknown"},
            element(f"h{heading}", title, said),
            _next(("contact",), links, product, language, heading),
        )
    rows: Sequence[Row] = verdict["coverages"]
    promised = [row for row in rows if row["kind"] == "commercial"]
    tone = TONES.get(verdict["verdict"], "unknown")
    return element(
        "div",
        {"class": f"cb-answer cb-answer--{tone}"},
        element(f"h{heading}", title, headline(verdict, product, language)),
        _start(verdict, language),
        *(_programme(row, language) for row in rows if row["kind"] == "programme"),
        _missing(verdict["missing"], language),
        _promise(verdict, promised, product, links, language, heading),
        _next(_steps(verdict), links, product, language, heading),
        _law(
            [row for row in rows if row["kind"] == "statutory"],
            language,
            heading,
            rights_words(language) if rights is None else rights,
        ),
    )


def headline(verdict: Row, product: Product, language: str) -> str:
    """Say the maker's promise in one sentence, or two where some parts differ."""
    rows = [row for row in verdict["coverages"] if row["kind"] == "commercial"]
    held = [row for row in rows if row["status"] == "covered"]
    gone = [row for row in rows if row["status"] in GONE]
    left = [row for row in rows if row["status"] in OPEN]
    dates = sorted({row["until"] for row in held if "until" in row})

    def say(key: str, day: str = "", parts: Iterable[Row] = ()) -> str:
        return text(
            language,
            f"answer.{key}",
            product=product.name,
            date=_day(day, language) if day else "",
            parts=_parts(parts, product, language),
        )

    if held:
        day = dates[0] if dates else ""
        end = "" if day else "_forever"
        if gone and (len(gone) > len(held) or rows[0]["status"] in GONE):
            said = [say("only" + end, day, held)]
        elif gone:
            said = [say("partly" + end, day, gone)]
        else:
            said = [say("covered" + end, day)]
        if day and any(row.get("until") != day for row in held):
            said.append(say("longer"))
        if left:
            said.append(say("open", parts=left))
        return " ".join(said)
    if any(
        row["kind"] == "programme" and row["status"] == "covered" for row in verdict["coverages"]
    ):
        return say("programme")
    if left:
        return say("depends")
    if any(row["status"] == "not_started" for row in rows):
        return say("not_started", verdict["start"]["date"])
    if rows and all(row["status"] == "not_offered" for row in rows):
        return say("not_offered")
    ends = [row["until"] for row in rows if "until" in row]
    if ends and all(row["status"] == "expired" for row in rows):
        return say("expired", max(ends))
    return say("ended")


def part_name(row: Row, product: Product, language: str) -> str:
    """Name a coverage as customers do: its component, the whole product, or its id in words."""
    name: str = row["id"]
    for component in product.components:
        if component.id == name:
            return component.name
    if name in WHOLE:
        return text(language, "answer.whole")
    said = name.replace("-", " ").replace("_", " ")
    return said[:1].upper() + said[1:]


def _parts(rows: Iterable[Row], product: Product, language: str) -> str:
    names = [part_name(row, product, language) for row in rows]
    if strings(language)["answer.parts"] == "lower":
        # An abbreviation such as LED keeps its capitals.
        names = [
            name[:1].lower() + name[1:] if name[1:2] == name[1:2].lower() else name
            for name in names
        ]
    return list_text(language, names) if names else ""


def _day(written: str, language: str) -> str:
    return date_text(language, date.fromisoformat(written))


def _start(verdict: Row, language: str) -> Markup | None:
    start = verdict.get("start")
    if start is None:
        return None
    key = "answer.estimated" if start["certainty"] == "estimated" else "answer.start"
    said = text(
        language,
        key,
        event=text(language, f"start.{start['from']}"),
        date=_day(start["date"], language),
    )
    return element("p", {"class": "cb-answer__start"}, said)


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
            element("th", {"scope": "row"}, _clause(verdict, row, product, links, language)),
            element("td", None, text(language, f"status.{row['status']}")),
            element("td", None, _until(row, language)),
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


def _clause(
    verdict: Row, row: Row, product: Product, links: Mapping[str, str], language: str
) -> Child:
    name = part_name(row, product, language)
    if "policies" not in links or "clause" not in row:
        return name
    # `terms.md#x` is a heading of the generated page of the policy's version (WARRANTY §1).
    anchor = row["clause"].partition("#")[2]
    page = links["policies"].replace("{policy}", verdict["policy"].replace("@", "-"))
    return element("a", {"href": page + (f"#{anchor}" if anchor else "")}, name)


def _until(row: Row, language: str) -> list[Child]:
    if row["status"] not in PROMISED:
        return ["–"]
    if "until" not in row:
        return [text(language, "answer.no_end") if row["status"] == "covered" else "–"]
    said: list[Child] = [_day(row["until"], language)]
    if "days_left" in row:
        left = row["days_left"]
        words = (
            count_text(language, "answer.days", left) if left else text(language, "answer.today")
        )
        said += [" ", element("small", None, words)]
    return said


def _steps(verdict: Row) -> tuple[str, ...]:
    rows = verdict["coverages"]
    if any(
        (row["status"] == "covered" and row["kind"] != "statutory")
        or (row["status"] == "depends" and row["kind"] == "commercial")
        for row in rows
    ):
        return ("claim", "repair", "terms")
    if verdict["verdict"] == "not_covered":
        return ("guides", "parts", "repair", "contact")
    return ("contact", "terms")


def _next(
    steps: Sequence[str],
    links: Mapping[str, str],
    product: Product,
    language: str,
    heading: int,
) -> list[Markup]:
    ways: list[Markup] = []
    for step in steps:
        target = address(links, step, product.id)
        if not target:
            continue
        name = text(language, "check.terms" if step == "terms" else f"next.{step}")
        style = None if ways else {"class": "cb-button"}
        ways.append(element("li", None, element("a", {"href": target} | (style or {}), name)))
    if not ways:
        return []
    return [
        element(f"h{heading + 1}", None, text(language, "next.title")),
        element("ul", {"class": "cb-next"}, ways),
    ]


def _law(
    rows: Sequence[Row], language: str, heading: int, rights: Mapping[str, str]
) -> list[Markup]:
    if not rows:
        return []
    known = strings(language)
    country = known.get(f"country.{rows[0]['country']}", rows[0]["country"])
    items = []
    for row in rows:
        if row["id"].startswith("none-"):
            items.append(element("li", None, known["law.none"]))
            continue
        values = {
            "who": known.get(f"law.{row['who']}", row["who"]),
            "date": _day(row["until"], language) if "until" in row else "",
        }
        said = [fill(known[f"law.{row['status']}"], **values)]
        if "burden_until" in row and row["status"] in ("covered", "not_started"):
            said.append(fill(known["law.burden"], date=_day(row["burden_until"], language)))
        if "note" in row:
            said.append(say_note(row["note"], rights))
        items.append(element("li", None, " ".join(said), _source(row, "law.source", language)))
    return [
        element(f"h{heading + 1}", None, fill(known["law.title"], country=country)),
        element("p", None, known["law.intro"]),
        element("ul", {"class": "cb-law"}, items),
        element("p", {"class": "cb-advice"}, f"{known['law.advice']} {rights[REVIEWED]}"),
    ]
