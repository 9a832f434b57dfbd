"""A small LMS for tests: the run-time of scorm-again around a frame with a package, on loopback.

It keeps what a package tells it as an LMS does, in a store of its own that a reload brings back,
and writes down each call.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import FrameLocator, Page, expect

from tests.support.static_server import serve_folder

ROOT = Path(__file__).parents[2]
DIST = ROOT / "node_modules" / "scorm-again" / "dist"
NAMES = {
    "scorm12": ("API", "Scorm12API", "LMS"),
    "scorm2004": ("API_1484_11", "Scorm2004API", ""),
}

# Beside the package, and never in its frame: what stands in its own store is not the LMS's.
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>LMS</title><link rel="icon" href="data:,">
<style>html,body{margin:0;height:100%}iframe{border:0;width:100%;height:100%;display:block}</style>
<script src="scorm-again.js"></script><script src="lms.js"></script></head>
<body></body></html>
"""
_SCRIPT = """
const [name, kind, prefix] = %s;
const api = new window[kind]({ autocommit: false, logLevel: 4, lmsCommitUrl: false });
const saved = sessionStorage.getItem("lms");
if (saved) api.loadFromJSON(JSON.parse(saved), "cmi");
const calls = JSON.parse(sessionStorage.getItem("calls") || "[]");
const note = (call, values, answer) => {
  calls.push([call, ...values, answer]);
  sessionStorage.setItem("calls", JSON.stringify(calls));
};
const keep = () => {
  const cmi = JSON.parse(JSON.stringify(api.cmi));
  sessionStorage.setItem("lms", JSON.stringify(cmi));
};
window[name] = Object.fromEntries(
  ["Initialize", "Terminate", "Finish", "GetValue", "SetValue", "Commit", "GetLastError"]
    .map((call) => prefix + call)
    .filter((call) => typeof api[call] === "function")
    .map((call) => [call, (...values) => {
      const answer = api[call](...values);
      if (/Finish|Terminate|Commit/.test(call)) keep();
      note(call, values, answer);
      if (/Finish|Terminate/.test(call)) document.body.dataset.finished = "";
      return answer;
    }]),
);
// With `?window` the course comes in a window that a test opens.
if (!location.search) addEventListener("DOMContentLoaded", () => {
  const frame = document.createElement("iframe");
  frame.title = "Course";
  frame.src = "package/index.html";
  document.body.append(frame);
});
window.lms = { api, cmi: () => JSON.parse(JSON.stringify(api.cmi)) };
"""


class Lms:
    """An LMS with one package, shown in a browser's page."""

    def __init__(self, page: Page, address: str, form: str) -> None:
        self.page = page
        self.address = address
        self.form = form

    @property
    def course(self) -> FrameLocator:
        """Give the frame of the package."""
        return self.page.frame_locator("iframe")

    def open(self) -> FrameLocator:
        """Open the course, or open it again."""
        self.page.goto(self.address)
        expect(self.course.locator("main h1").first).to_be_visible()
        return self.course

    def leave(self) -> None:
        """Leave the LMS, as by closing its window: another page of the same host comes."""
        self.page.goto(f"{self.address}left.html")

    @property
    def calls(self) -> list[list[Any]]:
        """Give each call with its values and its answer, those of earlier sittings too."""
        found = self.page.evaluate("sessionStorage.getItem('calls') || '[]'")
        return [list(call) for call in json.loads(found)]

    def called(self, name: str) -> list[list[Any]]:
        """Give the calls of a name, whatever stands before it."""
        prefix = NAMES[self.form][2]
        return [call[1:] for call in self.calls if call[0] == prefix + name]

    def value(self, element: str) -> str:
        """Give the last value that an element was set to; empty where it never was."""
        found = [call for call in self.called("SetValue") if call[0] == element]
        return str(found[-1][1]) if found else ""

    def refused(self) -> list[list[Any]]:
        """Give the calls that the run-time did not take."""
        kept = ("SetValue", "Commit", "Initialize", "Terminate", "Finish")
        return [call for call in self.calls if call[0].endswith(kept) and str(call[-1]) != "true"]


@contextmanager
def lms_with(page: Page, package: Path, form: str, folder: Path) -> Iterator[Lms]:
    """Serve an LMS with a package, below `folder`."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder / "package")
    shutil.copy(DIST / "scorm-again.js", folder / "scorm-again.js")
    (folder / "index.html").write_text(_PAGE, encoding="utf-8")
    (folder / "lms.js").write_text(_SCRIPT % json.dumps(NAMES[form]), encoding="utf-8")
    left = '<!doctype html><html lang="en"><title>Left</title><link rel="icon" href="data:,">'
    (folder / "left.html").write_text(left, encoding="utf-8")
    with serve_folder(folder) as address:
        yield Lms(page, address, form)
