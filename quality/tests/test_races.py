"""Many hands on one programme's criteria."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.tests.factories import ProgrammeFactory
from live.tests.factories import AT
from quality import services
from quality.models import Scorecard

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
THREADS = 8


def test_the_first_judgements_of_a_programme_share_one_scorecard():
    programme, barrier = ProgrammeFactory(), Barrier(THREADS)

    def judge(_n: int) -> int:
        barrier.wait()
        try:
            return services.scorecard_for(programme=programme, at=AT).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        found = set(pool.map(judge, range(THREADS)))

    assert found == {Scorecard.objects.get().pk}
