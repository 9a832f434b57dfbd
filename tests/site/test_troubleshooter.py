"""The troubleshooters of the example: walked through, and from their ends to a real inbox."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.conftest import OpenPage
from tests.kb.endpoint_site import Client, process
from tests.plugins.making import BRIO as BRIO_YML
from tests.plugins.making import make
from tests.support.browser import Scheme, Violation, Watch, overflow
from tests.support.example import copy_example
from tests.support.process import free_port, run_carebase
from tests.support.sites import Picture
from tests.support.walks import answer

pytestmark = pytest.mark.browser

BRIO = "products/brio/troubleshooter/"
TO_PUMP = (
    "No coffee comes out",
    "A trickle or nothing",
    "Yes, but only a weak one",
    "Within the last three months",
)
PATH = [
    "What is wrong?\tNo coffee comes out, or only drops",
    "What comes out of the group without the filter holder?\t"
    "A trickle or nothing, and the pump hums or is loud",
    "Does water come from the steam wand?\tYes, but only a weak one",
    "When did you last descale Brio?\tWithin the last three months",
]


@pytest.fixture(scope="module")
def care(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The example with its endpoint, at the address that its sitemap names."""
    root = tmp_path_factory.mktemp("troubleshooter")
    port = free_port()
    copy_example(root, f"http://127.0.0.1:{port}/")
    result = run_carebase("build", cwd=root)
    assert 0 == result.returncode, result.stderr
    with process(root / "site", "--port", str(port)) as (_, client):
        yield client


def shown(page: Page) -> list[str]:
    """Give the ids of the questions and outcomes that can be seen."""
    return [node.get_attribute("id") or "" for node in page.locator(".cb-node > h2:visible").all()]


def path(page: Page) -> list[str]:
    """Give the answers of the path that is shown."""
    return page.locator(".cb-path a:visible strong").all_inner_texts()


def at(page: Page, node: str) -> Locator:
    """Expect one question or outcome, by its address, and give its card."""
    card = page.locator(".cb-node", has=page.locator(f"#{node}"))
    expect(card).to_be_visible()
    expect(page.locator(".cb-node:visible")).to_have_count(1)
    # What is shown before its script comes leads on as well, but says nothing of the path.
    expect(page.locator("carebase-troubleshooter:defined")).to_have_count(1)
    return card


def test_one_question_at_a_time_each_with_its_address(care: Client, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(care.address + BRIO)
    at(page, "start")
    assert [] == path(page)
    expect(page.get_by_role("link", name="Back", exact=True)).to_have_count(0)

    answer(page, *TO_PUMP[:3])
    at(page, "limescale")
    assert page.url.endswith(f"{BRIO}#limescale")
    assert [line.split("\t")[1] for line in PATH[:3]] == path(page)

    page.go_back()
    at(page, "hums")
    assert 2 == len(path(page))
    page.go_back()
    at(page, "no-coffee")
    page.go_forward()
    page.go_forward()
    at(page, "limescale")
    assert 3 == len(path(page))

    page.reload()
    at(page, "limescale")
    assert 3 == len(path(page))

    # Each answer is a way back; from there another one may be given.
    page.locator(".cb-path").get_by_role("link", name="No coffee comes out").click()
    at(page, "start")
    assert [] == path(page)
    answer(page, "Water leaks somewhere")
    assert ["Water leaks somewhere"] == path(page)
    page.get_by_role("link", name="Back", exact=True).click()
    at(page, "start")
    answer(page, "Water leaks somewhere", "Under the machine")
    page.get_by_role("link", name="Start over").click()
    at(page, "start")
    page.go_back()
    at(page, "under")


def test_a_link_from_elsewhere_opens_just_that_node(care: Client, page: Page) -> None:
    page.goto(care.address + BRIO)
    answer(page, *TO_PUMP[:2])
    assert 2 == len(path(page))
    page.goto(care.address)
    page.goto(f"{care.address}{BRIO}#hums")

    at(page, "hums")
    assert [] == path(page)
    expect(page.locator("#hums")).to_be_in_viewport()
    page.go_back()
    page.go_back()
    at(page, "hums")
    assert 2 == len(path(page))
    page.goto(care.address)
    page.goto(f"{care.address}{BRIO}#no-such-heading")
    at(page, "start")


def test_it_works_under_instant_navigation(care: Client, open_page: OpenPage) -> None:
    page = open_page(width=1280)
    page.goto(care.address + "products/brio/", wait_until="networkidle")
    page.evaluate("() => { window.still = 'the same document'; }")
    page.locator(f"main a[href$='{BRIO.split('/')[2]}/']:visible").first.click()
    at(page, "start")
    answer(page, *TO_PUMP)
    card = at(page, "pump-weak")
    card.get_by_role("link", name="Ask for a repair").click()
    expect(page.locator("#ask-repair-request")).to_be_visible()
    page.locator(".cb-breadcrumbs a", has_text="Brio").click()
    expect(page.locator("h1")).to_have_text("Brio")
    page.go_back()
    expect(page.locator("#ask-repair-request")).to_be_visible()
    at(page, "pump-weak")
    for node in ("pump-weak", "limescale", "hums", "no-coffee", "start"):
        page.go_back()
        at(page, node)
    page.go_back()
    expect(page.locator("h1")).to_have_text("Brio")
    assert "the same document" == page.evaluate("() => window.still")


def test_the_keyboard_alone_is_enough(care: Client, open_page: OpenPage) -> None:
    page = open_page(width=1280)
    page.goto(care.address + BRIO)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.split("#")[0]))
    at(page, "start")
    page.get_by_role("link", name="Brio does not switch on").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    at(page, "lights")
    expect(page.locator("#lights")).to_be_focused()
    expect(page.locator("carebase-troubleshooter > [role=status]")).to_have_text(
        "Your answer: All four lights blink"
    )
    page.keyboard.press("Tab")
    if page.evaluate("() => document.activeElement.matches('.headerlink')"):
        page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Slowly, about once a second")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#refill")).to_be_focused()
    page.go_back()
    expect(page.locator("#lights")).to_be_focused()
    # The page is not replaced by a copy of it, which would take the focus a moment later.
    page.wait_for_load_state("networkidle")
    assert care.address + BRIO not in fetched
    expect(page.locator("#lights")).to_be_focused()


def test_a_link_within_the_page_that_was_opened_leaves_it_as_it_is(
    care: Client, open_page: OpenPage
) -> None:
    page = open_page(width=1280)
    guide = f"{care.address}products/brio/descale/"
    page.goto(guide, wait_until="networkidle")
    page.evaluate("() => { document.querySelector('main').dataset.still = 'the same'; }")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.split("#")[0]))

    page.locator(".md-nav--secondary").get_by_role("link", name="Mix the descaler").click()
    expect(page).to_have_url(f"{guide}#mix-the-descaler")
    expect(page.locator("#mix-the-descaler")).to_be_in_viewport()
    page.locator(".md-nav--secondary").get_by_role("link", name="Mix the descaler").click()
    page.go_back()
    expect(page).to_have_url(guide)
    expect(page.locator("h1")).to_be_in_viewport()
    page.wait_for_load_state("networkidle")
    assert guide not in fetched
    expect(page.locator("main[data-still]")).to_have_count(1)

    # Other pages come as ever, and this one again when it is left and come back to.
    page.evaluate("() => { window.still = 'the same document'; }")
    page.locator(".cb-breadcrumbs a", has_text="Brio").click()
    expect(page.locator("h1")).to_have_text("Brio")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Descale Brio")
    page.locator(".md-nav--secondary").get_by_role("link", name="Mix the descaler").click()
    expect(page.locator("#mix-the-descaler")).to_be_in_viewport()
    page.go_back()
    expect(page).to_have_url(guide)
    assert "the same document" == page.evaluate("() => window.still")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_accessible_at_every_turn(
    care: Client,
    open_page: OpenPage,
    axe: Callable[..., list[Violation]],
    width: int,
    scheme: Scheme,
) -> None:
    page = open_page(width=width, scheme=scheme)
    page.goto(care.address + BRIO)
    answer(page, *TO_PUMP)
    at(page, "pump-weak")
    assert [] == axe(page)
    targets = page.locator(".cb-path a:visible, .cb-walk a:visible, .cb-choices a:visible")
    heights = targets.evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().height)")
    assert 6 == len(heights)
    assert 44 <= min(heights)
    page.locator("a.cb-button:visible").click()
    page.locator("#ask-repair-request-fault").wait_for()
    # Where nothing is half below the header.
    page.evaluate("() => window.scrollTo(0, 0)")
    assert [] == axe(page)
    assert 0 == overflow(page)
    page.goto(f"{care.address}{BRIO}#primed")
    at(page, "primed").get_by_role("button", name="No", exact=True).click()
    expect(page.get_by_text("Thank you for telling us.")).to_be_visible()
    assert [] == axe(page)
    assert 0 == overflow(page)


def send(page: Page, form: str) -> str:
    """Fill in the rest of a form, send it and give its reference."""
    section = page.locator(f".cb-asking[data-form={form}]")
    section.locator("carebase-form:defined").wait_for()
    section.locator("[name=name]").fill("Ada Berg")
    section.locator("[name=email]").fill("ada@example.org")
    # Nobody reads and writes in less than three seconds; those who do wait in quarantine.
    page.wait_for_timeout(3100)
    section.locator("button[type=submit]").click()
    return section.locator(".cb-ref").inner_text()


def inbox(care: Client, reference: str, *options: str) -> str:
    """Read a submission as the people do who answer."""
    settings = {"CAREBASE_DATABASE_URL": f"sqlite:///{care.database}"}
    told = run_carebase("inbox", "show", reference, *options, env=settings)
    assert 0 == told.returncode, told.stderr
    return told.stdout


def revision(care: Client, source: str) -> str:
    """Give the revision of a page by git itself."""
    file = care.database.parent / "docs" / source
    told = subprocess.run(["git", "hash-object", str(file)], capture_output=True, text=True)
    return told.stdout[:12]


def test_an_escalation_arrives_filled_in(care: Client, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(care.address + BRIO)
    answer(page, *TO_PUMP)
    at(page, "pump-weak").get_by_role("link", name="Ask for a repair").click()
    section = page.locator(".cb-asking[data-form=repair-request]")
    expect(section.locator("h2")).to_be_focused()
    assert page.url.endswith(f"{BRIO}#ask-repair-request")

    # All that goes along is shown, and each answer leads back to its question.
    along = section.locator(".cb-along")
    expect(along).to_contain_text("Symptom No coffee comes out, or only drops")
    expect(along).to_contain_text("The troubleshooter ended at The pump may be worn")
    assert [line.split("\t")[1] for line in PATH] == along.locator("strong").all_inner_texts()
    expect(along).to_contain_text(f"Revision of the page: {revision(care, BRIO[:-1] + '.md')}")
    expect(section.locator("[name=product]")).to_have_value("brio")
    fault = section.locator("[name=fault]")
    expect(fault).to_have_value("No coffee comes out, or only drops\nThe pump may be worn")

    # What the customer changes stays, whatever happens to the page.
    section.locator("carebase-form:defined").wait_for()
    fault.fill("It hums and drips.")
    section.get_by_label("I bring it to a workshop").check()
    page.reload()
    expect(fault).to_have_value("It hums and drips.")
    expect(along).to_contain_text("Within the last three months")
    along.get_by_role("link", name="Within the last three months").click()
    answer(page, "Within the last three months")
    page.locator("a.cb-button:visible").click()
    expect(fault).to_have_value("It hums and drips.")

    told = inbox(care, send(page, "repair-request"))
    for line in (
        "Page      products/brio/troubleshooter/",
        "It hums and drips.",
        "Symptom\n    No coffee comes out, or only drops",
        "The troubleshooter ended at\n    The pump may be worn",
        "Answers given there\n    " + "\n    ".join(one.replace("\t", " → ") for one in PATH),
        f"Revision of the page\n    {revision(care, BRIO[:-1] + '.md')}",
        "Which product?\n    Brio",
    ):
        assert line in told, told


def test_an_outcome_that_did_not_help_leads_on(care: Client, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(care.address + BRIO)
    answer(page, "Brio does not switch on", "The lamp works", "Yes, the light blinks")
    card = at(page, "auto-off")
    card.get_by_role("button", name="No", exact=True).click()
    card.get_by_role("link", name="Choose another answer").click()
    at(page, "socket-good")
    page.go_back()
    at(page, "auto-off").get_by_role("link", name="Ask us, we are glad to help").click()
    section = page.locator(".cb-asking[data-form=support-request]")
    expect(section.locator("[name=message]")).to_have_value(
        "Brio does not switch on\n“Brio had switched itself off” did not solve it."
    )
    section.get_by_label("Something does not work").check()
    about = json.loads(inbox(care, send(page, "support-request"), "--json"))
    answers = {one["id"]: one["value"] for one in about["answers"]}
    assert "received" == about["state"]
    assert "“Brio had switched itself off” did not solve it." == answers["_outcome"]
    assert 3 == len(answers["_path"].split("\n"))
    assert "brio" == answers["product"]


def test_a_link_of_the_text_to_the_form_s_page_opens_it_here(care: Client, page: Page) -> None:
    page.goto(care.address + BRIO)
    answer(page, "No coffee comes out", "Nothing, and the pump is silent")
    at(page, "silent").get_by_role("link", name="request a repair").click()

    expect(page.locator("#ask-repair-request")).to_be_visible()
    expect(page.locator("#ask-repair-request-fault")).to_have_value(
        "No coffee comes out, or only drops\nThe pump does not start"
    )


def test_a_link_to_the_ways_of_contact_leads_to_them(care: Client, page: Page) -> None:
    page.goto(f"{care.address}products/pip/troubleshooter/#too-hot")
    for link in ("carebase-troubleshooter > .admonition a", ".cb-node:visible a[href*=contact]"):
        page.locator(link).click()
        expect(page.locator(".cb-emergency")).to_be_visible()
        page.go_back()
        at(page, "too-hot")


def test_many_may_send_what_was_filled_in_for_them(care: Client, open_page: OpenPage) -> None:
    """The same words of the page are no flood of the same message."""
    refs = []
    for number in range(7):
        body = {
            "product": "brio",
            "fault": "There is no steam, or little\nThe boiler does not reach steam heat",
            "handover": "bring",
            "name": f"Customer {number}",
            "email": f"{number}@example.org",
            "_symptom": "There is no steam, or little",
            "_outcome": "The boiler does not reach steam heat",
            "_path": "What is wrong?\tThere is no steam, or little",
        }
        response = care.post_json("/v1/forms/repair-request", body)
        refs.append(response.json["ref"])
    assert all("\nreceived" in inbox(care, ref) for ref in (refs[0], refs[-1]))
    # The same words from people who came by no path are one.
    body["email"] = "again@example.org"
    for name in ("_symptom", "_outcome"):
        del body[name]
    refs = [care.post_json("/v1/forms/repair-request", body).json["ref"] for _ in range(6)]
    assert "\nreceived" not in inbox(care, refs[-1])


def test_without_javascript_it_is_a_page_with_forms(care: Client, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto(care.address + BRIO)
    assert 40 == len(shown(page))
    page.get_by_role("link", name="All four lights blink").click()
    assert page.url.endswith("#lights")
    page.locator(".cb-node", has=page.locator("#dead")).get_by_role(
        "link", name="Ask for a repair"
    ).click()
    section = page.locator(".cb-asking[data-form=repair-request]")
    expect(section.locator("h2")).to_be_in_viewport()
    expect(section.locator("[name=product]")).to_have_value("brio")
    expect(section.locator(".cb-along")).to_contain_text("Brio does not work as it should")
    section.locator("[name=fault]").fill("It stays dark, the socket works.")
    section.get_by_label("I send it").check()
    section.locator("[name=address]").fill("Some Street 1")
    section.locator("[name=name]").fill("Ada Berg")
    section.locator("[name=email]").fill("ada@example.org")
    section.locator("button[type=submit]").click()

    told = inbox(care, page.locator(".cb-reference strong").inner_text())
    assert "Page      products/brio/troubleshooter/" in told
    assert f"Revision of the page\n    {revision(care, BRIO[:-1] + '.md')}" in told
    assert "It stays dark, the socket works." in told
    assert "Symptom" not in told


def test_its_markdown_twin_reads_as_a_page(care: Client) -> None:
    twin = (care.database.parent / "site" / f"{BRIO[:-1]}.md").read_text("utf-8")
    here = f"{care.address}{BRIO}"

    assert "{" not in twin
    assert f"- [All four lights blink]({here}#lights)\n" in twin
    assert (
        "## The steam valve does not close\n\nDo not tighten the knob by force.\n\n"
        f"[Ask for a repair]({here}#ask-repair-request)\n\n## Is the steam light" in twin
    )


def at_rest(heading: Locator) -> float:
    """Give where a heading stands in the window once the page scrolls no more."""
    where = """async (one) => {
        const frame = () => new Promise(requestAnimationFrame);
        let [before, now] = [NaN, one.getBoundingClientRect().y];
        while (before !== now) {
            for (let i = 0; i < 6; i += 1) await frame();
            [before, now] = [now, one.getBoundingClientRect().y];
        }
        return now;
    }"""
    return float(heading.evaluate(where))


# What can be read: a box that is not seen is none to read.
SEEN = (
    "(all) => all.filter((one) => one.checkVisibility({ visibilityProperty: true }))"
    ".map((one) => one.id)"
)


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_while_its_script_comes_one_question_is_shown_and_nothing_jumps(
    care: Client, open_page: OpenPage, motion: str
) -> None:
    page = open_page(reduced_motion=motion)
    held: list[Route] = []
    page.route("**/troubleshooter.js", lambda route: held.append(route))
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.rsplit("/", 1)[-1]))
    page.goto(care.address + BRIO)
    parts = page.locator(":is(.cb-node, .cb-asking) > h2")
    assert ["start"] == parts.evaluate_all(SEEN)
    # A form that is not shown is not loaded in the way of the script.
    at_rest(page.locator("#start"))
    assert "fields.js" not in fetched

    # Questions lead on already.
    page.get_by_role("link", name="Water leaks somewhere").click()
    assert ["leak"] == parts.evaluate_all(SEEN)
    heading = page.locator("#leak")
    place = at_rest(heading)
    expect(page.locator("carebase-troubleshooter:not(:defined)")).to_have_count(1)
    held[0].continue_()
    at(page, "leak")
    expect(page.get_by_role("link", name="Start over")).to_be_visible()
    assert place == at_rest(heading)


def test_where_its_script_does_not_come_it_is_a_page_to_read(
    care: Client, open_page: OpenPage, watch: Watch
) -> None:
    watch.allow("ERR_FAILED")
    page = open_page()
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{care.address}{BRIO}#ask-repair-request")
    parts = page.locator(":is(.cb-node, .cb-asking) > h2")
    assert ["start", "ask-repair-request"] == parts.evaluate_all(SEEN)
    # Paper does not wait.
    page.emulate_media(media="print")
    assert 40 == len(parts.evaluate_all(SEEN))
    page.emulate_media(media="screen")

    ends = page.evaluate(
        "() => document.getAnimations().filter((one) => one.animationName === 'cb-expected')"
        ".map((one) => { one.finish(); return one.effect.getComputedTiming().endTime; })"
    )
    assert {10_000} == set(ends)
    assert 42 == len(parts.evaluate_all(SEEN))


def test_paper_shows_all_of_it(care: Client, open_page: OpenPage) -> None:
    page = open_page(width=1280)
    page.goto(care.address + BRIO)
    answer(page, "Water leaks somewhere")
    at(page, "leak")
    page.emulate_media(media="print")

    assert 40 == len(shown(page))
    # What a link would lead to is said.
    said = page.get_by_role("link", name="The lamp stays dark").evaluate(
        "(link) => getComputedStyle(link, '::after').content"
    )
    assert "The socket has no power" in said
    for name in (".cb-path", ".cb-walk", ".cb-outcome", ".cb-asking"):
        for part in page.locator(name).all():
            expect(part).not_to_be_visible()


def test_git_knows_the_revision(care: Client, tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        told = subprocess.run(
            ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments],
            cwd=tmp_path, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return told.stdout

    source = care.database.parent / "docs" / f"{BRIO[:-1]}.md"
    git("init", "-q")
    (tmp_path / "page.md").write_bytes(source.read_bytes())
    git("add", "page.md")
    git("commit", "-qm", "A page")
    built = (care.database.parent / "site" / BRIO / "index.html").read_text("utf-8")
    known = revision(care, f"{BRIO[:-1]}.md")

    assert f'name="_revision" value="{known}"' in built
    # The feedback of the page names the same.
    assert f'name="revision" value="{known}"' in built
    assert source.read_text("utf-8") == git("show", known)
    assert "A page" in git("log", f"--find-object={known}")


def test_a_hundred_questions(tmp_path: Path, open_page: OpenPage) -> None:
    parts = [
        f"## Is it {number}? {{ #n{number} }}\n\n- [No, not {number}](#n{number + 1})\n- [Yes](#ok)"
        for number in range(100)
    ]
    text = "\n\n".join(
        [
            "---\nkind: troubleshooter\nproducts: [brio, pip]\n---\n\n# Guess",
            *parts,
            "## Give up { #n100 .escalate form=support-request }\n\nAsk us.",
            "## Found { #ok .solved }\n\nWell done.",
        ]
    )
    files: Picture = {
        "docs": {
            "guess.md": text,
            "products/brio/product.yml": BRIO_YML,
            "products/pip/product.yml": "{id: pip, name: Pip}",
        }
    }
    make(tmp_path, files)
    checked = run_carebase("check", cwd=tmp_path)
    assert 0 == checked.returncode, checked.stdout
    with process(tmp_path / "site") as (_, client):
        page = open_page()
        page.goto(f"{client.address}guess/")
        answer(page, "No, not 0")
        page.evaluate(
            "() => { for (let n = 1; n < 100; n += 1)"
            " document.querySelector('.cb-node:not([hidden]) .cb-choices a').click(); }"
        )
        at(page, "n100")
        expect(page.locator("#n100")).to_be_in_viewport()
        page.locator("a.cb-button:visible").click()
        section = page.locator(".cb-asking[data-form=support-request]")
        assert 100 == len(section.locator("[name=_path]").input_value().split("\n"))
        # Of two products the customer says which.
        expect(section.locator("[name=product]")).to_have_value("")
        section.get_by_label("Something else").check()
        section.locator("[name=product]").select_option("pip")
        assert 100 == inbox(client, send(page, "support-request")).count(" → No, not ")
