"""Twilio: the first telephone line. Everything that is Twilio's stays in this folder."""
