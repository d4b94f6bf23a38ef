"""What the database refuses, told by each door as the error a person understands."""

import json

import pytest
from django import forms
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from core import locks, refusals
from core.api.problems import problem_response
from core.errors import Conflict
from core.models import AuditStream, EventDelivery
from core.pages import DomainErrorMiddleware, submitted

pytestmark = pytest.mark.django_db


class StreamTaken(Conflict):
    code = "core.stream_taken"
    message = "There is such a stream."


@pytest.fixture
def words(monkeypatch):
    monkeypatch.setattr(refusals, "_refusals", {"core_auditstream_name_key": StreamTaken})


def twice():
    AuditStream.objects.create(name="same")
    with transaction.atomic():
        AuditStream.objects.create(name="same")


def the_error():
    with pytest.raises(IntegrityError) as refused:
        twice()
    return refused.value


def test_a_constraint_leads_to_its_error(words):
    error = the_error()
    assert refusals.constraint_of(error) == "core_auditstream_name_key"
    assert type(refusals.refusal_of(error)) is StreamTaken


def test_a_taken_place_without_words_is_a_conflict_and_logged(monkeypatch, caplog):
    monkeypatch.setattr(refusals, "_refusals", {})
    assert refusals.refusal_of(the_error()).code == "core.taken"
    assert "core_auditstream_name_key" in caplog.text


def test_our_own_mistakes_stay_errors():
    with pytest.raises(IntegrityError) as mistake, transaction.atomic():
        EventDelivery.objects.create(event="x", payload={}, handler="x", recorded_at=None, due_at=None)
    assert refusals.refusal_of(mistake.value) is None
    assert problem_response(mistake.value, {}) is None
    middleware = DomainErrorMiddleware(lambda r: HttpResponse())
    assert middleware.process_exception(RequestFactory().get("/"), mistake.value) is None


def test_translated_leaves_the_transaction_usable(words):
    with pytest.raises(StreamTaken), refusals.translated():
        twice()
    assert AuditStream.objects.count() == 0


def test_every_door_tells_it(words):
    error = the_error()
    assert problem_response(error, {}).data["code"] == "core.stream_taken"
    request = RequestFactory().post("/", headers={"HX-Request": "true"})
    response = DomainErrorMiddleware(lambda r: HttpResponse()).process_exception(request, error)
    assert response.status_code == 409
    assert json.loads(response["HX-Trigger"])["toast"]["message"] == "There is such a stream."
    form = forms.Form({})

    def refused(values):
        raise error

    assert not submitted(RequestFactory().post("/"), form, refused)
    assert form.non_field_errors() == ["There is such a stream."]


def test_a_constraint_has_one_meaning(words):
    with pytest.raises(ValueError, match="two meanings"):
        refusals.refuse({"core_auditstream_name_key": Conflict})


def test_constraints_with_words_exist():
    """A renamed constraint would silently lose its words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind = 'i'"
            " UNION SELECT (regexp_matches(prosrc, 'CONSTRAINT = ''(\\w+)''', 'g'))[1] FROM pg_proc"
        )
        known = {name for (name,) in cursor.fetchall()}
    assert refusals.registered()
    assert refusals.registered() <= known


@pytest.mark.django_db(transaction=True)
def test_a_lock_belongs_to_a_transaction():
    with pytest.raises(RuntimeError):
        locks.hold("x", 1)
    with transaction.atomic():
        locks.hold("x", 1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
            assert cursor.fetchone() == (1,)


def page_of(error, **headers):
    return DomainErrorMiddleware(lambda r: HttpResponse()).process_exception(
        RequestFactory().get("/", **headers), error
    )


def test_what_no_column_takes_is_invalid_at_every_door():
    with pytest.raises(DataError) as refused, transaction.atomic():
        AuditStream.objects.filter(name="a\0b").exists()
    answer = problem_response(refused.value, {})
    assert (answer.status_code, answer.data["code"]) == (422, "core.invalid")
    assert page_of(refused.value, HTTP_HX_REQUEST="true").status_code == 422


def test_a_database_that_is_away_is_told_on_a_page_that_asks_nothing(django_assert_num_queries, caplog):
    with django_assert_num_queries(0):
        page = page_of(OperationalError("no such server"))
        toast = page_of(OperationalError("no such server"), HTTP_HX_REQUEST="true")
    assert (page.status_code, page["Retry-After"], toast.status_code) == (503, "5", 503)
    assert "Nothing you saved was lost" in page.content.decode()
    assert json.loads(toast["HX-Trigger"])["toast"]["kind"] == "error"
    assert "the database did not answer" in caplog.text
