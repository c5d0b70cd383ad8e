"""The update queue: what has arrived is stored, claimed in turn, and settled. It knows no Telegram."""
