"""Where the tables are: in one SQLite file, or in a PostgreSQL server that several machines share."""
