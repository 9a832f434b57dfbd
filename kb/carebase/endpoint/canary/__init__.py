"""A submission that the endpoint sends itself, followed as far as it can be, and taken away."""

from carebase.endpoint.canary.flight import Flight, Stage, fly

__all__ = ["Flight", "Stage", "fly"]
