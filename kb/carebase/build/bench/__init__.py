"""Timing builds of one site by several generators, each as a process of its own."""

from carebase.build.bench.case import Case
from carebase.build.bench.measurement import measure
from carebase.build.bench.result import Result, Took, growth

__all__ = ["Case", "Result", "Took", "growth", "measure"]
