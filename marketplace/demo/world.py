"""Builds the demo world, step by step, telling how far it is."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from django.db import connection

from core import audit, clock, realtime
from core.clock import BLOCK
from marketplace.demo import people, phrases, posts, shifts
from marketplace.demo.cast import Cast
from marketplace.demo.school import School
from quality import services as quality
from tasks import services as tasks

SEED = 1111
WEEKS = 5
"""How long the demo world has been at work."""

Say = Callable[[str], None]


def build(*, say: Say, now: datetime) -> None:
    """Make everything, from the first trainer to the block that is running at `now`."""
    with realtime.unwatched(), _in_a_hurry():
        _build(say, now)


@contextmanager
def _in_a_hurry() -> Iterator[None]:
    """Wait for no disk between two writes, and look for garbage rarely.

    A demo world cut short is built anew, so only its end has to be on disk: the first commit after the block
    (`manage.py prepare` marks the database) waits for everything before it too.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO off")
        yield
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _build(say: Say, now: datetime) -> None:
    random = Random(SEED)  # noqa: S311  (a story, not a secret)
    cast = Cast(random)
    start = (now - timedelta(weeks=WEEKS, days=21)).replace(hour=1, minute=0, second=0, microsecond=0)
    say("people: staff and clients")
    cast.hire(start)
    cast.sign_clients(start + timedelta(days=1))
    say("courses, question bank, exams and standards")
    school = School(cast, random)
    school.open(start + timedelta(days=2))
    for n, person in enumerate(people.AGENTS, start=1):
        joined = (
            start + timedelta(days=3 + n % 5) if person.stage == "working" else now - timedelta(days=2, hours=n % 20)
        )
        say(f"agents: {n} of {len(people.AGENTS)}")
        cast.welcome(person, joined)
        school.teach(person, joined + timedelta(days=1) if person.stage == "working" else joined + timedelta(hours=12))
        shifts.settle_events()
    cast.gather_teams(start + timedelta(days=12))
    cast.remember(person.key for person in people.AGENTS)
    phrases.write(cast, start + timedelta(days=12))
    shifts.open_books(cast, start + timedelta(days=13))
    shifts.give_accounts(cast, random, start + timedelta(days=14))
    work = shifts.Work(cast, random)
    plan = past_shifts(random, now)
    for n, shift in enumerate(plan, start=1):
        say(f"work: evening {n} of {len(plan)}, {work.conversations} conversations")
        work.live_through(shift)
        over = shift.starts[-1] + BLOCK
        last = n > len(plan) - 2
        work.judge(over + timedelta(hours=12), share=0.5 if last else 0.95, leave=4 if last else 0)
        work.answer_appeals(
            over + timedelta(hours=30) if not last else over + timedelta(hours=16), leave=2 if last else 0
        )
        work.keep_the_books(min(over + timedelta(days=3, hours=2), now - timedelta(hours=5)), pay_out=n % 4 == 0)
    say("tiers")
    quality.recompute_tiers(at=now - timedelta(hours=3))
    say("work that is open now")
    _present(cast, now)
    shifts.settle_events()
    audit.write_checkpoint(at=now)


def past_shifts(random: Random, now: datetime) -> list[shifts.Shift]:
    """Two evenings a week of each programme, agents taken in turn so that the better ones work more."""
    plan = []
    working = [a for a in people.AGENTS if a.stage == "working"]
    for back in range(7 * WEEKS, 1, -3):
        brand = people.PROGRAMMES[(back // 3) % len(people.PROGRAMMES)]
        language = brand.languages[0]
        able = [a for a in working if language in a.languages]
        agents = sorted(random.sample(able, 3), key=lambda a: a.key)
        title, brief = posts.past(brand.key, random)
        starts = shifts.evening(now - timedelta(days=back), hour=12, blocks=4)
        plan.append(shifts.Shift(brand, language, starts, agents, title, brief))
    return plan


def _present(cast: Cast, now: datetime) -> None:
    """What agents and clients find today: a task that is running, some to claim, one still a draft."""
    running = clock.floor_to_block(now)
    by_key = {brand.key: brand for brand in people.PROGRAMMES}
    for post in posts.OPEN:
        brand = by_key[post.programme]
        first = running if post.begins_in_hours == 0 else running + timedelta(hours=post.begins_in_hours)
        starts = [first + n * BLOCK for n in range(post.blocks)]
        task = shifts.post(
            cast,
            brand,
            title=post.title,
            brief=post.brief,
            starts=starts,
            seats=post.seats,
            at=now - timedelta(days=2),
            language=post.language,
            requirement=post.requirement,
            publish=not post.is_draft,
        )
        if post.is_draft:
            continue
        tasks.advance_due(at=now - timedelta(days=2) + timedelta(minutes=10))
        for key in post.claimed_by:
            for block in task.blocks.order_by("starts_at")[: post.claimed_blocks]:
                tasks.claim_block(actor=cast.actor(key), at=now - timedelta(days=1), block=block, agent=cast.agent(key))
    tasks.advance_due(at=now)
