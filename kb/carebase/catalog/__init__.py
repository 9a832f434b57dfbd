"""Products, models, serial numbers, parts, service plans and ways of contact."""

from carebase.catalog.catalog import Catalog, load_catalog
from carebase.catalog.contact import Channel, Contact, Hours
from carebase.catalog.product import Model, Product

__all__ = ["Catalog", "Channel", "Contact", "Hours", "Model", "Product", "load_catalog"]
