"""How people are reached: each channel verifies who is there, parses, and sends."""
