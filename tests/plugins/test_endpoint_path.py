"""The option `endpoint` of a site below a folder, in a built site."""

from __future__ import annotations

import re

import pytest

from tests.conftest import SiteFrom

FILES = """
mkdocs.yml: |
  site_name: Test Care
  site_url: https://www.example.com{folder}
  theme: {{name: material}}
  plugins:
    - carebase-catalog
    - carebase-articles
    - carebase-forms: {{endpoint: {endpoint}}}
docs/:
  index.md: "# Home"
  support/ask.md: |
    # Ask

    /// form | support-request
    ///
"""


@pytest.mark.parametrize(
    ("folder", "endpoint", "action"),
    [
        ("/help/", "/", "../../v1/forms/support-request"),
        # As people read a path: from the root of the host.
        ("/help/", "/help/", "../../v1/forms/support-request"),
        ("/help/", "/help", "../../v1/forms/support-request"),
        ("/help/", "/helper/", "../../helper/v1/forms/support-request"),
        ("/help/", "/help/desk", "../../desk/v1/forms/support-request"),
        ("/", "/", "../../v1/forms/support-request"),
        ("/", "/help/", "../../help/v1/forms/support-request"),
        ("/help/", "https://a.example/help/", "https://a.example/help/v1/forms/support-request"),
    ],
)
def test_a_path_means_the_same_with_and_without_the_folder_of_the_site(
    site_from: SiteFrom, folder: str, endpoint: str, action: str
) -> None:
    site = site_from(FILES.format(folder=folder, endpoint=endpoint))
    page = (site.folder / "support/ask/index.html").read_text("utf-8")

    assert [action] == re.findall(r'action="([^"]*support-request)"', page)
