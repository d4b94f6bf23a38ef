"""Whatever is posted to a page: never a 500, a reason where it is refused, nothing changed, and what was typed is kept.

Starts from what the matrix of roles sends to every page and damages it field by field. The bodies of the API, the
frames of sockets and the files of uploads have tests of their own beside this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from html import unescape
from typing import Any
from urllib.parse import urlencode
from zlib import crc32

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from marketplace.tests.matrix import addresses, operations
from marketplace.tests.matrix.notation import Address
from marketplace.tests.matrix.roles import PEOPLE
from marketplace.tests.matrix.scene import Scene, wrapped
from marketplace.tests.test_matrix import scene  # noqa: F401

pytestmark = pytest.mark.slow

Sent = dict[str, Any]
LONG = "x" * 20_000
MALFORMED = [
    "a\0b",
    b"\xed\xa0\x80\xff",  # half a surrogate pair, and no UTF-8 at all
    "not-an-id",
    "-1",
    "9" * 40,
    "NaN",
    "0001-01-01T00:00",
    "9999-12-31",
]
PUBLIC_ID = re.compile(r"([a-z]{3})_[0-9a-hjkmnp-tv-z]{26}")
KINDRED = re.compile(r"^(price_|rule-|item_|score_)[^-]+")
"""Fields that are one field many times over: one of each kind is damaged."""
TWINS = {
    "agent:phrase": "agent:phrases",
    "client:phrase": "client:phrases",
    "client:programme_new": "client:programme",
    "desk:exam_new": "desk:exam_edit",
    "desk:question_new": "desk:question",
    "desk:scenario_new": "desk:scenario",
    "desk:standard_new": "desk:standard",
}
"""A form that stands at two addresses is damaged field by field at one, and as a whole at the other."""
FOREIGN: dict[tuple[str, str], Callable[[Any], str]] = {
    ("client:choose_organisation", "organisation"): lambda world: world.elsewhere.organisation.public_id,
    ("client:task_new", "programme"): lambda world: world.elsewhere.public_id,
    ("agent:lesson_answer", "run"): lambda world: world.dialogue_run.public_id,
    ("agent:lesson_choose", "run"): lambda world: world.quiz_run.public_id,
}

NOTED = {"core_auditentry", "core_auditstream"}
"""That somebody stored the same again is noted, and changes nothing."""
AGAIN = {
    "agent:calendar_feed": "a new address, and the one before is over",
    "agent:onboarding_upload": "the picture takes the place of the one before",
    "agent:payout_account": "the account takes the place of the one before",
    "client:keys": "one may have several keys, and revokes those one does not need",
    "client:rate_card_new": "the next version, which says the same",
    "client:scorecard": "the next version, which says the same",
    "client:task_new": "one may have several drafts, and nothing comes of a draft by itself",
    "desk:course_pictures": "one may have several pictures, and nobody sees one that stands in no text",
    "desk:exam_edit": "its sections are written anew, the same",
    "desk:question_new": "one may have several questions, and retires those one does not need",
    "desk:standard": "the next version, which says the same",
}
"""What changes something when it is sent again, and why it may."""

PAGES = [
    pytest.param(name, address, id=name)
    for name, address in sorted(addresses.TABLE.items())
    if "POST" in address.verbs and name not in operations.TABLE and not name.startswith("widget-")
]


@pytest.mark.parametrize(("name", "address"), PAGES)
def test_damaged_forms_are_refused_with_a_reason(scene: Scene, name: str, address: Address) -> None:  # noqa: F811
    verb, role, url, wrong = address.verbs["POST"], role_of(address), scene.url(name, address), []
    for what, field, sent, must_refuse in damaged(scene, name, address):
        response, body, changed = post(scene, url, role, sent)
        complaints, typed = [], unescape(body)
        if response.status_code >= 500:
            complaints.append("broke")
        elif is_refused(response):
            complaints += [f"refused, but changed {changed}"] * bool(changed)
            complaints += ["refused without a word"] * (not says_why(response, body))
            if response.status_code == 422:
                complaints += [f"lost {other}" for other in texts(sent) if other != field and sent[other] not in typed]
        elif must_refuse:
            complaints.append("taken")
        elif verb.changes_for(role) and not changed:
            complaints.append("nothing happened, and nobody says why")
        wrong += [f"{field} {what}: {complaint} ({response.status_code})" for complaint in complaints]
    assert not wrong, "\n".join([f"POST {name} by {role}", *wrong])


@pytest.mark.parametrize(("name", "address"), PAGES)
def test_forms_sent_twice_or_without_their_token(scene: Scene, name: str, address: Address) -> None:  # noqa: F811
    role, url, sent = role_of(address), scene.url(name, address), scene.sent(address.verbs["POST"])
    scene.clients["forged"] = Client(enforce_csrf_checks=True, raise_request_exception=False)
    scene.clients["forged"].cookies = deepcopy(scene.cookies[role])
    scene.cookies["forged"] = deepcopy(scene.cookies[role])
    forged, body, changed = post(scene, url, "forged", sent)
    assert (forged.status_code, changed) == (403, [])
    assert "This form has expired" in body
    watch = scene.watch
    with wrapped():
        first = scene.clients[role].post(url, rewound(sent))
        scene.watch = watch.from_now_on()
        again, body, changed = post(scene, url, role, rewound(sent))
        transaction.set_rollback(True)
    scene.watch = watch
    assert not is_refused(first) or address.verbs["POST"].outcome(role) != "may"
    assert again.status_code < 500
    assert bool(set(changed) - NOTED) == (name in AGAIN), f"changed {changed} again"
    is_same = again.status_code == first.status_code and not is_refused(again)
    assert is_same or says_why(again, body), f"{first.status_code}, then {again.status_code} without a word"


def role_of(address: Address) -> str:
    """Somebody who may, else somebody who is told why not."""
    outcomes = {address.verbs["POST"].outcome(role): role for role in reversed(PEOPLE)}
    return outcomes.get("may") or outcomes["told"]


def damaged(scene: Scene, name: str, address: Address) -> Iterator[tuple[str, str, Sent, bool]]:  # noqa: F811
    """How, which field, what is sent, and whether it has to be refused."""

    def sent() -> Sent:
        return scene.sent(address.verbs["POST"])

    if name in TWINS:
        yield "empty", "", {}, True
        yield "oversized", "", {field: _in_place_of(value, LONG) for field, value in sent().items()}, True
        return
    for field, value in {KINDRED.sub(r"\1", field): (field, value) for field, value in sent().items()}.values():
        yield "missing", field, {k: v for k, v in sent().items() if k != field}, False
        ids = PUBLIC_ID.fullmatch(str(value[0] if isinstance(value, list) else value))
        bad = [("oversized", LONG), _malformed(name, field)]
        bad += [("of nothing", f"{ids[1]}_{'0' * 26}")] if ids else []
        bad += [("of somebody else", FOREIGN[name, field](scene.world))] if (name, field) in FOREIGN else []
        for what, text in bad:
            yield what, field, {**sent(), field: _in_place_of(value, text)}, what.startswith("of ")


def _malformed(name: str, field: str) -> tuple[str, Any]:
    """One of them for each field, the same in every run."""
    text = MALFORMED[crc32(f"{name} {field}".encode()) % len(MALFORMED)]
    return f"as {text!r}", text


def _in_place_of(value: Any, text: Any) -> Any:
    if hasattr(value, "read"):
        return SimpleUploadedFile(value.name, text if isinstance(text, bytes) else text.encode(), value.content_type)
    return [text] if isinstance(value, list) else text


CHINESE = {
    "agent:phrases": "text",
    "client:task_new": "title",
    "client:settings": "name",
    "client:deposit_new": "amount",
    "desk:teams": "name",
    "desk:transfers": "amount",
    "desk:exam_edit": "slug",
    "public:settings": "display_name",
}


@pytest.mark.parametrize(("name", "field"), CHINESE.items(), ids=CHINESE)
def test_errors_of_a_chinese_page_are_in_chinese(scene: Scene, name: str, field: str) -> None:  # noqa: F811
    address = addresses.TABLE[name]
    role = role_of(address)
    for text in ("", LONG):
        scene.clients[role].cookies["django_language"] = "zh-hans"
        sent = {**scene.sent(address.verbs["POST"]), field: text}
        _response, body, changed = post(scene, scene.url(name, address), role, sent)
        errors = re.findall(r'id="[^"]*_error"[^>]*>(.*?)</div>', body, re.DOTALL)
        words = [word for error in errors for word in re.findall(r"<span>(.*?)</span>", error)]
        assert words
        assert all(re.search("[\u4e00-\u9fff]", word) for word in words), words
        assert changed == []


def rewound(sent: Sent) -> Sent:
    """What is sent once more, its files from their beginning."""
    for value in sent.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return sent


def texts(sent: Sent) -> list[str]:
    """The fields that hold what a person typed."""
    return [name for name, value in sent.items() if isinstance(value, str) and len(value) > 2]


def post(scene: Scene, url: str, role: str, sent: Sent) -> tuple[Any, str, list[str]]:  # noqa: F811
    """Send as a browser does; bytes that are no text go as they are."""
    if any(hasattr(value, "read") for value in sent.values()):
        return scene.send(url, "POST", role, sent)
    form = "application/x-www-form-urlencoded"
    return scene.send(url, "POST", role, urlencode(sent, doseq=True), content_type=form)


def is_refused(response: Any) -> bool:
    """Whether the answer is a no."""
    return response.status_code >= 400 or bool(_errors(response))


def says_why(response: Any, body: str) -> bool:
    """Whether a refusal carries its reason: at a field, above the form, in a toast, with a code, or as a page."""
    pages = [template.name or "" for template in response.templates]
    return bool(
        _errors(response)
        or "toast" in response.get("HX-Trigger", "")
        or re.search(r'role="alert"(?! hidden)|id="[^"]*_error"|"code": ?"[a-z]+[.]', body)
        or any(name.startswith("errors/") for name in pages)
    )


def _errors(response: Any) -> list[str]:
    if not hasattr(response.wsgi_request, "_messages"):
        return []
    return [str(message) for message in get_messages(response.wsgi_request) if message.level_tag == "error"]
