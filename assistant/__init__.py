"""The assistant itself: vetted content, understanding, speech and conversation. It knows nothing of Telegram."""
