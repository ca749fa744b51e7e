"""Routes are tested against a running hall."""

from tests.site_fixtures import site

__all__ = ["site"]
