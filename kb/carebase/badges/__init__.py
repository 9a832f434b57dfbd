"""Signed certificates: Open Badges 3.0 with an Ed25519 signature, made and checked offline."""
