"""One error, told rightly at each door: API, page, htmx, socket, job."""

import json
from types import SimpleNamespace

import pytest
from django import forms
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.utils import translation
from rest_framework import exceptions

from core.api.problems import problem_response
from core.background import job
from core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, Unavailable
from core.pages import DomainErrorMiddleware, add_errors
from core.sockets import error_frame

KINDS = [(Invalid, 422), (NotAllowed, 403), (NotFound, 404), (Conflict, 409), (Unavailable, 503)]


class BlockFull(Conflict):
    code = "tasks.block_full"
    message = "Block is full."


BAD_FIELD = Invalid(fields={"seats": "At least one.", "starts_at": ["Too late.", "Not a time."]})


def answer(error):
    response = problem_response(error, {"request": SimpleNamespace()})
    return response.status_code, response.data


@pytest.mark.parametrize(("kind", "status"), KINDS)
def test_the_api_answers_each_kind_with_its_status(kind, status):
    code, body = answer(kind())
    assert (code, body["status"], body["code"]) == (status, status, kind.code)
    assert body["title"] == str(kind.message)


def test_the_api_answers_with_a_problem_document():
    error = BlockFull(detail={"waiting": 2})
    response = problem_response(error, {})
    assert response.content_type == "application/problem+json"
    assert response.data == {
        "type": "about:blank",
        "status": 409,
        "code": "tasks.block_full",
        "title": "Block is full.",
        "detail": {"waiting": 2},
    }


def test_the_api_names_each_field():
    _code, body = answer(BAD_FIELD)
    assert body["errors"] == {"seats": ["At least one."], "starts_at": ["Too late.", "Not a time."]}
    _code, body = answer(exceptions.ValidationError({"seats": ["No number."]}))
    assert body["errors"] == {"seats": ["No number."]}
    assert body["code"] == "core.invalid"


def test_the_api_answers_the_framework_s_errors_in_the_same_form():
    assert answer(Http404())[0] == 404
    status, body = answer(exceptions.NotAuthenticated())
    assert (status, body["code"]) == (401, "core.not_authenticated")
    response = problem_response(exceptions.Throttled(wait=12.4), {})
    assert (response.status_code, response["Retry-After"]) == (429, "13")
    assert problem_response(ZeroDivisionError(), {}) is None


class SeatsForm(forms.Form):
    seats = forms.IntegerField(required=False)


def test_a_form_shows_each_message_at_its_field_or_at_the_top():
    form = SeatsForm({"seats": "3"})
    form.is_valid()
    add_errors(form, BAD_FIELD)
    assert form.errors["seats"] == ["At least one."]
    assert form.non_field_errors() == ["Too late.", "Not a time."]
    form = SeatsForm({})
    form.is_valid()
    add_errors(form, BlockFull())
    assert form.non_field_errors() == ["Block is full."]


def test_htmx_gets_a_toast():
    request = RequestFactory().post("/", headers={"HX-Request": "true"})
    response = DomainErrorMiddleware(lambda r: HttpResponse()).process_exception(request, BlockFull())
    assert response.status_code == 409
    assert json.loads(response["HX-Trigger"]) == {"toast": {"kind": "error", "message": "Block is full."}}
    assert response["HX-Reswap"] == "none"


def test_other_errors_are_left_to_django():
    middleware = DomainErrorMiddleware(lambda r: HttpResponse())
    assert middleware.process_exception(RequestFactory().get("/"), ZeroDivisionError()) is None


def test_a_socket_is_told_by_a_frame():
    frame = error_frame(BlockFull(detail={"waiting": 2}), ref="c1")
    assert frame == {
        "type": "error",
        "code": "tasks.block_full",
        "message": "Block is full.",
        "detail": {"waiting": 2},
        "ref": "c1",
    }
    assert error_frame(BAD_FIELD)["fields"] == {"seats": ["At least one."], "starts_at": ["Too late.", "Not a time."]}
    assert json.dumps(error_frame(Invalid())) is not None


def test_messages_are_in_the_reader_s_language():
    error = NotFound()
    with translation.override("zh-hans"):
        assert "无权查看" in str(error.message)
    with translation.override("en"):
        assert str(error.message).startswith("There is nothing here")
        assert str(error) == f"core.not_found: {error.message}"


def test_code_and_message_can_be_said_where_it_is_raised():
    error = DomainError("Not now.", code="x.not_now")
    assert (error.code, error.message) == ("x.not_now", "Not now.")
    assert DomainError.code == "core.error"


@pytest.mark.parametrize(("error", "tries"), [(Unavailable(), 6), (Conflict(), 1), (ZeroDivisionError(), 1)])
def test_a_job_tries_again_only_what_may_work_later(error, tries):
    calls = []

    @job(f"core.try_{type(error).__name__.lower()}", limit_seconds=30)
    def work():
        calls.append(1)
        raise error

    assert (work.soft_time_limit, work.time_limit) == (30, 45)
    assert isinstance(work.apply(throw=False).result, type(error))
    assert len(calls) == tries
