"""The page of a course: what to do before, its lessons with exercises, its glossary."""

from __future__ import annotations

from pathlib import Path

import pytest

from carebase_plugins.theme.words import time_of, words_of
from tests.plugins.making import article, make, texts, tree
from tests.support.sites import BuiltSite

COURSE = """\
title: Care
prerequisites:
  - You can hold a screwdriver & "such"
  - {page: about/me.md}
  - {course: other, text: The other one}
lessons:
  - {page: a.md, minutes: 20}
  - {page: b.md}
glossary:
  Group gasket: The *ring* that seals.
  Group: What holds the filter.
  C++: Nothing here.
"""
LESSON = """\
# A

## The group

A group gasket seals the group; `group` and [a group](b.md) and GROUP stay.

/// exercise | Turn `it`
    minutes: 5

Turn the group.
///

/// exercise

Rest.
///

/// quiz

### Is it the group? {#group}

- [x] The group
- [ ] C++

///
"""
FILES = {
    "docs/about/me.md": "# About me\n",
    "docs/courses/care/course.yml": COURSE,
    "docs/courses/care/a.md": LESSON,
    "docs/courses/care/b.md": "# B\n\nC++ is no C.\n",
    "docs/courses/other/course.yml": "title: Other\nminutes: 75\nlessons: [a.md]\n",
    "docs/courses/other/a.md": "# A\n\nGroup and Word.\n",
    "docs/courses/other/glossary.md": "# Words\n\n## Word {#the-word}\n\nSaid.\n\n## Other one\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    return make(tmp_path_factory.mktemp("outline"), FILES)


def terms(site: BuiltSite, address: str) -> list[tuple[str, str]]:
    """Give the words that a page links to a glossary, with where to."""
    found = article(site, address).xpath("//a[@class='cb-term']")
    return [(link.text_content(), link.get("href")) for link in found]


def test_what_to_do_before_is_listed_with_links(site: BuiltSite) -> None:
    page = article(site, "courses/care/")
    assert [
        'You can hold a screwdriver & "such"',
        "About me",
        "The other one",
    ] == texts(page, "//h2[@id='first']/following-sibling::ul[1]/li")
    assert ["../../about/me/", "../other/"] == page.xpath(
        "//h2[@id='first']/following-sibling::ul[1]//a/@href"
    )


def test_exercises_stand_under_their_lesson(site: BuiltSite) -> None:
    lessons = article(site, "courses/care/").xpath("//ol[@class='cb-lessons']/li")
    assert [["Exercise: Turn it · 5 min", "Exercise"], []] == [
        texts(lesson, "./ul/li") for lesson in lessons
    ]


@pytest.mark.parametrize(
    ("language", "minutes", "said"),
    [
        ("en", 290, "4 hours 50 minutes"),
        ("en", 61, "1 hour 1 minute"),
        ("en", 120, "2 hours"),
        ("de-AT", 45, "45 Minuten"),
        ("de", 90, "1 Stunde 30 Minuten"),
        ("es", 290, "4 horas y 50 minutos"),
        ("fr", 60, "1 heure"),
        ("fr", 95, "1 heure et 35 minutes"),
    ],
)
def test_times_are_said_in_hours_and_minutes(language: str, minutes: int, said: str) -> None:
    assert said == time_of(words_of(language), minutes)


def test_a_course_says_how_long_it_takes(site: BuiltSite) -> None:
    said = "//p[@class='cb-muted'][starts-with(., 'About')]"
    assert ["About 1 hour 15 minutes in all"] == texts(article(site, "courses/other/"), said)
    # One of its lessons has no time.
    assert [] == texts(article(site, "courses/care/"), said)


def test_the_first_place_of_a_term_leads_to_the_glossary(site: BuiltSite) -> None:
    assert [
        ("group gasket", "../glossary/#group-gasket"),
        ("group", "../glossary/#group"),
    ] == terms(site, "courses/care/a/")
    assert [("C++", "../glossary/#c")] == terms(site, "courses/care/b/")
    assert [] == terms(site, "courses/care/")


def test_the_glossary_is_made_in_alphabetical_order(site: BuiltSite) -> None:
    page = tree(site, "courses/care/glossary/")
    assert ["c", "group", "group-gasket"] == page.xpath("//article//h2/@id")
    assert ["ring"] == texts(page, "//article//em")
    links = article(site, "courses/care/").xpath("//div[@class='cb-course']//a[@href='glossary/']")
    assert ["Glossary"] == [link.text_content() for link in links]


def test_a_glossary_of_ones_own_goes_before(site: BuiltSite) -> None:
    assert ["the-word", "other-one"] == tree(site, "courses/other/glossary/").xpath(
        "//article//h2/@id"
    )
    assert [("Word", "../glossary/#the-word")] == terms(site, "courses/other/a/")


def test_an_edit_of_the_glossary_reaches_the_lessons(tmp_path: Path) -> None:
    make(tmp_path, FILES)
    changed = COURSE.replace("  Group: What holds the filter.\n", "")
    site = make(tmp_path, {"docs/courses/care/course.yml": changed})
    assert [("group gasket", "../glossary/#group-gasket")] == terms(site, "courses/care/a/")
    own = FILES["docs/courses/other/glossary.md"].replace("## Word {#the-word}", "## Group")
    site = make(tmp_path, {"docs/courses/other/glossary.md": own})
    assert [("Group", "../glossary/#group")] == terms(site, "courses/other/a/")
