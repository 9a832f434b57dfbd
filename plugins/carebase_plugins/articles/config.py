"""The options of `carebase-articles`."""

from mkdocs.config import config_options as c
from mkdocs.config.base import Config, ValidationError

from carebase.site import REVIEW_GRACE


class _Days(c.Type[int]):
    """A whole number of days from 0."""

    def run_validation(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValidationError(f"Expected a whole number of days from 0, not {value!r}.")
        return value


class _Accepted(c.Type[dict[str, tuple[str, ...]]]):
    """Lists of texts by the code of a warning; one text may stand for a list of one."""

    def run_validation(self, value: object) -> dict[str, tuple[str, ...]]:
        if not isinstance(value, dict):
            raise ValidationError(f"Expected codes of warnings with their lists, not {value!r}.")
        found: dict[str, tuple[str, ...]] = {}
        for code, patterns in value.items():
            listed = [patterns] if isinstance(patterns, str) else patterns
            if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
                raise ValidationError(
                    f"Expected a list of files and words below {code!r}, not {patterns!r}."
                )
            found[str(code)] = tuple(listed)
        return found


class ArticlesConfig(Config):
    """What `carebase check` takes as right. What a page is stands in its front matter."""

    review_grace = _Days(int, default=REVIEW_GRACE)
    """For how many days after its `review_by` a page is only warned about by `carebase check`.

    After them it is an error, so that a check that runs before publishing stops on it.
    """

    accepted = _Accepted(dict, default={})
    """Warnings that are not told: by their code, the files and words that are right as they are.

    A file is written as a path from the folder of mkdocs.yml, with `*` for any signs, as in
    `near-duplicate: docs/products/*/reset.md`; a word as it was found, as in
    `product-spelling: PIP`. Errors are always told, and an entry that meets nothing is told too.
    """
