"""How a reply is worded: shown, spoken, and what can be said next."""
