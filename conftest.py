"""What every test stands on: real PostgreSQL and Redis, no network, no warnings."""

import os

os.environ.setdefault("TIDELINE_ENV", "test")
if "DATABASE_URL" not in os.environ or "REDIS_URL" not in os.environ:
    from marketplace import embedded

    stack = embedded.start("test")
    os.environ["DATABASE_URL"] = stack.database_url
    os.environ["REDIS_URL"] = stack.redis_url
