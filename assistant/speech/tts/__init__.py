"""Speech out: from a script to a voice note, one file for each engine."""
