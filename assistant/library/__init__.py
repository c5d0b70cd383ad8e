"""The vetted content: frozen values, and the reading and checking of the files they come from."""
