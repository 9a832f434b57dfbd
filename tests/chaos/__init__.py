"""The loss test: processes are killed at any moment, and nothing acknowledged may be lost."""
