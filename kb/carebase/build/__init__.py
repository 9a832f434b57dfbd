"""What a build writes, keeps for the next one, and hands on."""

from carebase.build.built import Built, Follower
from carebase.build.later import Later, Turn
from carebase.build.private import private_of, write_private

# Folders of the site that belong to its indexes: no build writes or deletes anything in them.
KEPT = ("pagefind",)

__all__ = ["KEPT", "Built", "Follower", "Later", "Turn", "private_of", "write_private"]
