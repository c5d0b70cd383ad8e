"""What Telegram accepts and what it refuses: pure rules, no state, no network."""
