"""Search in the library's wordings and sentences: by meaning, by words, by sound."""
