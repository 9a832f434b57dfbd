"""Reading `mkdocs.yml` into the `Site` that the domain works with."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any

from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from yaml import MarkedYAMLError

from carebase.articles.audience import Audience
from carebase.errors import UsageError
from carebase.site import REVIEW_GRACE, Site
from carebase.training.plugin import PLUGIN
from carebase_plugins.engine.installed import looked_through_once
from carebase_plugins.engine.settings import check_settings

_CLASS = re.compile(r"<class '([\w.]+)'>")
_KINDS = {
    "str": "a text",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "dict": "keys with values",
    "NoneType": "nothing",
}
CONFIG_FILES = ("mkdocs.yml", "mkdocs.yaml")


def find_config(root: Path) -> Path:
    """Find the site's configuration; raises UsageError with the way out when there is none."""
    if not root.is_dir():
        raise UsageError(f"There is no folder {root}.")
    for name in CONFIG_FILES:
        if (root / name).is_file():
            return root / name
    raise UsageError(
        f"There is no mkdocs.yml in {root}: call this in a site's folder,"
        " or make a new site with `carebase init DIR`."
    )


def load_site(root: Path) -> Site:
    """Describe the site in a folder; raises UsageError in one sentence when that cannot be."""
    return site_of(read_config(root))


def read_config(root: Path, **overrides: Any) -> MkDocsConfig:
    """Load `mkdocs.yml` with plugins and theme; what is wrong in it is one UsageError."""
    path = find_config(root)
    with _listening() as said, looked_through_once():
        try:
            config = load_config(str(path), **overrides)
        except (MkDocsException, SystemExit) as error:
            broken = error.__cause__ or error.__context__
            if isinstance(broken, MarkedYAMLError) and broken.problem_mark is not None:
                mark = broken.problem_mark
                raise UsageError(
                    f"{path.name} cannot be used: {path.name}:{mark.line + 1}:{mark.column + 1}"
                    f" is no YAML: {broken.problem}. Mend this line or the one before it."
                ) from None
            reasons = [_CLASS.sub(_kind_of, line) for line in said if line] or [str(error)]
            raise UsageError(f"{path.name} cannot be used: " + " ".join(reasons)) from None
        except OSError as error:
            name = f"{path.name}, or a file that it names,"
            if error.filename:
                name = path.name if error.filename == str(path) else error.filename
            raise UsageError(f"{name} cannot be used: {error.strerror or error}.") from None
        except Exception as error:
            # A plugin or theme of somebody else may raise anything while it is set up.
            reason = f"{type(error).__name__}: {error}"
            raise UsageError(f"{path.name} cannot be used: {reason}") from None
    check_settings(config, path.name)
    return config


def _kind_of(written: re.Match[str]) -> str:
    """Name a kind of value as a writer knows it, and not as Python does."""
    return _KINDS.get(written[1], written[1])


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Gather what MkDocs would have printed about a configuration that it refuses."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.ERROR:
                said.append(record.getMessage().strip())

    logger = logging.getLogger("mkdocs")
    listener = Listener()
    propagate = logger.propagate
    logger.addHandler(listener)
    logger.propagate = False
    try:
        with redirect_stderr(io.StringIO()):
            yield said
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagate


def folders_of(config: MkDocsConfig) -> list[str]:
    """Give the folders that a site is written in."""
    folders = (config.docs_dir, config.theme.custom_dir, *config.watch)
    return [folder for folder in folders if folder]


def site_of(config: MkDocsConfig) -> Site:
    """Describe a loaded configuration."""
    names = {plugin: _plugin_name(plugin) for plugin in config.plugins}

    def options_of(plugin: str) -> Any:
        found = next((p for key, p in config.plugins.items() if names[key] == plugin), None)
        return getattr(found, "config", {}) or {}

    options = options_of("carebase-forms")
    return Site(
        root=Path(config.config_file_path).parent if config.config_file_path else Path.cwd(),
        docs_dir=Path(config.docs_dir),
        site_dir=Path(config.site_dir),
        name=config.site_name,
        url=config.site_url or "",
        language=language_of(config),
        directory_urls=config.use_directory_urls,
        endpoint=options.get("endpoint"),
        feedback=bool(options.get("feedback", True)),
        review_grace=options_of("carebase-articles").get("review_grace", REVIEW_GRACE),
        colour=_colour(config),
        plugins=tuple(dict.fromkeys(names.values())),
        markdown_extensions=tuple(config.markdown_extensions),
        extension_configs=dict(config.mdx_configs),
        excluded=_excluded(config),
        templates=Path(config.theme.custom_dir) if config.theme.custom_dir else None,
        accepted=options_of("carebase-articles").get("accepted", {}),
    )


def language_of(config: MkDocsConfig) -> str:
    """Give the language of a site's own words, as its theme names it."""
    return str(config.theme.get("language") or config.theme.get("locale") or "en")


def audience_of(config: MkDocsConfig) -> Audience:
    """Give whom a build of this configuration is for: learners, unless it says trainers."""
    plugin = _courses_of(config)
    return "trainer" if plugin is not None and plugin.config.audience == "trainer" else "learner"


def build_for(config: MkDocsConfig, audience: Audience) -> None:
    """Have a configuration build for somebody else; UsageError where nothing tells them apart."""
    plugin = _courses_of(config)
    if plugin is None:
        raise UsageError(
            f"The plugin `{PLUGIN}` tells trainers from learners, and mkdocs.yml lacks it:"
            f" put a line `- {PLUGIN}` below `plugins:`."
        )
    plugin.config.audience = audience


def _courses_of(config: MkDocsConfig) -> Any:
    found = (plugin for key, plugin in config.plugins.items() if _plugin_name(key) == PLUGIN)
    return next(found, None)


def _colour(config: MkDocsConfig) -> str:
    """Give the primary colour of the palette that readers see first, or nothing."""
    palettes = config.theme.get("palette") or {}
    first = palettes[0] if isinstance(palettes, list) else palettes
    colour = first.get("primary", "") if isinstance(first, dict) else ""
    return str(colour).replace(" ", "-")


def _excluded(config: MkDocsConfig) -> Callable[[str], bool]:
    """Tell which files the site's own patterns keep out of a build."""
    specs = [spec for spec in (config.get("exclude_docs"), config.get("draft_docs")) if spec]
    return lambda name: any(spec.match_file(name) for spec in specs)


def _plugin_name(key: str) -> str:
    """Give the name as written: MkDocs adds ` #2` to a second one and `material/` to Material's."""
    return key.split(" #")[0].removeprefix("material/")
