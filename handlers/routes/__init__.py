"""What a person did in Telegram, one feature a file; each hands an utterance to the responder."""
