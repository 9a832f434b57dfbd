"""What the people who answer see of the requests: state, due day, answers with their questions."""

from carebase.inbox.request import Moment, Request
from carebase.inbox.states import STATES, InboxError

__all__ = ["STATES", "InboxError", "Moment", "Request"]
