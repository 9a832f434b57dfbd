"""What a build writes beside the site."""

from carebase.build.private import private_of, write_private

__all__ = ["private_of", "write_private"]
