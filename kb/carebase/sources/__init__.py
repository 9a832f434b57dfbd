"""Reading what people write: text, YAML and front matter, each value with its line and column."""

from carebase.sources.front_matter import FrontMatter, find_head, split_front_matter
from carebase.sources.model import load_model, validate
from carebase.sources.text import is_there, read_text
from carebase.sources.yaml import Document, parse_yaml

__all__ = [
    "Document",
    "FrontMatter",
    "find_head",
    "is_there",
    "load_model",
    "parse_yaml",
    "read_text",
    "split_front_matter",
    "validate",
]
