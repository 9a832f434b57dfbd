"""SCORM 1.2: one SCO, whose manifest has the pass mark (CAM 1.2, section 2.3)."""

from __future__ import annotations

from carebase.training.exports.archive import write_zip
from carebase.training.exports.manifest import MANIFEST, identifier, list_files, text
from carebase.training.exports.player import PAGE, write_player
from carebase.training.exports.source import Export, Source
from carebase.training.question import CHOICES, Question

_ENTRY = "package/scorm12.js"
# What the title of an item may have (CAM 1.2, 2.3.2.1).
_LONGEST_TITLE = 200
# What is kept of a learner (RTE 1.2, 3.4.4); `package/packed.js` says how it is written.
_ROOM = 4096
_HEAD = 34
_LESSON = 4
_ANSWER = 8
_PART = 2


def export(source: Source) -> Export:
    """Write a course as a SCORM 1.2 package."""
    contents, notes = write_player(source, _ENTRY, lms=True)
    if (needed := _needed(source)) > _ROOM:
        notes.append(
            f"an LMS keeps {_ROOM:,} signs for a learner in SCORM 1.2, and all answers of this"
            f" course can take {needed:,}: make two courses of it, or export scorm2004"
        )
    manifest = _manifest(source, list(contents.files))
    files = {MANIFEST: manifest.encode(), **contents.files}
    return Export(write_zip(files), notes, {name: len(data) for name, data in files.items()})


def _needed(source: Source) -> int:
    """Give how many signs the answers take at most, typed ones left out."""
    pools: dict[int, list[int]] = {}
    draws: dict[int, int | None] = {}
    for one in source.asked:
        pools.setdefault(one.quiz, []).append(_size(one.question))
        draws[one.quiz] = one.draw
    answers = sum(sum(sorted(pool)[-(draws[quiz] or len(pool)) :]) for quiz, pool in pools.items())
    return _HEAD + _LESSON * len(source.course.lessons) + answers


def _size(question: Question) -> int:
    part = _PART if question.partial else 0
    if question.kind in CHOICES:
        return _ANSWER + part + -(-len(question.answers) // 6)
    is_typed = question.kind in ("blank", "number")
    return _ANSWER + part + (0 if is_typed else len(question.answers))


def _manifest(source: Source, names: list[str]) -> str:
    course = source.course
    title = text(course.title, _LONGEST_TITLE)
    # Without questions there is nothing that could be reached.
    mark = (
        f"\n        <adlcp:masteryscore>{course.pass_mark}</adlcp:masteryscore>"
        if any(one.question.id for one in source.asked)
        else ""
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="{identifier(course, "manifest")}" version="1.0"
    xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
  </metadata>
  <organizations default="{identifier(course, "organization")}">
    <organization identifier="{identifier(course, "organization")}">
      <title>{title}</title>
      <item identifier="{identifier(course, "item")}" identifierref="{identifier(course, "sco")}">
        <title>{title}</title>{mark}
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="{identifier(course, "sco")}" type="webcontent" adlcp:scormtype="sco"
        href="{PAGE}">
{list_files(names)}
    </resource>
  </resources>
</manifest>
"""
