"""A person and what they said, turned into a reply. It knows no Telegram and no SQL."""
