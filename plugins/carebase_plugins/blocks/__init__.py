"""Our Markdown blocks: each leaves a placeholder that the plugin owning it fills."""

from carebase_plugins.blocks.extension import BlocksExtension
from carebase_plugins.blocks.placeholder import Placeholder, fill_placeholders

__all__ = ["BlocksExtension", "Placeholder", "fill_placeholders"]
