"""SCORM 2004, 4th edition: one SCO, whose primary objective has the pass mark (SN 3.10)."""

from __future__ import annotations

from carebase.training.exports.archive import write_zip
from carebase.training.exports.manifest import MANIFEST, identifier, list_files, text
from carebase.training.exports.player import PAGE, write_player
from carebase.training.exports.source import Export, Source

_ENTRY = "package/scorm2004.js"


def export(source: Source) -> Export:
    """Write a course as a SCORM 2004 package."""
    contents, notes = write_player(source, _ENTRY, lms=True)
    manifest = _manifest(source, list(contents.files))
    files = {MANIFEST: manifest.encode(), **contents.files}
    return Export(write_zip(files), notes, {name: len(data) for name, data in files.items()})


def _objective(source: Source) -> str:
    """Give the share that passes; without questions there is nothing that could be reached."""
    if not any(one.question.id for one in source.asked):
        return ""
    mark = source.course.pass_mark / 100
    return f"""
          <imsss:objectives>
            <imsss:primaryObjective objectiveID="score" satisfiedByMeasure="true">
              <imsss:minNormalizedMeasure>{mark}</imsss:minNormalizedMeasure>
            </imsss:primaryObjective>
          </imsss:objectives>"""


def _manifest(source: Source, names: list[str]) -> str:
    course = source.course
    title = text(course.title)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="{identifier(course, "manifest")}" version="1.0"
    xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"
    xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>2004 4th Edition</schemaversion>
  </metadata>
  <organizations default="{identifier(course, "organization")}">
    <organization identifier="{identifier(course, "organization")}">
      <title>{title}</title>
      <item identifier="{identifier(course, "item")}" identifierref="{identifier(course, "sco")}">
        <title>{title}</title>
        <imsss:sequencing>{_objective(source)}
          <imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>
        </imsss:sequencing>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="{identifier(course, "sco")}" type="webcontent" adlcp:scormType="sco"
        href="{PAGE}">
{list_files(names)}
    </resource>
  </resources>
</manifest>
"""
