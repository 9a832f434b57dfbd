"""Compiled templates: kept beside the code for all sites, and the site's own with the site."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from carebase_plugins.engine.compiled import Compiled, beside_code


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    made = {name: tmp_path / name for name in ("theme", "own", "kept", "beside")}
    for folder in made.values():
        folder.mkdir()
    (made["theme"] / "base.html").write_text("{{ 'a b'|title }} {{ name }}", "utf-8")
    (made["own"] / "mine.html").write_text("{% include 'base.html' %}!", "utf-8")
    return made


def env_of(places: dict[str, Path], cache: Compiled | None = None) -> jinja2.Environment:
    loader = jinja2.FileSystemLoader([places["own"], places["theme"]])
    env = jinja2.Environment(loader=loader, autoescape=True)
    env.bytecode_cache = cache or Compiled(places["kept"], str(places["own"]), places["beside"])
    return env


def said(env: jinja2.Environment) -> str:
    return env.get_template("mine.html").render(name="c")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_installed_template_is_compiled_once_for_all_sites(places: dict[str, Path]) -> None:
    assert said(env_of(places)) == "A B c!"
    (shared,) = names(places["beside"])
    assert len(names(places["kept"])) == 1, "only the site's own template is kept with the site"
    env = env_of(places, Compiled(None, str(places["own"]), places["beside"]))
    env.compile = None  # type: ignore[assignment,method-assign]  # nothing may be compiled again
    assert env.get_template("base.html").render(name="d") == "A B d"
    assert names(places["beside"]) == [shared]


def test_an_edited_template_is_compiled_again(places: dict[str, Path]) -> None:
    said(env_of(places))
    (places["theme"] / "base.html").write_text("other {{ name }}", "utf-8")
    assert said(env_of(places)) == "other c!"


def test_a_filter_of_the_same_name_is_another_template(places: dict[str, Path]) -> None:
    said(env_of(places))
    env = env_of(places)
    # What is said of a constant is worked out when a template is compiled.
    env.filters["title"] = lambda text: f"<{text}>"
    assert said(env) == "&lt;a b&gt; c!"
    assert said(env_of(places)) == "A B c!"


def test_a_file_that_was_cut_short_is_written_again(places: dict[str, Path]) -> None:
    said(env_of(places))
    (shared,) = places["beside"].iterdir()
    whole = shared.read_bytes()
    for size in (0, 5, len(whole) // 2, len(whole) - 1):
        shared.write_bytes(whole[:size])
        assert said(env_of(places)) == "A B c!"
        assert shared.read_bytes() == whole


def test_what_cannot_be_kept_beside_the_code_is_kept_with_the_site(
    places: dict[str, Path],
) -> None:
    cache = Compiled(places["kept"], str(places["own"]), places["beside"] / "not" / "there")
    assert said(env_of(places, cache)) == "A B c!"
    assert len(names(places["kept"])) == 2
    assert said(env_of(places, Compiled(None, None, None))) == "A B c!"


def test_python_may_be_told_to_keep_nothing(
    places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    assert said(env_of(places)) == "A B c!"
    assert names(places["beside"]) == []


def test_the_folder_is_that_of_our_compiled_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.pycache_prefix", str(tmp_path))
    folder = beside_code()
    assert folder is not None
    assert folder.is_relative_to(tmp_path)
    (tmp_path / "taken").write_text("")
    monkeypatch.setattr("sys.pycache_prefix", str(tmp_path / "taken"))
    assert beside_code() is None


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(places: dict[str, Path]) -> None:
    for name in ("kept", "beside"):
        places[name].rmdir()
        places[name].write_text("a file where the folder was", "utf-8")
    assert said(env_of(places)) == "A B c!"
    assert said(env_of(places)) == "A B c!"
