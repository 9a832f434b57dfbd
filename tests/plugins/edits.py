"""A site with a bit of everything, and what people do to it at random."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.support.example import ROOT, copy_example

EXTENSIONS = """\
  - footnotes
  - pymdownx.superfences
  - pymdownx.tabbed:
      alternate_style: true
  - pymdownx.snippets:
      base_path: [snippets, more]
"""
LINKING = """\
# Linking {number}

See [a guide](../products/brio/descale.md#before-you-start), [one more](../extra/page-0.md) and
[one that may be missing](../extra/page-{number}.md#part), ![a picture](../img/dot-{number}.svg).

--8<-- "part.md"

--8<-- "later.md"

## Part

Some text with a footnote.[^1] A {{{{ product.pip.name }}}} is {{{{ product.pip.summary }}}}

[^1]: The note.

| a | b |
|---|---|
| 1 | 2 |
"""
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}"><title>dot</title></svg>\n'


def write_site(root: Path) -> None:
    """Lay the example without its handbook, and pages with links, snippets and pictures."""
    copy_example(root)
    shutil.rmtree(root / "docs" / "handbook")
    # It sends its learners there.
    shutil.rmtree(root / "docs" / "courses" / "publish-a-course")
    (root / "docs" / ".addresses").unlink()
    config = (root / "mkdocs.yml").read_text(encoding="utf-8")
    (root / "mkdocs.yml").write_text(config + EXTENSIONS, encoding="utf-8")
    for folder in ("snippets", "more", "docs/extra", "docs/img"):
        (root / folder).mkdir(parents=True)
    part = "A part of {{ product.brio.name }}.\n"
    (root / "snippets" / "part.md").write_text(part, encoding="utf-8")
    for number in range(3):
        page = root / "docs" / "extra" / f"page-{number}.md"
        page.write_text(LINKING.format(number=number), encoding="utf-8")
    (root / "docs" / "img" / "dot-0.svg").write_text(DOT.format(8), encoding="utf-8")


class Editor:
    """Edits a site at random, the same for the same seed; each edit says what it did."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.docs = root / "docs"
        self.chance = random.Random(seed)
        self.edits: list[Callable[[], str]] = [
            *[self.edit_text] * 4,
            *[self.edit_title] * 2,
            self.edit_front,
            *[self.edit_keywords] * 2,
            self.edit_heading,
            self.add_page,
            self.rename_page,
            self.delete_page,
            self.touch_page,
            self.edit_snippet,
            self.shadow_snippet,
            self.add_snippet,
            self.remove_snippet,
            self.picture,
            self.product_value,
            self.form_text,
            self.option,
            self.add_section,
            self.drop_section,
            self.alias,
            self.index_page,
        ]

    def edit(self) -> str:
        """Do one thing."""
        return self.chance.choice(self.edits)()

    def _pages(self) -> list[Path]:
        return sorted(self.docs.rglob("*.md"))

    def _page(self) -> Path:
        return self.chance.choice(self._pages())

    def _free_page(self) -> Path:
        """A page that no product or course names."""
        free = ("extra", "section", "faq", "about", "word", "page")
        found = [
            page
            for page in self._pages()
            if any(part.startswith(free) for part in page.relative_to(self.docs).parts)
        ]
        return self.chance.choice(found) if found else self.docs / "extra" / self.add_page()[9:]

    def _word(self) -> str:
        return f"word{self.chance.randrange(10_000)}"

    def _change(self, path: Path, change: Callable[[str], str]) -> str:
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        return path.relative_to(self.root).as_posix()

    def edit_text(self) -> str:
        word = self._word()
        return "text of " + self._change(self._page(), lambda text: f"{text}\nMore {word}.\n")

    def edit_title(self) -> str:
        word = self._word()
        changed = self._change(
            self._page(), lambda text: re.sub(r"(?m)^# (.*)$", rf"# \1 {word}", text, count=1)
        )
        return "title of " + changed

    def edit_front(self) -> str:
        line = f"description: About {self._word()}."

        def change(text: str) -> str:
            if not text.startswith("---\n"):
                return f"---\n{line}\n---\n{text}"
            return re.sub(r"(?m)^description:.*\n", "", text).replace("---\n", f"---\n{line}\n", 1)

        return "front matter of " + self._change(self._page(), change)

    def edit_keywords(self) -> str:
        """Give a page words that another may have, or pages to show, or none."""
        line = self.chance.choice(
            [
                f"keywords: [{self._few_words()}]",
                f"keywords: [{self._few_words()}]",
                f"keywords: [{self._few_words()}]",
                "related: false",
                "review_by: 2020-01-01",
                "search: {exclude: true}",
            ]
        )
        name = line.partition(":")[0]

        def change(text: str) -> str:
            if not text.startswith("---\n"):
                return f"---\n{line}\n---\n{text}"
            return re.sub(rf"(?m)^{name}:.*\n", "", text).replace("---\n", f"---\n{line}\n", 1)

        return "keywords of " + self._change(self._free_page(), change)

    def _few_words(self) -> str:
        return ", ".join(f"matter{self.chance.randrange(6)}" for _ in range(3))

    def edit_heading(self) -> str:
        word = self._word()
        return "heading of " + self._change(
            self._page(), lambda text: f"{text}\n## Is it {word}?\n\nYes.\n"
        )

    def add_page(self) -> str:
        folder = self.chance.choice(["extra", "products/pip", "faq", "about", "support"])
        number = self.chance.randrange(9)
        path = self.docs / folder / f"page-{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(LINKING.format(number=self.chance.randrange(9)), encoding="utf-8")
        return f"add {path.relative_to(self.root)}"

    def rename_page(self) -> str:
        page = self._free_page()
        page.rename(page.with_name(f"{self._word()}.md"))
        return f"rename {page.relative_to(self.root)}"

    def delete_page(self) -> str:
        page = self._free_page()
        page.unlink()
        return f"delete {page.relative_to(self.root)}"

    def touch_page(self) -> str:
        page = self._page()
        page.touch()
        return f"touch {page.relative_to(self.root)}"

    def edit_snippet(self) -> str:
        word = self._word()
        return "snippet " + self._change(
            self.root / "snippets" / "part.md", lambda text: f"{text}\nAnd {word}.\n"
        )

    def shadow_snippet(self) -> str:
        """A file that comes later in the search path, and then earlier."""
        for folder in ("more", "snippets"):
            path = self.root / folder / "later.md"
            if not path.exists():
                path.write_text(f"Later from {folder}.\n", encoding="utf-8")
                return f"add {folder}/later.md"
        return "nothing"

    def add_snippet(self) -> str:
        (self.root / "snippets" / "later.md").write_text(f"Later {self._word()}.\n", "utf-8")
        return "write snippets/later.md"

    def remove_snippet(self) -> str:
        (self.root / "snippets" / "later.md").unlink(missing_ok=True)
        return "remove snippets/later.md"

    def picture(self) -> str:
        path = self.docs / "img" / f"dot-{self.chance.randrange(4)}.svg"
        if path.exists() and self.chance.random() < 0.5:
            path.unlink()
            return f"remove {path.name}"
        path.write_text(DOT.format(self.chance.randrange(99)), encoding="utf-8")
        return f"write {path.name}"

    def product_value(self) -> str:
        word = self._word()
        product = self.chance.choice(sorted(self.docs.glob("products/*/product.yml")))
        return "summary of " + self._change(
            product, lambda text: re.sub(r"(?m)^summary:.*$", f"summary: A {word}.", text)
        )

    def form_text(self) -> str:
        source = ROOT / "kb/carebase/forms/standard/en/product-survey.yml"
        if not source.is_file():
            source = next((ROOT / "kb" / "carebase" / "forms").rglob("product-survey.yml"))
        text = source.read_text(encoding="utf-8")
        target = self.docs / "forms" / "product-survey.yml"
        target.parent.mkdir(exist_ok=True)
        target.write_text(
            re.sub(r"(?m)^title:.*$", f"title: Survey {self._word()}", text), encoding="utf-8"
        )
        return "form product-survey"

    def option(self) -> str:
        def change(text: str) -> str:
            if self.chance.random() < 0.3:
                return re.sub(r"(?m)^site_name:.*$", f"site_name: Care {self._word()}", text)
            if "  - def_list\n" in text:
                return text.replace("  - def_list\n", "")
            return f"{text.rstrip()}\n  - def_list\n"

        return "option in " + self._change(self.root / "mkdocs.yml", change)

    def add_section(self) -> str:
        folder = self.docs / f"section-{self.chance.randrange(3)}"
        folder.mkdir(exist_ok=True)
        (folder / "index.md").write_text(f"# Section {self._word()}\n", encoding="utf-8")
        (folder / "first.md").write_text("# First\n\nText.\n", encoding="utf-8")
        return f"add section {folder.name}"

    def drop_section(self) -> str:
        folder = self.docs / f"section-{self.chance.randrange(3)}"
        shutil.rmtree(folder, ignore_errors=True)
        return f"drop section {folder.name}"

    def alias(self) -> str:
        line = f"aliases: [old/{self._word()}/]"

        def change(text: str) -> str:
            if not text.startswith("---\n"):
                return f"---\n{line}\n---\n{text}"
            if "aliases:" in text:
                return re.sub(r"(?m)^aliases:.*$", line, text)
            return text.replace("---\n", f"---\n{line}\n", 1)

        return "alias of " + self._change(self._page(), change)

    def index_page(self) -> str:
        path = self.docs / "extra" / "index.md"
        if path.exists():
            path.unlink()
            return "remove extra/index.md"
        path.write_text(f"# Extra {self._word()}\n", encoding="utf-8")
        return "add extra/index.md"
