"""Telegram, and nothing else: updates in, messages out."""
