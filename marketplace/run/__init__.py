"""`make run`: the whole system on one machine, under one supervisor.

`python -m marketplace.run` starts PostgreSQL and Redis (or uses those of `DATABASE_URL` and
`REDIS_URL`), brings the database up to date, builds the demo world on the first start, runs the
processes of the `Procfile` and prints where to go. It ends everything it started when it ends,
however it ends. `... stop` and `... reset` act on a run of this checkout.
"""
