"""The whole catalog in one file, from any database and into any."""
