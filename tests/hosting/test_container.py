"""The Containerfile: what it says is read, and what it runs is run, in a plain folder."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from carebase.endpoint.settings import Settings
from tests.kb.endpoint_site import make_site
from tests.support.example import ROOT
from tests.support.process import free_port, start_carebase, wait_until_answers

TEXT = (ROOT / "Containerfile").read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """Give the instructions of the file, continued lines joined."""
    lines = [line for line in TEXT.splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [
        (name, " ".join(rest.split()))
        for name, _, rest in (line.partition(" ") for line in joined.splitlines() if line.strip())
    ]


def only(name: str) -> str:
    (found,) = (rest for one, rest in instructions() if one == name)
    return found


def environment_of() -> dict[str, str]:
    return dict(re.findall(r"(\w+)=(\S+)", only("ENV")))


def test_nobody_but_the_base_is_asked_for_anything() -> None:
    bases = {rest.split()[0] for name, rest in instructions() if name == "FROM"}
    assert {"${BASE}"} == bases
    # A name without the address of a registry.
    assert re.fullmatch(r"BASE=[a-z]+:[\w.-]+", only("ARG"))
    assert {"http://127.0.0.1:8000/readyz"} == set(re.findall(r"\w+://[^'\s]+", TEXT)) - {
        environment_of()["CAREBASE_DATABASE_URL"]
    }
    (install,) = (rest for name, rest in instructions() if name == "RUN" and "pip install" in rest)
    assert "--no-index --find-links /wheels" in install


def test_it_runs_as_somebody_who_can_write_into_its_data_alone() -> None:
    user = only("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert "/srv/care/data" == only("VOLUME") == only("WORKDIR")
    owned = re.findall(r"chown (\S+) (\S+)", TEXT)
    assert [(user, only("VOLUME"))] == owned
    order = [name for name, _ in instructions()]
    # What comes after USER changes nothing in the image.
    assert {"RUN", "COPY", "ADD"}.isdisjoint(order[order.index("USER") :])


def test_its_settings_are_settings(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    found = environment_of() | {"CAREBASE_SITE": str(site)}
    settings = Settings.from_environment(found)
    assert settings.database_url.startswith(f"sqlite:///{only('VOLUME')}/")


def test_its_command_answers_its_health_check(tmp_path: Path) -> None:
    site, port = make_site(tmp_path), free_port()
    (tmp_path / "data").mkdir()
    settings = {
        name: value.replace("/srv/care/", f"{tmp_path}/")
        for name, value in environment_of().items()
        if name.startswith("CAREBASE_")
    }
    assert str(site) == settings["CAREBASE_SITE"]
    assert ["carebase"] == json.loads(only("ENTRYPOINT"))
    arguments = [one.replace("8000", str(port)) for one in json.loads(only("CMD"))]
    asked = json.loads(only("HEALTHCHECK").partition(" CMD ")[2])
    asked = [sys.executable, *(one.replace("8000", str(port)) for one in asked[1:])]
    assert 0 != subprocess.run(asked, capture_output=True, timeout=60).returncode
    with start_carebase(*arguments, cwd=tmp_path / "data", env=settings) as running:
        wait_until_answers(f"http://127.0.0.1:{port}/readyz")
        done = subprocess.run(asked, capture_output=True, text=True, timeout=60)
        assert 0 == done.returncode, done.stderr
        assert 0 == running.stop(timeout=20)
    assert {"carebase.db", "carebase.secret"} == {
        path.name for path in (tmp_path / "data").iterdir()
    }
