"""Questions on built pages: what can be read without JavaScript, and what must not be."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml.html import HtmlElement

from carebase.errors import ContentError
from tests.plugins.making import CONFIG, article, make, texts, words

COURSE = "title: Care\nlessons: [01-water.md]\n"
QUIZ = """\
# Water

/// quiz

### What **dissolves** scale? {#acid points=2}

![A kettle](kettle.svg)

- [x] Citric `acid`
  > Right, see [the next lesson](02-more.md).
- [ ] Vinegar

  > It attacks seals.
- [ ] Water & soap

Hint: It is sour.

**Hint:** Lemons.

Explanation: Acids dissolve lime.

    code

- and a list

### Scale is made of [[lime|limescale]] and more. {#lime}

### How much? [[= 9 ± 0.5 bar]] {#bar}

### In which order? {#order}

1. Off
2. Unplug
3. Open

### What belongs together? {#pairs partial attempts=2}

- Boiler -> heats
- Pump -> presses
- Group -> holds

### It is on. {#on}

- [ ] True
- [x] False

///

## Acid
"""
GRADED = """\
# Exam

/// quiz

### Which one? {#one}

- [BOX1] First sentence
  > Feedback on the first.
- [BOX2] Second sentence
- [ ] Third sentence

Hint: A hint.

Explanation: The explanation.

### Which of these? {#some type=several}

- [BOX1] Alpha
- [x] Beta
- [BOX2] Gamma

### The word is [[WORD|other]]. {#word}

### The number is [[= NUMBER bar]]. {#number}

### In order {#order1}

1. STEP1
2. Middle step
3. STEP3

### Pairs {#pairs}

- Term one -> DEF1
- Term two -> DEF2
- Term three -> Common definition

///
"""


def fill(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def question(site_page: HtmlElement, name: str) -> HtmlElement:
    return site_page.xpath(f"//fieldset[@id='{name}']")[0]


def test_a_quiz_is_read_without_javascript(tmp_path: Path) -> None:
    files = {
        "docs/courses/care/course.yml": COURSE,
        "docs/courses/care/01-water.md": QUIZ,
        "docs/courses/care/02-more.md": "# More\n",
        "docs/courses/care/kettle.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    }
    shown = article(make(tmp_path, files), "courses/care/01-water/")
    one = question(shown, "acid")

    assert 6 == len(shown.xpath("//carebase-quiz/fieldset"))
    assert ["What dissolves scale?"] == texts(one, "./legend")
    assert ["dissolves"] == texts(one, "./legend/strong")
    assert 1 == len(one.xpath(".//img[@src='../kettle.svg']"))
    assert {"Citric acid", "Vinegar", "Water & soap"} == set(texts(one, ".//label"))
    assert 3 == len(one.xpath(".//input[@type='radio' and @name='acid']"))
    assert ["It is sour.", "Lemons."] == texts(one, "./details[@class='cb-hint']/p")
    solution = one.xpath("./details[@class='cb-solution']")[0]
    assert "Right: Citric acid" in words(solution)
    assert "Wrong: VinegarIt attacks seals." in words(solution)
    assert 1 == len(solution.xpath(".//a[@href='../02-more/']"))
    assert ["code"] == texts(solution, ".//pre")
    assert ["and a list"] == texts(solution, "./div[@class='cb-explanation']//li")

    gap = question(shown, "lime")
    assert ["Scale is made of"] == texts(gap, "./legend")
    assert "and more." in words(gap.xpath("./p[@class='cb-gap']")[0])
    assert "lime / limescale" in words(gap.xpath("./details")[0])
    assert "9 ± 0.5 bar" in words(question(shown, "bar").xpath("./details")[0])

    steps = texts(question(shown, "order"), "./ol/li")
    assert {"Off", "Unplug", "Open"} == set(steps)
    assert ["Off", "Unplug", "Open"] != steps
    assert ["Off", "Unplug", "Open"] == texts(question(shown, "order"), "./details/ol/li")

    pairs = question(shown, "pairs")
    assert ["Boiler", "Pump", "Group"] == texts(pairs, ".//div[@class='cb-pair']/label")
    options = texts(pairs.xpath(".//select")[0], "./option")
    assert "Please choose" == options[0]
    assert {"heats", "presses", "holds"} == set(options[1:])
    assert ["heats", "presses", "holds"] != options[1:]
    assert "2" == pairs.get("data-attempts")
    assert ["True", "False"] == texts(question(shown, "on"), ".//label")


def test_questions_and_headings_have_their_own_anchors(tmp_path: Path) -> None:
    files = {
        "docs/courses/care/course.yml": COURSE,
        "docs/courses/care/01-water.md": QUIZ.replace("# Water\n", "# Water\n\n[Q](#acid)\n"),
    }
    shown = article(make(tmp_path, files), "courses/care/01-water/")
    ids = shown.xpath("//@id")

    assert len(ids) == len(set(ids))
    assert "fieldset" == shown.xpath("//*[@id='acid']")[0].tag


def test_twins_and_lists_for_assistants_hold_no_question(tmp_path: Path) -> None:
    files = {
        "docs/courses/care/course.yml": COURSE,
        "docs/courses/care/01-water.md": QUIZ.replace("/// quiz", "/// Quiz"),
    }
    site = make(tmp_path, files)

    for name in ("courses/care/01-water.md", "llms-full.txt"):
        assert "Vinegar" not in (site.folder / name).read_text("utf-8")
    assert "questions.lock" not in "\n".join(site.files())


def graded(
    root: Path, values: dict[str, str], monkeypatch: pytest.MonkeyPatch, search: str
) -> dict[str, bytes]:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795219200")
    page = fill(GRADED, values)
    files = {
        "docs/courses/exam/course.yml": "title: Exam\ngrading: graded\nlessons: [01.md]\n",
        "docs/courses/exam/01.md": page,
    }
    # With each search that a site may have.
    site = make(root, files, CONFIG.replace("  - search\n", f"  - {search}\n"))
    return {name: (site.folder / name).read_bytes() for name in site.files()}


@pytest.mark.parametrize("search", ["search", "carebase-search"])
def test_two_sites_that_differ_in_what_is_right_are_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, search: str
) -> None:
    one = {"BOX1": "x", "BOX2": " ", "WORD": "lime", "NUMBER": "9 ± 1", "STEP1": "First step",
           "STEP3": "Last step", "DEF1": "Cold parts", "DEF2": "Warm parts"}  # fmt: skip
    other = {"BOX1": " ", "BOX2": "x", "WORD": "chalk", "NUMBER": "12", "STEP1": "Last step",
             "STEP3": "First step", "DEF1": "Warm parts", "DEF2": "Cold parts"}  # fmt: skip
    first = graded(tmp_path / "one", one, monkeypatch, search)
    second = graded(tmp_path / "other", other, monkeypatch, search)

    assert first.keys() == second.keys()
    assert [] == [name for name, data in first.items() if data != second[name]]
    secrets = ("[[lime", "lime|", "Feedback on the first", "The explanation")
    texts = {name: data.decode("utf-8", "replace") for name, data in first.items()}
    assert [] == [(name, one) for name, text in texts.items() for one in secrets if one in text]
    assert "A hint." in texts["courses/exam/01/index.html"]
    index = [text for name, text in texts.items() if "search" in name and name.endswith("json")]
    assert [] == [text for text in index if "First sentence" in text]


def test_a_course_that_cannot_be_read_may_be_graded(tmp_path: Path) -> None:
    page = fill(GRADED, {"BOX1": "x", "BOX2": " ", "STEP1": "a", "STEP3": "c", "DEF1": "d",
                         "DEF2": "e", "NUMBER": "9"})  # fmt: skip
    files = {"docs/courses/exam/course.yml": "titel: Exam\n", "docs/courses/exam/01.md": page}
    with pytest.raises(ContentError):
        make(tmp_path, files)


def test_the_page_of_a_course_follows_its_questions(tmp_path: Path) -> None:
    files = {
        "docs/courses/care/course.yml": COURSE,
        "docs/courses/care/01-water.md": QUIZ,
        "docs/courses/care/02-more.md": "# More\n",
    }
    first = make(tmp_path, files).html("courses/care/")
    again = make(tmp_path, {"docs/courses/care/01-water.md": QUIZ.replace("points=2", "points=7")})

    assert '"id":"acid","version":' in first
    assert '"points":"2/1"' in first
    assert '"points":"7/1"' in again.html("courses/care/")


def test_key_points_are_gathered_on_one_page(tmp_path: Path) -> None:
    points = "# Water\n\nText.\n\n## Key points\n\n- See [more](02-more.md) of water.\n\n"
    points += "/// quiz\n\n### Q? {#q}\n\n- [x] Yes\n- [ ] No\n\n///\n\n"
    files = {
        "docs/courses/care/course.yml": "title: Care\nlessons: [01-water.md, 02-more.md]\n",
        "docs/courses/care/01-water.md": points + "## After\n\nNot this.\n",
        "docs/courses/care/02-more.md": "# More\n",
    }
    site = make(tmp_path, files)
    shown = article(site, "courses/care/key-points/")

    assert ["See more of water."] == texts(shown, "//article/ul/li")
    assert ["../01-water/"] == shown.xpath("//h2/a[not(@class)]/@href")
    assert ["../02-more/"] == shown.xpath("//article/ul/li/a/@href")
    assert "Not this." not in words(shown)
    assert [] == shown.xpath("//fieldset[@id='q']")
    assert 1 == len(article(site, "courses/care/").xpath("//article/div//p/a[@href='key-points/']"))
