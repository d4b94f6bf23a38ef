"""The client script of docs/api.md does what it says."""

import io
import runpy
import sys
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from accounts.services import create_api_key
from accounts.states import ClientRole, Scope
from accounts.tests.factories import client_user, fresh_actor
from core.clock import now
from tasks.models import Task
from tasks.states import TaskState
from tasks.tests.scenes import client_with


@pytest.fixture
def run(db, monkeypatch):
    """Runs the script with a key of these scopes for a programme, by default its own."""
    shop = client_with(funds=10_000_000)

    def over_the_wire(request):
        answer = Client().generic(
            request.get_method(),
            urlsplit(request.full_url).path,
            request.data or b"",
            content_type=request.get_header("Content-type"),
            headers={"Authorization": request.get_header("Authorization")},
        )
        if answer.status_code >= 400:
            raise HTTPError(request.full_url, answer.status_code, "", answer.headers, io.BytesIO(answer.content))
        return io.BytesIO(answer.content)

    def run_script(*scopes, programme=shop.programme.public_id):
        owner = fresh_actor(client_user(shop.organisation, ClientRole.OWNER))
        made = create_api_key(actor=owner, at=now(), organisation=shop.organisation, name="Script", scopes=scopes)
        monkeypatch.setattr("urllib.request.urlopen", over_the_wire)
        monkeypatch.setenv("SITE", "https://tideline.example")
        monkeypatch.setenv("KEY", made[1])
        monkeypatch.setenv("PROGRAMME", programme)
        monkeypatch.setattr("sys.excepthook", sys.excepthook)  # the script has one of its own
        runpy.run_path(str(settings.BASE_DIR / "docs" / "post_task.py"))
        return shop

    return run_script


def test_the_script_posts_and_publishes_a_task(run, capsys):
    shop = run(Scope.TASKS_WRITE)
    task = Task.objects.get()
    assert capsys.readouterr().out == f"{task.public_id} staffing\n"
    assert (task.state, task.blocks.count(), shop.funds) == (TaskState.STAFFING, 4, 10_000_000 - task.budget_minor)


@pytest.mark.parametrize(
    ("scope", "asked", "said"),
    [
        (Scope.TASKS_READ, {}, r'"title":"This API key does not have the scope for this."'),
        (Scope.TASKS_WRITE, {"programme": ""}, r'"errors":{"programme":["This field may not be blank."]}'),
    ],
)
def test_the_script_says_what_is_refused(run, capsys, scope, asked, said):
    with pytest.raises(HTTPError) as refused:
        run(scope, **asked)
    sys.excepthook(refused.type, refused.value, refused.tb)
    assert said in capsys.readouterr().out
