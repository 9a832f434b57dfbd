"""Pages that go together, by product, title and keywords."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from carebase.articles.front_matter import MOST_RELATED
from carebase.search.related import Relations, Subject, relate, telling_words

WORDS = re.findall(
    r"\w+",
    "pump boiler valve filter hose lid grinder sensor display battery gasket tank filterpump"
    " tanksensor batterytank install einrichten",
)


def about(title: str, keywords: list[str] | None = None, **more: object) -> Subject:
    """Describe a page; a guide of Brio unless said otherwise."""
    words = telling_words(title, keywords or [], "en", ["Brio"])
    given: dict[str, object] = {"lang": "en", "kind": "guide", "products": ("brio",)} | more
    return Subject(words=words, **given)  # type: ignore[arg-type]


# So many that a word of two pages is rare.
OTHERS = {f"other-{number}": about(f"Thing{number} whatsit{number}") for number in range(30)}


def related(subjects: dict[str, Subject], name: str) -> tuple[str, ...]:
    """Give what goes with a page of a site with many others."""
    return relate({**OTHERS, **subjects}).of(name)


def test_words_that_say_nothing_are_left_out() -> None:
    assert {"descal": 4, "chalk": 3} == telling_words(
        "How do I descale my Brio 2?", ["chalk", "descaling"], "en", ["brio", "Brio"]
    )


def test_words_of_any_site_and_its_name_say_little() -> None:
    assert {"instal": 2, "valv": 4, "care": 2} == telling_words(
        "Install the valve with care", [], "en", slight=["Fjellby Care"]
    )
    assert {"einricht": 2, "pump": 4} == telling_words("Die Pumpe einrichten", [], "de")


def test_titles_and_keywords_bring_pages_together() -> None:
    pages = {
        "descale": about("Descale Brio", ["limescale"]),
        "scale": about("What to do about limescale"),
        "hose": about("Replace the hose"),
    }
    assert ("scale",) == related(pages, "descale")
    assert ("descale",) == related(pages, "scale")
    assert () == related(pages, "hose")


@pytest.mark.parametrize(
    "change",
    [
        {"products": ("pip",)},
        {"lang": "de"},
        {"models": ("x2",)},
        {"before": ("one",)},
        {"article": False},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_does_not_go_together(change: dict[str, object]) -> None:
    one = about("Clean the steam wand", models=("x1",))
    two = about("Replace the steam wand", models=("x1",))
    assert ("two",) == related({"one": one, "two": two}, "one")
    assert () == related({"one": one, "two": replace(two, **change)}, "one")  # type: ignore[arg-type]


def test_what_is_done_brings_pages_of_one_product_together_alone() -> None:
    pages = {"one": about("Install the valve"), "two": about("Install the hose")}
    assert ("two",) == related(pages, "one")
    general = {name: replace(page, products=()) for name, page in pages.items()}
    assert () == related(general, "one")


def test_a_compound_goes_with_its_parts() -> None:
    pages = {
        name: Subject("de", "guide", telling_words(title, [], "de"))
        for name, title in {
            "order": "Aufträge ansehen",
            "repair": "Reparaturauftrag schreiben",
            "state": "Auftragsstatus lesen",
            "road": "Straßenkarte drucken",
        }.items()
    }
    assert {"repair", "state"} == set(related(pages, "order"))
    assert () == related(pages, "road")
    assert () == related({name: replace(one, lang="en") for name, one in pages.items()}, "order")


def test_one_word_is_chance_between_a_product_and_the_rest() -> None:
    pages = {
        "pump": about("The pump is fast"),
        "general": about("Fast builds", products=()),
        "shipping": about("The pump is in the post, fast", products=()),
    }
    assert ("shipping",) == related(pages, "pump")


def test_late_pages_come_after_fresh_ones() -> None:
    pages = {
        "own": about("Clean the steam wand"),
        "late": about("Clean the steam wand again", late=True),
        "fresh": about("Steam milk"),
    }
    assert ("fresh", "late") == related(pages, "own")


def test_no_more_than_a_few_and_of_equals_those_that_follow() -> None:
    pages = {f"wand-{letter}": about("The steam wand") for letter in "abcdefgh"}
    assert tuple(f"wand-{letter}" for letter in "defgh") == related(pages, "wand-c")
    assert MOST_RELATED == len(related(pages, "wand-f"))
    assert "wand-g" == related(pages, "wand-f")[0]


def test_the_writer_has_the_first_word() -> None:
    pages = {
        "own": about("Clean the steam wand", first=("other-3", "gone")),
        "two": about("Replace the steam wand"),
    }
    assert ("other-3", "two") == related(pages, "own")
    pages["own"] = replace(pages["own"], wanting=False)
    assert () == related(pages, "own")
    assert ("own",) == related(pages, "two")


def test_a_word_of_many_pages_brings_none_together() -> None:
    pages = {f"page-{number}": about(f"Descale whatnot{number}") for number in range(200)}
    assert {()} == set(relate(pages).found.values())


def any_subject(chance: random.Random) -> Subject:
    """Make up a page."""
    lang = chance.choice(["en"] * 2 + ["de"])
    product = chance.choice([(), (), ("brio",), ("pip",), ("brio", "pip")])
    return Subject(
        lang=lang,
        kind=chance.choice(["guide", "faq"]),
        words=telling_words(
            " ".join(chance.choices(WORDS, k=chance.randrange(1, 4))),
            chance.sample(WORDS, chance.randrange(0, 3)),
            lang,
        ),
        products=product,
        first=(f"page-{chance.randrange(120)}",) if chance.random() < 0.1 else (),
        before=(f"page-{chance.randrange(120)}",) if chance.random() < 0.1 else (),
        part=chance.choice(["a", "b"]),
        late=chance.random() < 0.2,
        article=chance.random() < 0.9,
        wanting=chance.random() < 0.9,
    )


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_is_what_would_be_found(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words are common at once, so that lists grow beyond what is looked at and shrink again."""
    monkeypatch.setattr("carebase.search.related._COMMON", 6)
    chance = random.Random(seed)
    subjects = {f"page-{number}": any_subject(chance) for number in range(60)}
    known: Relations | None = None
    for _ in range(60):
        for _ in range(chance.choice([1, 1, 2, 8])):
            name = f"page-{chance.randrange(120)}"
            if chance.random() < 0.3:
                subjects.pop(name, None)
            else:
                subjects[name] = any_subject(chance)
        known = relate(subjects, known)
        assert relate(subjects).found == known.found


@pytest.mark.parametrize("lang", ["en", "de"])
def test_an_edit_changes_no_list_but_those_that_the_page_is_in(lang: str) -> None:
    """Words become rarer and more common with each edit, and that moves no other page."""
    chance = random.Random(lang)

    def any_words() -> dict[str, int]:
        names = [f"{one}{two}" for one in WORDS[:12] for two in ("", "ring", "box")]
        return telling_words(" ".join(chance.sample(names, 3)), chance.sample(names, 1), lang)

    subjects = {
        f"page-{number}": Subject(lang, "guide", any_words(), products=(f"p{number % 4}",))
        for number in range(200)
    }
    known = relate(subjects)
    most = 0
    for _ in range(100):
        name = chance.choice(list(subjects))
        subjects[name] = replace(subjects[name], words=any_words())
        after = relate(subjects, known)
        changed = {one for one in subjects if known.of(one) != after.of(one)} - {name}
        for one in changed:
            assert name in known.of(one) + after.of(one)
            lists = (known.of(one), after.of(one))
            others = [[other for other in names if other != name] for names in lists]
            shorter = min(map(len, others))
            assert others[0][:shorter] == others[1][:shorter]
        most = max(most, len(changed))
        known = after
    assert 0 < most < 40
