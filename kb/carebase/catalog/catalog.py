"""The catalogue: every product, policy and way of contact of a site, read together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from carebase.catalog.contact import Contact
from carebase.catalog.product import Product
from carebase.errors import Problem, nearest
from carebase.site import Site
from carebase.sources import Document, is_there, load_model
from carebase.warranty.policy import Policy


@dataclass(slots=True)
class Catalog:
    """What the site's files say about products, and all that is wrong in them."""

    products: dict[str, Product] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    contact: Contact | None = None
    problems: list[Problem] = field(default_factory=list)
    # Products and policies whose file has errors: known, so that naming them is no mistake.
    broken: set[str] = field(default_factory=set)

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

    def knows_product(self, product_id: str) -> bool:
        """Tell whether a product has a file, readable or not."""
        return product_id in self.products or product_id in self.broken

    def models(self) -> Mapping[str, Product]:
        """Give each model id with the product it belongs to."""
        return {model.id: product for product in self.products.values() for model in product.models}


def load_catalog(site: Site) -> Catalog:
    """Read every product.yml, policy and contact.yml below the site's docs folder."""
    catalog = Catalog()
    _load_policies(site, catalog)
    documents: dict[str, Document] = {}
    for path in sorted(site.docs_dir.glob("products/*/product.yml")):
        name = site.name_of(path)
        product, document = load_model(path, name, Product)
        catalog.problems += document.problems
        document.problems = []
        if product is None:
            catalog.broken.add(path.parent.name)
            continue
        _check_product(site, catalog, product, path, document)
        catalog.problems += document.problems
        catalog.products[product.id] = product
        documents[product.id] = document
    _check_unique_models(catalog, documents)
    contact_file = site.docs_dir / "contact.yml"
    if contact_file.is_file():
        catalog.contact, document = load_model(contact_file, site.name_of(contact_file), Contact)
        catalog.problems += document.problems
    return catalog


def _load_policies(site: Site, catalog: Catalog) -> None:
    for path in sorted(site.docs_dir.glob("warranty/policies/*.yml")):
        policy, document = load_model(path, site.name_of(path), Policy)
        if policy is None:
            catalog.broken.add(path.stem)
        elif path.stem != f"{policy.id}@{policy.version}":
            document.problem(
                ("id",),
                "policy-name",
                "A policy's file is named after its id and version.",
                found=path.name,
                allowed=f"{policy.id}@{policy.version}.yml",
                hint="rename the file, or correct `id` and `version`",
            )
            catalog.broken.add(path.stem)
        else:
            catalog.policies[path.stem] = policy
        catalog.problems += document.problems


def _check_product(
    site: Site, catalog: Catalog, product: Product, path: Path, document: Document
) -> None:
    if product.id != path.parent.name:
        document.problem(
            ("id",),
            "product-id",
            "A product's id is the name of its folder.",
            found=f"`{product.id}` in the folder `{path.parent.name}`",
            allowed=f"`{path.parent.name}`",
        )
    for index, choice in enumerate(product.policy):
        if choice.policy not in catalog.policies and choice.policy not in catalog.broken:
            match = nearest(choice.policy, catalog.policies)
            place = ("policy", index, "policy")
            document.problem(
                place if place in document.values else ("policy",),
                "unknown-policy",
                f"There is no policy `{choice.policy}`.",
                found=f"`{choice.policy}`",
                allowed=", ".join(sorted(catalog.policies)) or "no policy file exists yet",
                hint=f"did you mean `{match}`?"
                if match
                else f"write docs/warranty/policies/{choice.policy}.yml",
            )
    for key, files in _files_named(product):
        file = files
        if not is_there(site.docs_dir / product.path(file)):
            siblings = _files_below(path.parent)
            match = nearest(file, siblings)
            document.problem(
                key,
                "missing-file",
                f"The file `{file}` is not there.",
                found=f"`{file}`",
                allowed="a file relative to the product's folder",
                hint=f"did you mean `{match}`?" if match else "",
            )
    for name, entries in (
        ("models", [model.id for model in product.models]),
        ("components", [component.id for component in product.components]),
        ("parts", [part.sku for part in product.parts]),
        ("notices", [notice.id for notice in product.notices]),
    ):
        _check_unique(document, name, entries)


def _files_named(product: Product) -> Iterable[tuple[tuple[str | int, ...], str]]:
    if product.picture:
        yield ("picture",), product.picture
    if product.serial and product.serial.picture:
        yield ("serial", "picture"), product.serial.picture
    for index, part in enumerate(product.parts):
        if part.guide:
            yield ("parts", index, "guide"), part.guide
        if part.picture:
            yield ("parts", index, "picture"), part.picture
    for index, task in enumerate(product.service_plan):
        if task.guide:
            yield ("service_plan", index, "guide"), task.guide
    for index, download in enumerate(product.downloads):
        yield ("downloads", index, "file"), download.file


def _files_below(folder: Path) -> list[str]:
    return [
        path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()
    ]


def _check_unique(document: Document, name: str, entries: list[str]) -> None:
    key = "sku" if name == "parts" else "id"
    for index, entry in enumerate(entries):
        if entry in entries[:index]:
            document.problem(
                (name, index, key),
                "duplicate-id",
                f"`{entry}` stands twice in `{name}`.",
                found=f"`{entry}` again",
                allowed="each once",
            )


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
