"""Signals: what readers ran into, counted by day and with nothing about who they are.

`signal` says what is counted, `query` what of a search may be kept, `tally` sums up for writers.
"""

from carebase.signals.signal import OUTCOME, SEARCH, SUGGESTION, Signal, SignalChecker

__all__ = ["OUTCOME", "SEARCH", "SUGGESTION", "Signal", "SignalChecker"]
