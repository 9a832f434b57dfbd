"""No course is published half: where one has an error, a build of the generator's own stops too."""

from __future__ import annotations

from mkdocs.exceptions import PluginError

from carebase_plugins.shared import Shared


def stop_before_half_a_course(shared: Shared) -> None:
    """Raise PluginError with every error of the courses and their questions."""
    found = [*shared.courses.problems, *shared.quizzes.problems]
    errors = list(dict.fromkeys(problem for problem in found if problem.severity == "error"))
    if errors:
        told = "\n".join(problem.as_text() for problem in sorted(errors, key=lambda one: one.place))
        raise PluginError(f"No course is published half:\n{told}")
