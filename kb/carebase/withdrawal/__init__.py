"""The right to withdraw from a contract: how long the law of a country gives, and who is told."""
