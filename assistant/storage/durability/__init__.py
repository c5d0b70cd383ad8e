"""The database's files: backups, recovery, and the day's schedule. All of it blocks."""
