"""Submissions as the people who answer see them: state, due day, answers with their questions."""

from carebase.inbox.entry import Entry, Moment
from carebase.inbox.states import STATES, InboxError

__all__ = ["STATES", "Entry", "InboxError", "Moment"]
