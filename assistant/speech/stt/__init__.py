"""Speech in: from a recording to words, one file for each engine."""
