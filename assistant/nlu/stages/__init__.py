"""The steps from a text to its intent, one file each."""
