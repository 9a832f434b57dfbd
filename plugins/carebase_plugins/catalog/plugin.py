"""Home page, product hubs, warranty terms and the catalogue's public data: `carebase-catalog`."""

from __future__ import annotations

from jinja2 import Environment
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage
from mkdocs.utils.templates import TemplateContext

from carebase import clock
from carebase.catalog import Product
from carebase_plugins.base import CarebasePlugin
from carebase_plugins.blocks import Placeholder
from carebase_plugins.catalog.banner import banners_of, check_address
from carebase_plugins.catalog.config import CatalogConfig
from carebase_plugins.catalog.digital_link import write_digital_links
from carebase_plugins.catalog.generated import add_catalog_pages
from carebase_plugins.catalog.hub import hub_view, product_named
from carebase_plugins.catalog.terms import terms_view
from carebase_plugins.forms.widgets import reminders_of
from carebase_plugins.theme.entries import index_uri, page_at
from carebase_plugins.theme.fragments import Fragments, GuideLookup, relative
from carebase_plugins.theme.home import HOME_TEMPLATE, cards, home_view

HOME = "index.md"
PRODUCTS = "products/index.md"


class CatalogPlugin(CarebasePlugin):
    """Translates the generator's events for everything that comes from product.yml."""

    config_class = CatalogConfig

    blocks = ("parts", "service-plan", "notices")

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        files = super().on_files(files, config=config)
        return add_catalog_pages(self.shared, files, config)

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        env = super().on_env(env, config=config, files=files) or env
        home = page_at(files, HOME)
        if home is not None and home.page is not None and self._has_home_view(home.page):
            home.page.meta.setdefault("template", HOME_TEMPLATE)
            home.page.meta.setdefault("hide", ["navigation", "toc"])
        return env

    def _has_home_view(self, page: SitePage) -> bool:
        return bool(self.shared.catalog.products) or self.shared.page_of(page) is None

    def on_page_context(
        self, context: TemplateContext, *, page: SitePage, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        view = self.view(context, page)
        source = index_uri(page.file.src_uri)
        if source == HOME and self._has_home_view(page):
            view |= home_view(self.shared, page)
        elif source == PRODUCTS:
            view |= {"products": cards(self.shared), "template": "carebase/products.html"}
        elif (product := self.shared.hubs.get(source)) is not None:
            view |= hub_view(self.shared, product, page)
        elif (policy := self.shared.terms.get(source)) is not None:
            view |= terms_view(self.shared, policy)
        written = self.shared.page_of(page)
        if written is not None and source not in self.shared.hubs:
            view["banners"] = Markup(banners_of(self.shared, page, written))  # noqa: S704
        return context

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        super().on_post_build(config=config)
        write_digital_links(self.shared)

    def write_parts(self, block: Placeholder, page: SitePage) -> str:
        """Write the spare parts of the product that the block or its page is about."""
        product = product_named(self.shared, block, page)
        if product is None:
            return ""
        # Guides lead to the parts on the hub; no other list of them has addresses.
        own = "anchors" in block.options
        fragments = Fragments(self.shared.language_of(page))

        def file_of(name: str) -> str:
            return relative(self.shared.address_of(product.path(name)), page.url)

        return fragments.parts(product, self._guides(page, product), file_of, own=own)

    def write_service_plan(self, block: Placeholder, page: SitePage) -> str:
        """Write what is due when on a product."""
        product = product_named(self.shared, block, page)
        fragments = Fragments(self.shared.language_of(page))
        if product is None:
            return ""
        plan = fragments.service_plan(product, self._guides(page, product))
        return plan + reminders_of(self.shared, product, page)

    def write_notices(self, block: Placeholder, page: SitePage) -> str:
        """Write recalls and free repair programmes, of one product or of all."""
        product = product_named(self.shared, block, page)
        products = [product] if product else list(self.shared.catalog.products.values())
        fragments = Fragments(self.shared.language_of(page))
        return fragments.notices(
            products,
            clock.today(),
            product=product,
            check_of=lambda one: check_address(self.shared, one, page),
        )

    def _guides(self, page: SitePage, product: Product) -> GuideLookup:

        def guide_of(file: str | None) -> dict[str, str] | None:
            source = self.shared.sources.get(product.path(file)) if file else None
            if source is None:
                return None
            address = self.shared.address_of(source.src_uri)
            return {"title": source.title, "address": relative(address, page.url)}

        return guide_of
