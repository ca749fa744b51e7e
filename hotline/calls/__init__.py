"""Telephone calls, whatever line carries them: what is heard, what is said, who is rung."""
