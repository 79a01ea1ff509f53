"""Where everything is kept: a SQL database, or memory for tests and demonstrations."""
