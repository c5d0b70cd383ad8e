"""A reply on its way to Telegram: messages, voice notes, keyboards, delivery."""
