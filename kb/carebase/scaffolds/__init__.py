"""Starting files: a small site for `carebase init`, and a file of each kind for `carebase new`."""

from carebase.scaffolds.start import KINDS, Start, starting_files
from carebase.scaffolds.template import fill, import_files, site_files

__all__ = ["KINDS", "Start", "fill", "import_files", "site_files", "starting_files"]
