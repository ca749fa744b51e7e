"""The service items and the lookup that finds the one a person means."""
