"""The demo world: what `make run` fills a new database with."""
