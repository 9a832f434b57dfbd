"""The catalogue: every product, policy and way of contact of a site, read together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from carebase.catalog.checks import check_product
from carebase.catalog.contact import Contact
from carebase.catalog.product import Product
from carebase.errors import Problem
from carebase.site import Site
from carebase.sources import Document, load_model
from carebase.warranty.files import load_policy, load_site_statutes, load_terms_words
from carebase.warranty.locking import check_reading
from carebase.warranty.policy import Policy
from carebase.warranty.statutes import Statute, shipped_statutes
from carebase.warranty.words import FILE as TERMS
from carebase.warranty.words import TermsWords
from carebase.withdrawal.periods import FILE as PERIODS
from carebase.withdrawal.periods import Period, load_site_periods, shipped_periods

STATUTES = "warranty/statutes.yml"


@dataclass(slots=True)
class Catalog:
    """What the site's files say about products, and all that is wrong in them."""

    products: dict[str, Product] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    contact: Contact | None = None
    terms: TermsWords = field(default_factory=TermsWords)
    statutes: list[Statute] = field(default_factory=lambda: [*shipped_statutes().rows()])
    periods: list[Period] = field(default_factory=lambda: [*shipped_periods()])
    problems: list[Problem] = field(default_factory=list)
    # Products and policies whose file has errors: known, so that naming them is no mistake.
    broken: set[str] = field(default_factory=set)

    @property
    def country(self) -> str:
        """The ISO 3166-1 code of where the site's owner is, as far as contact.yml tells."""
        return (self.contact.holidays or "")[:2] if self.contact else ""

    def policies_of(self, product: Product) -> list[Policy]:
        """Give the policies that a product names and that could be read, oldest first."""
        return [
            self.policies[choice.policy]
            for choice in product.policy
            if choice.policy in self.policies
        ]

    def policy_on(self, product: Product, sold: date) -> Policy | None:
        """Give the policy of a unit sold on a day: the first whose `sold_until` is not past."""
        for choice in product.policy:
            if choice.sold_until is None or sold <= choice.sold_until:
                return self.policies.get(choice.policy)
        return None

    def policy_for(self, product: Product, sold: date, own: str | None = None) -> Policy | None:
        """Give the policy of a unit: its own, which it was sold with, else that of its day."""
        return (self.policies.get(own) if own else None) or self.policy_on(product, sold)

    def product_of_serial(self, serial: str) -> Product | None:
        """Give the only product whose rule a serial number fits."""
        fitting = [
            product
            for product in self.products.values()
            if serial and product.serial and product.serial.check(serial) is None
        ]
        return fitting[0] if len(fitting) == 1 else None

    def models(self) -> Mapping[str, Product]:
        """Give each model id with the product it belongs to."""
        return {model.id: product for product in self.products.values() for model in product.models}


def load_catalog(site: Site) -> Catalog:
    """Read every product.yml, policy and contact.yml below the site's docs folder."""
    catalog = Catalog()
    _load_policies(site, catalog)
    catalog.problems += check_reading(site)
    _load_statutes(site, catalog)
    _load_periods(site, catalog)
    documents: dict[str, Document] = {}
    for path in sorted(site.docs_dir.glob("products/*/product.yml")):
        name = site.name_of(path)
        product, document = load_model(path, name, Product)
        check_product(document, path.parent, {*catalog.policies, *catalog.broken})
        catalog.problems += document.problems
        if product is None:
            catalog.broken.add(path.parent.name)
        else:
            catalog.products[product.id] = product
            documents[product.id] = document
    _check_unique_models(catalog, documents)
    contact_file = site.docs_dir / "contact.yml"
    if contact_file.is_file():
        catalog.contact, document = load_model(contact_file, site.name_of(contact_file), Contact)
        catalog.problems += document.problems
    return catalog


def _load_policies(site: Site, catalog: Catalog) -> None:
    paths = sorted(site.docs_dir.glob("warranty/policies/*.yml"))
    words = site.docs_dir / TERMS
    own: TermsWords | None = catalog.terms
    if words.is_file():
        # Which exclusions there are is asked first: a policy's own problems are told below.
        read = (load_policy(path, site.name_of(path))[0] for path in paths)
        named = {exclusion.id for policy in read if policy for exclusion in policy.exclusions}
        own, problems = load_terms_words(words, site.name_of(words), named)
        catalog.terms = own or catalog.terms
        catalog.problems += problems
    for path in paths:
        policy, problems = load_policy(path, site.name_of(path), own)
        if policy is None:
            catalog.broken.add(path.stem)
        else:
            catalog.policies[path.stem] = policy
        catalog.problems += problems


def _load_statutes(site: Site, catalog: Catalog) -> None:
    own = site.docs_dir / STATUTES
    if own.is_file():
        shipped = [*shipped_statutes().rows()]
        catalog.statutes, problems = load_site_statutes(own, site.name_of(own), shipped)
        catalog.problems += problems


def _load_periods(site: Site, catalog: Catalog) -> None:
    own = site.docs_dir / PERIODS
    if own.is_file():
        catalog.periods, problems = load_site_periods(own, site.name_of(own))
        catalog.problems += problems


def _check_unique_models(catalog: Catalog, documents: Mapping[str, Document]) -> None:
    owners: dict[str, str] = {}
    for product in catalog.products.values():
        for index, model in enumerate(product.models):
            owner = owners.setdefault(model.id, product.id)
            if owner != product.id:
                document = documents[product.id]
                document.problems = []
                document.problem(
                    ("models", index, "id"),
                    "duplicate-id",
                    f"The model `{model.id}` belongs to the product `{owner}` already.",
                    found=f"`{model.id}`",
                    allowed="each model id once in the site",
                )
                catalog.problems += document.problems
