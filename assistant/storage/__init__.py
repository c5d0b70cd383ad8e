"""What is kept: people, bookmarks, recordings' file ids and the inbox, in SQLite through SQLAlchemy Core."""
