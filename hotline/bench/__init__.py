"""Measurements and crash campaigns over the real core."""
