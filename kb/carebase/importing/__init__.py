"""Taking over the articles of another help centre: reading its export, writing a Carebase site."""

from carebase.importing.export import Article, Export
from carebase.importing.imported import Imported, Wishes, import_export
from carebase.importing.zendesk import read_zendesk

__all__ = ["Article", "Export", "Imported", "Wishes", "import_export", "read_zendesk"]
