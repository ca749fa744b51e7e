"""Pages and JSON for runners and staff."""
