"""Post a peak task: `SITE=http://localhost:8000 KEY=tl_... PROGRAMME=prg_... python docs/post_task.py`."""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen

sys.excepthook = lambda kind, error, trace: print(error.read().decode() if hasattr(error, "read") else repr(error))


def call(path, body=None):
    head = {"Authorization": f"Bearer {os.environ['KEY']}", "Content-Type": "application/json"}
    return json.load(urlopen(Request(f"{os.environ['SITE']}/api/v1/{path}", body and json.dumps(body).encode(), head)))


day = datetime.now(UTC) + timedelta(days=3)
blocks = [{"starts_at": f"{day:%Y-%m-%d}T{start}Z", "seats": 5} for start in ("18:00", "18:30", "19:00", "19:30")]
what = {"title": "Launch evening", "brief": "Answer questions about the launch.", "expected_units_per_seat": 4}
task = call("tasks/", {"programme": os.environ["PROGRAMME"], "language": "en", "blocks": blocks, **what})["id"]
price = call(f"tasks/{task}/price/")["total_minor"]
print(task, call(f"tasks/{task}/publish/", {"expected_budget_minor": price})["state"])
