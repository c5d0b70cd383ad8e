"""Timings of the running program: printed, never asserted, since machines differ."""
