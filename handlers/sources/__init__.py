"""How updates arrive from Telegram: asked for, or sent."""
