"""What Telegram sent, read: words wherever they stand, sound, and what does not fit its models."""
