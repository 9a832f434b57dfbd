"""The options of `carebase-forms`."""

from mkdocs.config import config_options as c
from mkdocs.config.base import Config


class FormsConfig(Config):
    """Where forms are sent, and whether pages ask for feedback."""

    endpoint = c.Optional(c.Type(str))
    """Address of the endpoint: `https://care.example.com/`, or a path below the site such as `/`.

    Left out, the site has no endpoint: forms lead to the contact page, and the warranty check is
    answered in the browser from the date of purchase.
    """

    feedback = c.Type(bool, default=True)
    """Whether each article asks if it helped. A page says `feedback: false` for itself."""
