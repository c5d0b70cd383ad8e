"""Audio in and out: reading files, recognising words, speaking them. One file for each engine."""
