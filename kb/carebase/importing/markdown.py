"""Writing cleaned HTML as Markdown in the dialect of Python-Markdown with Carebase's extensions."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from bs4 import Tag
from bs4.element import NavigableString
from markdownify import MarkdownConverter

# What cannot stand inside a line.
_BLOCKS = ("p", "ul", "ol", "pre", "table", "h2", "h3", "h4", "h5", "h6", "div")
_INLINE_HTML = ("kbd", "sup", "sub", "u", "mark", "del", "ins", "small", "q", "cite", "dfn")
# What would begin something else at the start of a line.
_START = re.compile(r"(#{1,6}(?=\s|$)|[-+](?=\s|$)|-{3,}$|={3,}$|>|\d+(?=[.)](?:\s|$)))")
_START_CHARACTER = re.compile(r"([:|~/!?=])(?=\1\1|\s)")
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_BACKSLASH = re.compile(r"\\(?=[\\`*_{}\[\]()>#+\-.!<&]|\Z)")
_FENCE = re.compile(r"`{3,}")
_TITLES = {
    "note": "note", "tip": "tip", "warning": "warning", "caution": 'warning "Caution"',
    "important": 'note "Important"',
}  # fmt: skip


class Writer(MarkdownConverter):  # type: ignore[misc]
    """Writes blocks one by one; links and pictures are written as `data-md` says, where it does."""

    class Options:
        """How markdownify is to write."""

        heading_style = "atx"
        bullets = "-"
        keep_inline_images_in: ClassVar = ["td", "th", "h2", "h3", "h4", "h5", "h6", "a"]

    # Whether headings with a numbered anchor say it, for pages with headings in HTML.
    names_anchors = False

    def write(self, block: Tag) -> str:
        """Give the Markdown of one block."""
        return str(self.process_tag(block, parent_tags=set())).strip("\n")

    def process_text(self, el: NavigableString, parent_tags: Any = None) -> str:
        text = str(super().process_text(el, parent_tags=parent_tags))
        return text if "pre" in (parent_tags or ()) else text.replace("\n", " ")

    def escape(self, text: str, parent_tags: Any) -> str:
        text = _BACKSLASH.sub(r"\\\\", text)
        text = re.sub(r"([`*\[\]{])", r"\\\1", text)
        text = _UNDERSCORE.sub(r"\\_", text)
        text = re.sub(r"&(?=#?\w+;)", "&amp;", text).replace("<", "&lt;")
        return text.replace("|", "&#124;") if {"td", "th"} & set(parent_tags or ()) else text

    def convert_p(self, el: Tag, text: str, parent_tags: Any) -> str:
        if "_inline" in parent_tags:
            return f" {text.strip()} "
        text = text.strip()
        text = _START.sub(_escaped, text, count=1) if _START.match(text) else text
        text = _START_CHARACTER.sub(lambda m: f"&#{ord(m[1])};", text, count=1) if (
            _START_CHARACTER.match(text)
        ) else text  # fmt: skip
        return f"\n\n{text}\n\n" if text else ""

    def convert_br(self, el: Tag, text: str, parent_tags: Any) -> str:
        return "<br>"

    def convert_a(self, el: Tag, text: str, parent_tags: Any) -> str:
        if "_noformat" in parent_tags:
            return text
        if el.get("id") and not el.get("href"):
            return f'<a id="{el["id"]}"></a>{text}'
        target = str(el.get("data-md") or el.get("href") or "")
        lead, inner, trail = _edges(text)
        if not inner:
            return lead
        return f"{lead}[{inner}]({_address(target)}){trail}"

    def convert_img(self, el: Tag, text: str, parent_tags: Any) -> str:
        alt = re.sub(r"[\s`]+", " ", str(el.get("alt") or "")).strip()
        alt = re.sub(r"([\\\[\]*_])", r"\\\1", alt)
        source = str(el.get("data-md") or el.get("src") or "")
        sizes = [
            f'{name}="{el[name]}"'
            for name in ("width", "height")
            if str(el.get(name, "")).isdigit() and str(el[name]) != "0"
        ]
        size = "{ " + " ".join(sizes) + " }" if sizes else ""
        return f"![{alt}]({_address(source)}){size}"

    def convert_hN(self, n: int, el: Tag, text: str, parent_tags: Any) -> str:  # noqa: N802
        text = " ".join(text.replace("<br>", " ").split())
        marks = [".aside"] if el.has_attr("data-aside") else []
        name = str(el.get("id") or "")
        if self.names_anchors and re.search(r"_\d+\Z", name):
            marks.append(f"#{name}")
        said = f" {{ {' '.join(marks)} }}" if marks else ""
        return f"\n\n{'#' * n} {text.rstrip('#').rstrip() or text}{said}\n\n"

    def convert_pre(self, el: Tag, text: str, parent_tags: Any) -> str:
        code = el.find("code")
        classes: Any = code.get("class") or [] if isinstance(code, Tag) else []
        names = classes if isinstance(classes, list) else [classes]
        language = next((n.removeprefix("language-") for n in names if "language-" in n), "")
        language = language if re.fullmatch(r"[\w+#.-]+", language) else ""
        longest = max((len(run) for run in _FENCE.findall(el.get_text())), default=2)
        fence = "`" * (longest + 1)
        return f"\n\n{fence}{language}\n{el.get_text().strip(chr(10))}\n{fence}\n\n"

    def convert_div(self, el: Tag, text: str, parent_tags: Any) -> str:
        title = _TITLES.get(str(el.get("data-note")), "note")
        return f"\n\n!!! {title}\n{_indent(text.strip())}\n\n"

    def convert_list(self, el: Tag, text: str, parent_tags: Any) -> str:
        loose = any(li.find(("p", "pre", "div", "table"), recursive=False)
                    for li in el.find_all("li", recursive=False))  # fmt: skip
        items = text.strip("\n")
        before = el.find_previous_sibling()
        apart = "<!-- -->\n\n" if before is not None and before.name == el.name else ""
        # A list inside an item follows its text at once, unless there is a paragraph between.
        nested = "li" in parent_tags and not loose and (before is None or before.name != "p")
        return f"\n{items}\n" if nested else f"\n\n{apart}{items}\n\n"

    convert_ul = convert_list
    convert_ol = convert_list

    def convert_li(self, el: Tag, text: str, parent_tags: Any) -> str:
        parent = el.parent
        bullet = "-"
        if parent is not None and parent.name == "ol":
            start = str(parent.get("start", "1"))
            first = int(start) if start.isdigit() else 1
            bullet = f"{first + len(el.find_previous_siblings('li'))}."
        text = text.strip("\n ")
        if el.find(("p", "pre", "div", "table"), recursive=False):
            end = "\n\n"
        else:
            # A paragraph deeper inside would take the next item for its own.
            end = "\n\n" if el.find(("p", "pre", "div", "table")) else "\n"
            text = _START.sub(_escaped, text, count=1) if _START.match(text) else text
        return f"{bullet} {_indent(text).lstrip()}{end}"

    def convert_table(self, el: Tag, text: str, parent_tags: Any) -> str:
        rows = [
            [self._cell(cell, parent_tags) for cell in row.find_all(("td", "th"))]
            for row in el.find_all("tr")
        ]
        first = el.find("tr")
        cells = first.find_all(("td", "th")) if isinstance(first, Tag) else []
        signs = {"left": ":---", "center": ":---:", "right": "---:"}
        rule = [signs.get(str(cell.get("align", "")), "---") for cell in cells]
        lines = [f"| {' | '.join(row)} |" for row in [rows[0], rule, *rows[1:]]]
        return "\n\n" + "\n".join(lines) + "\n\n"

    def _cell(self, cell: Tag, parent_tags: Any) -> str:
        text = self.process_tag(cell, parent_tags=set(parent_tags) | {"table", "tr"})
        return " ".join(str(text).replace("\n", " ").split())

    def convert_td(self, el: Tag, text: str, parent_tags: Any) -> str:
        return text

    convert_th = convert_td

    def _keep(self, el: Tag, text: str, parent_tags: Any) -> str:
        if "_noformat" in parent_tags and el.name != "kbd":
            return text
        inner = text.strip()
        if el.name == "kbd":
            inner = re.sub(r"&(?=#?\w+;)", "&amp;", inner).replace("<", "&lt;")
        lead, _, trail = _edges(text)
        return f"{lead}<{el.name}>{inner}</{el.name}>{trail}" if inner else lead

    convert_kbd = convert_sup = convert_sub = convert_u = convert_mark = _keep
    convert_del = convert_ins = convert_q = convert_cite = convert_dfn = convert_s = _keep


def can_say(block: Tag) -> bool:
    """Tell whether Markdown has a way to write a block; a list in a cell, say, it has not."""
    for tag in (block, *block.find_all(True)):
        if tag.name in ("details", "dl", "caption"):
            return False
        if tag.name in ("a", *_INLINE_HTML) and tag.find(_BLOCKS):
            return False
        if tag.name == "table" and not _plain_table(tag):
            return False
    return True


def _plain_table(table: Tag) -> bool:
    rows = table.find_all("tr")
    if not rows or table.find("table"):
        return False
    widths = {len(row.find_all(("td", "th"))) for row in rows}
    heads = [cell.name for cell in rows[0].find_all(("td", "th"))]
    spans = [c for c in table.find_all(("td", "th")) if c.get("colspan") or c.get("rowspan")]
    blocks = [
        tag
        for cell in table.find_all(("td", "th"))
        for tag in cell.find_all(("ul", "ol", "pre", "h2", "h3", "h4", "h5", "h6", "div", "hr"))
    ]
    crowded = any(len(c.find_all("p")) > 1 for c in table.find_all(("td", "th")))
    return len(widths) == 1 and set(heads) == {"th"} and not (spans or blocks or crowded)


def _escaped(found: re.Match[str]) -> str:
    text = found[0]
    return f"{text}\\" if text.isdigit() else f"\\{text}"


def _edges(text: str) -> tuple[str, str, str]:
    inner = text.strip()
    if not inner:
        return text[:1], "", ""
    return " " if text[0].isspace() else "", inner, " " if text[-1].isspace() else ""


def _indent(text: str) -> str:
    return "\n".join(f"    {row}" if row.strip() else "" for row in text.split("\n"))


def _address(target: str) -> str:
    for sign, code in ((" ", "%20"), ("(", "%28"), (")", "%29"), ("<", "%3C"), (">", "%3E")):
        target = target.replace(sign, code)
    return target.replace("\\", "%5C").replace('"', "%22").replace("\n", "")
