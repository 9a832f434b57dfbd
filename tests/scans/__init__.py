"""Scanners of others against the whole example: `make security`."""
