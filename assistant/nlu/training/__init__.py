"""Everything trained: fitted to the content by one command, kept as data, and the same every time."""
