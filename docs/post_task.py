"""Post a peak task: `SITE=http://localhost:8000 KEY=tl_... PROGRAMME=prg_... python docs/post_task.py`."""

import json
import os
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta


def call(path, body=None):
    headers = {"Authorization": f"Bearer {os.environ['KEY']}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{os.environ['SITE']}/api/v1/{path}", data, headers)
    try:
        return json.load(urllib.request.urlopen(request))
    except urllib.error.HTTPError as refused:
        problem = json.load(refused)
        sys.exit("\n".join([problem["title"], *(f"{name}: {why}" for name, why in problem.get("errors", {}).items())]))


start = (datetime.now(UTC) + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
blocks = [{"starts_at": (start + n * timedelta(minutes=30)).isoformat(), "seats": 5} for n in range(4)]
what = {"title": "Launch evening", "brief": "Answer questions about the launch.", "expected_units_per_seat": 4}
task = call("tasks/", {"programme": os.environ["PROGRAMME"], "language": "en", "blocks": blocks, **what})
price = call(f"tasks/{task['id']}/price/")["total_minor"]
print(task["id"], call(f"tasks/{task['id']}/publish/", {"expected_budget_minor": price})["state"])
