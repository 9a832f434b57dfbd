"""Forms, the warranty check, opening hours and page feedback: `carebase-forms`."""

from __future__ import annotations

from urllib.parse import urlsplit

from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage
from mkdocs.utils.templates import TemplateContext

from carebase_plugins.base import CarebasePlugin
from carebase_plugins.blocks import Placeholder
from carebase_plugins.forms.config import FormsConfig
from carebase_plugins.forms.widgets import (
    check_of,
    feedback_of,
    form_of,
    privacy_request_of,
    support_address,
)
from carebase_plugins.theme.fragments import Fragments

# What a web server shows while the endpoint before which it stands does not answer.
AWAY = "502.html"


class FormsPlugin(CarebasePlugin):
    """Translates the generator's events for everything that customers fill in."""

    config_class = FormsConfig

    blocks = ("warranty-check", "form", "survey", "contact-hours", "privacy-request")

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        config = super().on_config(config)
        endpoint = self.config.endpoint
        if endpoint is not None and not _is_address(endpoint):
            raise PluginError(
                f"carebase-forms: `endpoint: {endpoint}` is neither an address that begins with"
                " https:// nor a path below the site that begins with `/`."
            )
        if endpoint is not None:
            config.theme.static_templates.add(AWAY)
        if endpoint is not None and "://" in endpoint:
            parts = urlsplit(endpoint)
            self.shared.assets.endpoint = f"{parts.scheme}://{parts.netloc}"
        return config

    def on_page_context(
        self, context: TemplateContext, *, page: SitePage, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        view = self.view(context, page)
        source = self.shared.page_of(page)
        wanted = self.config.feedback and source is not None and source.front.feedback
        if wanted and source is not None and source.is_article:
            view["feedback"] = Markup(feedback_of(self.shared, page, source))  # noqa: S704
        return context

    def write_form(self, block: Placeholder, page: SitePage) -> str:
        """Write the form that the block names."""
        return form_of(self.shared, block, page)

    write_survey = write_form

    def write_warranty_check(self, block: Placeholder, page: SitePage) -> str:
        """Write the warranty check, of one product where it is known."""
        return check_of(self.shared, block, page)

    def write_privacy_request(self, block: Placeholder, page: SitePage) -> str:
        """Write the form by which somebody asks what is held about them."""
        return privacy_request_of(self.shared, page)

    def write_contact_hours(self, block: Placeholder, page: SitePage) -> str:
        """Write the ways of contact with their hours."""
        contact = self.shared.catalog.contact
        if contact is None:
            return ""
        fragments = Fragments(self.shared.language_of(page))
        product = block.options.get("product", "")
        return fragments.contact(contact, support_address(self.shared, page), product)


def _is_address(written: str) -> bool:
    if written.startswith("/"):
        return not written.startswith("//")
    parts = urlsplit(written)
    return parts.scheme in ("http", "https") and bool(parts.hostname)
