"""Forms and the warranty check as a page shows them, with addresses as seen from it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from mkdocs.structure.pages import Page as SitePage

from carebase.articles import Page
from carebase.articles.revision import revision_of
from carebase.catalog import Product
from carebase.catalog.closed_days import closed_days
from carebase.clock import today
from carebase.forms import Form
from carebase.forms.context import (
    ATTEMPT,
    COMPLETION_FORM,
    COURSE,
    COURSE_VERSION,
    OUTCOME,
    PASSED,
    PATH,
    POINTS,
    PRODUCT,
    REVISION,
    SCORE,
    SYMPTOM,
)
from carebase.forms.html import render_feedback, render_form
from carebase.forms.privacy import render_privacy_request
from carebase.i18n import text
from carebase.markup import Markup, element
from carebase.training import Course
from carebase.training.walk_html import render_completion
from carebase.warranty.html import render_check
from carebase.warranty.reminders import find_every
from carebase.warranty.reminders_form import render_reminders
from carebase.warranty.rights_words import rights_words
from carebase.withdrawal.html import render_period
from carebase.withdrawal.periods import find_period
from carebase_plugins.blocks import Placeholder
from carebase_plugins.forms.places import answer_links, place_of
from carebase_plugins.shared import Shared
from carebase_plugins.theme.entries import index_uri
from carebase_plugins.theme.fragments import relative
from carebase_plugins.theme.install import DATA
from carebase_plugins.theme.withdrawal import FORM, NEAR, withdrawal_page

FEEDBACK_FORM = "page-feedback"


def endpoint_of(shared: Shared, page: SitePage) -> str | None:
    """Give the endpoint's base address as seen from a page, ending in `/`."""
    endpoint = shared.endpoint
    if endpoint is None or "://" in endpoint:
        return endpoint
    return relative(endpoint.lstrip("/"), page.url).rstrip("/") + "/"


def _address(shared: Shared, page: SitePage, block: str, argument: str | None = None) -> str | None:
    place = place_of(shared, block, argument, shared.language_of(page))
    return relative(place, page.url) if place is not None else None


def check_place(shared: Shared) -> str | None:
    """Give the address of the page with the warranty check of every product."""
    return place_of(shared, "warranty-check")


def support_address(shared: Shared, page: SitePage) -> str | None:
    """Give the address of the page with the support form, else of the ways of contact."""
    return _address(shared, page, "form", "support-request") or _address(
        shared, page, "contact-hours"
    )


def form_of(shared: Shared, block: Placeholder, page: SitePage) -> str:
    """Write the form that a block names; an unknown one was told when the pages were read."""
    form = shared.forms.shown(block.argument, shared.language_of(page))
    if form is None:
        return ""
    context = {"page": page.url}
    product = _product_of(shared, block, page)
    if product:
        context["product"] = product
    written = _write(shared, page, form, context)
    if form.id == FORM:
        return f"{_period(shared, page)}{written}"
    return f"{_withdraw_here(shared, page)}{written}" if form.id in NEAR else written


def _period(shared: Shared, page: SitePage) -> str:
    """Say how long customers can withdraw in the country of the site; nothing if no row tells."""
    catalog = shared.catalog
    day = today()
    period = find_period(catalog.periods, catalog.country, day)
    if period is None:
        return ""
    code = catalog.contact.holidays if catalog.contact else None
    # The pages of a site may be read for months before it is built again.
    years = (day.year - 1, day.year + 1)
    counted = code if period.to_working_day else None
    return str(
        render_period(
            period,
            visit=find_period(catalog.periods, catalog.country, day, sold="visit"),
            country=catalog.country,
            language=shared.language_of(page),
            holidays=closed_days(counted, *years) if counted else (),
            years=years if counted else None,
        )
    )


def _withdraw_here(shared: Shared, page: SitePage) -> str:
    """Lead to the withdrawal from a contract those who come to send something back."""
    place = withdrawal_page(shared)
    if place is None:
        return ""
    language = shared.language_of(page)
    return str(
        element(
            "div",
            {"class": "cb-widget cb-verdict-panel"},
            element("p", None, text(language, "withdraw.title")),
            element(
                "a",
                {"class": "cb-button", "href": _seen_from(page, place)},
                text(language, "withdraw.here"),
            ),
        )
    )


def form_after_path(shared: Shared, page: SitePage, source: Page, form: Form, prefix: str) -> str:
    """Write a form to which a troubleshooter leads; the browser fills in the path taken."""
    context = {
        "page": page.url,
        REVISION: revision_of(shared.site, source, graded=shared.is_graded(source)),
        **dict.fromkeys((SYMPTOM, OUTCOME, PATH), ""),
    }
    # Of several the customer says which.
    product = source.product or (source.products[0] if len(source.products) == 1 else "")
    if product:
        asks = any(field.type == "product" and field.id == "product" for field in form.fields)
        context["product" if asks else PRODUCT] = product
    return _write(shared, page, form, context, prefix)


def completion_of(shared: Shared, page: SitePage, course: Course, version: str) -> str:
    """Write the form by which the result of a course is sent; the browser fills the result in.

    There is none without a service that takes it.
    """
    form = shared.forms.shown(COMPLETION_FORM, shared.language_of(page))
    if form is None or shared.endpoint is None:
        return ""
    left_open = (SCORE, POINTS, PASSED, *((ATTEMPT,) if course.grading == "graded" else ()))
    context = {
        "page": page.url,
        COURSE: course.id,
        COURSE_VERSION: version,
        **dict.fromkeys(left_open, ""),
    }
    written = Markup(_write(shared, page, form, context))
    return str(render_completion(course, form.title, written, shared.language_of(page)))


def _write(
    shared: Shared,
    page: SitePage,
    form: Form,
    context: Mapping[str, str],
    prefix: str | None = None,
) -> str:
    after = form.after.page
    contact = shared.catalog.contact
    return str(
        render_form(
            form,
            endpoint=endpoint_of(shared, page),
            language=shared.language_of(page),
            context=context,
            products={one.id: one.name for one in shared.catalog.products.values()},
            contact_url=_address(shared, page, "contact-hours"),
            after_url=relative(shared.address_of(after), page.url) if after else None,
            prefix=prefix,
            emergency=contact.emergency if contact else None,
        )
    )


def privacy_request_of(shared: Shared, page: SitePage) -> str:
    """Write the form by which somebody asks what is held about them."""
    return str(
        render_privacy_request(
            endpoint=endpoint_of(shared, page),
            language=shared.language_of(page),
            page=page.url,
            contact_url=_address(shared, page, "contact-hours"),
        )
    )


def feedback_of(shared: Shared, page: SitePage, source: Page) -> str:
    """Write the question whether a page helped."""
    language = shared.language_of(page)
    form = shared.forms.shown(FEEDBACK_FORM, language)
    if form is None:
        return ""
    context = {
        "page": page.url,
        "revision": revision_of(shared.site, source, graded=shared.is_graded(source)),
    }
    if source.products:
        context["product"] = source.products[0]
    return str(
        render_feedback(
            form,
            endpoint=endpoint_of(shared, page),
            language=language,
            context=context,
        )
    )


def check_of(shared: Shared, block: Placeholder, page: SitePage) -> str:
    """Write the warranty check; of products that have a policy."""
    catalog = shared.catalog
    products = [one for one in catalog.products.values() if catalog.policies_of(one)]
    named = _product_of(shared, block, page)
    if not products or (named and named not in {one.id for one in products}):
        return ""
    pictures = {
        one.id: relative(shared.address_of(one.path(one.serial.picture)), page.url)
        for one in products
        if one.serial and one.serial.picture
    }
    cards = {
        one.id: relative(shared.address_of(one.path(one.picture)), page.url)
        for one in products
        if one.picture
    }
    language = shared.language_of(page)
    return str(
        render_check(
            products,
            endpoint=endpoint_of(shared, page),
            data_url=relative(f"{DATA}/products/", page.url).rstrip("/") + "/",
            language=language,
            product=named,
            pictures=pictures,
            cards=cards,
            links=_links(shared, page),
            page=page.url,
            country=catalog.country,
            host=_host(shared),
            rights=rights_words(language, catalog.statutes, catalog.terms),
        )
    )


def reminders_of(shared: Shared, product: Product, page: SitePage) -> str:
    """Write the form that makes a calendar of a service plan and a warranty, if there is one."""
    is_timed = any(find_every(task.every) for task in product.service_plan)
    if not is_timed and not shared.catalog.policies_of(product):
        return ""
    return str(
        render_reminders(
            product,
            endpoint=endpoint_of(shared, page),
            data_url=relative(f"{DATA}/products/", page.url).rstrip("/") + "/",
            host=_host(shared),
            language=shared.language_of(page),
        )
    )


def _host(shared: Shared) -> str:
    return urlsplit(shared.site.url or "").hostname or ""


def _links(shared: Shared, page: SitePage) -> Mapping[str, str]:
    links = answer_links(shared, shared.language_of(page))
    return {name: _seen_from(page, address) for name, address in links.items()}


def _seen_from(page: SitePage, address: str) -> str:
    path, mark, rest = address.partition("#")
    path, question, query = path.partition("?")
    seen = relative(path, page.url)
    return (seen.rstrip("/") + "/" if path.endswith("/") else seen) + question + query + mark + rest


def _product_of(shared: Shared, block: Placeholder, page: SitePage) -> str | None:
    named = block.options.get("product")
    if named:
        return named
    source = shared.page_of(page)
    if source is not None:
        return source.product
    hub = shared.hubs.get(index_uri(page.file.src_uri))
    return hub.id if hub else None
