"""The client script of docs/api.md does what it says."""

import io
import runpy
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


@pytest.mark.django_db
def test_the_script_posts_and_publishes_a_task(monkeypatch, capsys):
    shop = client_with(funds=10_000_000)
    owner = fresh_actor(client_user(shop.organisation, ClientRole.OWNER))
    _key, secret = create_api_key(
        actor=owner,
        at=now(),
        organisation=shop.organisation,
        name="Script",
        scopes=[Scope.TASKS_READ, Scope.TASKS_WRITE],
    )

    def over_the_wire(request):
        answer = Client().generic(
            request.get_method(),
            urlsplit(request.full_url).path,
            request.data or b"",
            content_type=request.get_header("Content-type"),
            headers={"Authorization": request.get_header("Authorization")},
        )
        assert answer.status_code < 300, answer.content
        return io.BytesIO(answer.content)

    monkeypatch.setattr("urllib.request.urlopen", over_the_wire)
    monkeypatch.setenv("SITE", "https://tideline.example")
    monkeypatch.setenv("KEY", secret)
    monkeypatch.setenv("PROGRAMME", shop.programme.public_id)
    runpy.run_path(str(settings.BASE_DIR / "docs" / "post_task.py"))
    task = Task.objects.get()
    assert capsys.readouterr().out == f"{task.public_id} staffing\n"
    assert (task.state, task.blocks.count(), shop.funds) == (TaskState.STAFFING, 4, 10_000_000 - task.budget_minor)
