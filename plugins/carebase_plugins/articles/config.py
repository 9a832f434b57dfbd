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


class ArticlesConfig(Config):
    """How long a review may be late. What a page is stands in its front matter."""

    review_grace = _Days(int, default=REVIEW_GRACE)
    """For how many days after its `review_by` a page is only warned about by `carebase check`.

    After them it is an error, so that a check that runs before publishing stops on it.
    """
