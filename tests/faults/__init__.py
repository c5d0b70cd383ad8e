"""What goes wrong, done to the real program on purpose, and what became of the people it served."""
