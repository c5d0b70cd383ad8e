"""The assistant itself: content, understanding, speech and conversation. It knows nothing of Telegram."""
