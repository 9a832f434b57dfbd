"""Loading forms: those that ship with Carebase, and over them those of the site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from carebase.errors import Problem
from carebase.forms.check import check_form
from carebase.forms.form import FORM_ID, Form
from carebase.forms.texts import FormTexts, with_texts
from carebase.i18n import FALLBACK, code_of
from carebase.site import Site
from carebase.sources import load_model

M = TypeVar("M")

STANDARD = Path(__file__).parent / "standard"


@dataclass(slots=True)
class Forms:
    """All forms of a site by id, and everything that is wrong in its form files.

    Those that ship are in the language of the site; `own` are the ids of the site's own files,
    which have one language, whatever it is.
    """

    by_id: dict[str, Form] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    own: set[str] = field(default_factory=set)

    def shown(self, form_id: str, language: str) -> Form | None:
        """Give a form as a page in this language shows it."""
        if form_id in self.own or form_id not in self.by_id:
            return self.by_id.get(form_id)
        return standard_forms(language)[form_id]


def standard_forms(language: str = FALLBACK) -> Mapping[str, Form]:
    """Give the forms that ship, in a language such as `de-AT`; English where there is none."""
    return _standard_forms(code_of(language))


@cache
def _standard_forms(code: str) -> Mapping[str, Form]:
    if code == FALLBACK:
        paths = sorted(STANDARD.glob("*.yml"))
        return MappingProxyType({path.stem: _shipped(read_form(path, path.name)) for path in paths})
    forms: dict[str, Form] = {}
    for form in _standard_forms(FALLBACK).values():
        path = STANDARD / code / f"{form.id}.yml"
        texts, document = load_model(path, f"{code}/{path.name}", FormTexts)
        forms[form.id] = with_texts(form, _shipped((texts, document.problems)))
    return MappingProxyType(forms)


def _shipped(read: tuple[M | None, list[Problem]]) -> M:
    model, problems = read
    if model is None or problems:
        raise AssertionError("\n".join(problem.as_text() for problem in problems))
    return model


def load_forms(site: Site, products: Iterable[str] | None = None) -> Forms:
    """Load the forms of a site; a file of the same id replaces a standard form.

    `products` are the ids that the site knows, where the caller has them already.
    """
    forms = Forms(dict(standard_forms(site.language)))
    folder = site.docs_dir / "forms"
    if not folder.is_dir():
        return forms
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".yml", ".yaml") or path.name.startswith("."):
            continue
        name = site.name_of(path)
        if path.suffix == ".yaml":
            forms.problems.append(
                Problem(
                    name,
                    1,
                    1,
                    "form-file-name",
                    "Form files end in `.yml`; this one is not read.",
                    found=path.name,
                    hint=f"rename it to `{path.stem}.yml`",
                )
            )
            continue
        form, problems = read_form(path, name, docs=site.docs_dir)
        forms.problems += problems
        if form is not None:
            forms.by_id[form.id] = form
            forms.own.add(form.id)
    return forms


def read_form(path: Path, name: str, docs: Path | None = None) -> tuple[Form | None, list[Problem]]:
    """Read one form file; with any error in it there is no form, but all its problems.

    `name` is how problems call the file; with `docs` the page named by `after` must be there.
    """
    form, document = load_model(path, name, Form)
    if not FORM_ID.fullmatch(path.stem):
        document.problem(
            (),
            "form-file-name",
            "The name of a form file is its id: lower-case letters, digits and `-`.",
            found=path.name,
            hint="rename the file, such as `repair-request.yml`",
        )
    check_form(document, path.stem, docs)
    if form is None or any(problem.severity == "error" for problem in document.problems):
        return None, document.problems
    return form.model_copy(update={"id": path.stem}), document.problems
