"""Carebase: the domain of after-sales care, free of any site generator or web framework."""

__version__ = "0.1.0"
