"""The business core of the runner hotline: plain Python over a database session."""
