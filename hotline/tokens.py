"""Tokens that are keys (a cookie, a personal link): only their hash is ever kept."""

from __future__ import annotations

import hashlib


def token_hash(token: str) -> str:
    """What is kept of a token: nobody who reads the database can use it."""
    return hashlib.sha256(token.encode()).hexdigest()
