"""Settings of `mkdocs.yml` that MkDocs takes without a word and that would do nothing, or worse."""

from __future__ import annotations

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from carebase.errors import UsageError, nearest

_LANGUAGES = "partials/languages"


def check_settings(config: MkDocsConfig, name: str) -> None:
    """Raise UsageError for an unknown option of our plugins, or a language the theme lacks."""
    for plugin, loaded in config.plugins.items():
        if not plugin.rpartition("/")[2].startswith("carebase-"):
            continue
        known = [key for key, _ in loaded.config._schema]
        # MkDocs keeps what no class names beside the rest.
        for option in loaded.config:
            if option not in known:
                match = nearest(option, known)
                way_out = f"did you mean `{match}`?" if match else f"it has {_told(known)}."
                raise UsageError(
                    f"{name} cannot be used: the plugin `{plugin}` has no option `{option}`:"
                    f" {way_out}"
                )
    language = config.theme.get("language")
    codes = _languages(config)
    if codes and language and str(language) not in codes:
        raise UsageError(
            f"{name} cannot be used: the theme has no language `{language}`: write its code below"
            " `theme:`, such as `language: en`, `de` or `pt-BR`."
        )


def _told(options: list[str]) -> str:
    return ", ".join(f"`{option}`" for option in options) or "none"


def _languages(config: MkDocsConfig) -> set[str]:
    """Give the codes of the languages that the theme speaks; none for themes that do not say."""
    folders = (Path(folder) / _LANGUAGES for folder in config.theme.dirs)
    return {file.stem for folder in folders if folder.is_dir() for file in folder.glob("*.html")}
