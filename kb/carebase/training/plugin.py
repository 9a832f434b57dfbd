"""The plugin that shows courses and questions: told of where a site has them and not the plugin."""

from __future__ import annotations

from carebase.errors import Problem
from carebase.site import Site

PLUGIN = "carebase-courses"
_CONFIGS = ("mkdocs.yml", "mkdocs.yaml")


def missing_plugin(site: Site, what: str) -> list[Problem]:
    """Tell that the site has `what` and nothing that shows it; a site without plugins is no site.

    Sites from before the plugin had a name of its own name `carebase-articles` alone.
    """
    if not site.plugins or PLUGIN in site.plugins:
        return []
    name, line = _place(site)
    return [
        Problem(
            name,
            line,
            1,
            "courses-plugin",
            f"The site has {what}, and the plugin `{PLUGIN}` that shows them is not switched on.",
            found=", ".join(site.plugins),
            hint=f"put a line `- {PLUGIN}` below `plugins:`",
            severity="warning",
        )
    ]


def _place(site: Site) -> tuple[str, int]:
    for name in _CONFIGS:
        path = site.root / name
        if path.is_file():
            rows = path.read_text("utf-8", "replace").splitlines()
            found = (n for n, row in enumerate(rows, 1) if row.startswith("plugins:"))
            return name, next(found, 1)
    return _CONFIGS[0], 1
