"""What to do about what was meant: which command, asking back, picking from a list, correcting oneself."""
