"""Files in conversations: who may upload, send and fetch them, and what the database refuses."""

import hashlib
import json
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse

from accounts.states import ClientRole, StaffRole
from accounts.tests.factories import client_actor, client_user, staff_actor, staff_user
from core.errors import Invalid, NotFound
from live import selectors, services
from live.errors import ClientMessageIdUsed, ConversationEnded, NotActive, TooManyFiles
from live.logic.rules import RULES
from live.models import Attachment, Message
from live.policies import address_of_file, token_for
from live.selectors import feed
from live.services import attachments as service_module
from live.tests.factories import AT, active, customer_actor, floor, later, start
from live.tests.files import PDF, picture, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def talk():
    made = floor(agents=2)
    row = active(made)
    row.owner = next(actor for actor in made.actors if actor.agent_id == row.agent_id)
    row.other = next(actor for actor in made.actors if actor.agent_id != row.agent_id)
    row.customer_actor = customer_actor(row.customer)
    return row


def send(actor, talk, attachment, *, text="", client_msg_id="message-0001", epoch=None):
    return services.send_message(
        actor=actor,
        conversation=talk,
        client_msg_id=client_msg_id,
        text=text,
        attachment=attachment.public_id,
        epoch=epoch,
        at=AT,
    )


def fetched(file, actor):
    """Name, kind and content as served."""
    served = selectors.open_attachment(file.public_id, actor=actor)
    with served.content as content:
        return served.name, served.media_type, content.read()


def test_a_file_travels_with_its_message_to_both_sides(talk):
    file = upload(talk.customer_actor, talk, name="broken leg.png")
    stored = send(talk.customer_actor, talk, file)
    assert stored.body == ""
    for actor in (talk.customer_actor, talk.owner):
        [message] = feed.messages_for([feed.want(actor, talk.pk, stored.seq - 1)])[0]
        assert message.attachment == feed.FeedFile.of(file)
        assert (message.attachment.name, message.attachment.is_picture) == ("broken leg.png", True)
        assert hashlib.sha256(fetched(file, actor)[2]).hexdigest() == file.sha256


def test_sending_again_is_the_same_message_and_another_file_is_not(talk):
    first, second = upload(talk.owner, talk), upload(talk.owner, talk)
    stored = send(talk.owner, talk, first, text="Look", epoch=talk.epoch)
    again = send(talk.owner, talk, first, text="Look", epoch=talk.epoch)
    assert (again.seq, again.is_new) == (stored.seq, False)
    with pytest.raises(ClientMessageIdUsed):
        send(talk.owner, talk, second, text="Look", epoch=talk.epoch)
    with pytest.raises(Invalid) as refused:
        send(talk.owner, talk, first, client_msg_id="message-0002", epoch=talk.epoch)
    assert set(refused.value.fields) == {"attachment"}


def test_nobody_sends_somebody_elses_file(talk):
    theirs = upload(talk.customer_actor, talk)
    elsewhere = start(talk.programme)
    foreign = upload(customer_actor(elsewhere.customer), elsewhere)
    for file in (theirs, foreign):
        with pytest.raises(Invalid):
            send(talk.owner, talk, file, epoch=talk.epoch)
    with pytest.raises(Invalid):
        send(talk.customer_actor, talk, foreign)
    assert not Message.objects.filter(attachment__isnull=False).exists()


def test_the_database_refuses_a_foreign_file_a_second_message_for_one_and_an_empty_message(talk):
    foreign = upload(talk.owner, talk)
    file = upload(talk.customer_actor, talk)

    def store(**values):
        talk.refresh_from_db()
        talk.last_seq += 1
        talk.save(update_fields=["last_seq"])
        common = {"epoch": talk.epoch, "author": "customer", "body": "", "at": AT, "seq": talk.last_seq}
        Message.objects.create(conversation=talk, **common, **values)

    with pytest.raises(IntegrityError, match="not for the customer to send"), transaction.atomic():
        store(client_msg_id="a", attachment=foreign)
    store(client_msg_id="b", attachment=file)
    with pytest.raises(IntegrityError, match="message_attachment_once"), transaction.atomic():
        store(client_msg_id="c", attachment=file)
    with pytest.raises(IntegrityError, match="message_says_something"), transaction.atomic():
        store(client_msg_id="d")
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Attachment.objects.filter(pk=file.pk).update(name="other.png")


def test_only_who_may_write_uploads(talk):
    with pytest.raises(NotFound):
        upload(talk.other, talk)
    stranger = start(talk.programme).customer
    with pytest.raises(NotFound):
        upload(customer_actor(stranger), talk)
    services.begin_wrap_up(actor=talk.owner, conversation=talk, epoch=talk.epoch, at=later(minutes=1))
    with pytest.raises(ConversationEnded):
        upload(talk.customer_actor, talk)
    with pytest.raises(NotActive):
        upload(talk.owner, talk)


def test_who_may_fetch_a_file(talk):
    unsent = upload(talk.customer_actor, talk)
    with pytest.raises(NotFound):
        selectors.open_attachment(unsent.public_id, actor=talk.owner)
    file = upload(talk.customer_actor, talk, name="Wang Wei.png")
    send(talk.customer_actor, talk, file)
    organisation = talk.programme.organisation
    for actor, name in (
        (client_actor(organisation, ClientRole.SUPERVISOR), "Wang Wei.png"),
        (staff_actor(StaffRole.OPERATOR), "Wang Wei.png"),
        (staff_actor(StaffRole.REVIEWER), "file.png"),
    ):
        assert fetched(file, actor)[0] == name
    strangers = [talk.other, client_actor(floor().programme.organisation, ClientRole.OWNER)]
    strangers += [staff_actor(StaffRole.TRAINER), customer_actor(start(talk.programme).customer)]
    for actor in strangers:
        with pytest.raises(NotFound):
            selectors.open_attachment(file.public_id, actor=actor)


def test_a_former_owner_has_no_file_sent_later(talk):
    before = upload(talk.customer_actor, talk)
    send(talk.customer_actor, talk, before)
    services.take_from_agent(agent_id=talk.owner.agent_id, how="dropped", at=later(minutes=1))
    after = upload(talk.customer_actor, talk)
    send(talk.customer_actor, talk, after, client_msg_id="message-0002")
    fetched(before, talk.owner)
    with pytest.raises(NotFound):
        selectors.open_attachment(after.public_id, actor=talk.owner)


def test_so_many_files_an_hour(talk, monkeypatch):
    monkeypatch.setattr(service_module, "RULES", replace(RULES, files_in_window=2))
    upload(talk.customer_actor, talk)
    upload(talk.customer_actor, talk, at=later(minutes=10))
    with pytest.raises(TooManyFiles) as refused:
        upload(talk.customer_actor, talk, at=later(minutes=30))
    assert refused.value.detail == {"retry_after_seconds": 1800}
    upload(talk.owner, talk, at=later(minutes=30))
    upload(talk.customer_actor, talk, at=later(minutes=61))


def test_what_was_never_sent_is_swept_away_with_its_files(talk, settings):
    unsent = upload(talk.customer_actor, talk)
    sent = upload(talk.customer_actor, talk)
    send(talk.customer_actor, talk, sent)
    young = upload(talk.customer_actor, talk, at=later(hours=2))
    late = AT + timedelta(seconds=RULES.unsent_file_seconds, minutes=1)
    assert services.sweep_attachments(at=late) == 1
    assert set(Attachment.objects.all()) == {sent, young}
    kept = {path.name for path in settings.MEDIA_ROOT.rglob("att_*")}
    assert not any(name.startswith(unsent.public_id) for name in kept)
    assert len(kept) == 4
    with pytest.raises(Invalid):
        send(talk.customer_actor, talk, unsent, client_msg_id="message-0002")


def test_files_that_no_row_names_are_swept_away_after_a_day(talk, settings):
    """A process was killed between writing a file and its row, or between deleting a row and its files."""
    held = upload(talk.customer_actor, talk)
    folder = (settings.MEDIA_ROOT / held.file.name).parent
    last_month = settings.MEDIA_ROOT / f"live/{AT.replace(day=1) - timedelta(days=1):%Y/%m}"
    last_month.mkdir(parents=True)
    lost = [folder / "att_01lost.png", folder / "att_01lost.small.jpg", last_month / "att_01older.pdf"]
    young = folder / "att_01young.png"
    for path in [*lost, young]:
        path.write_bytes(b"x")
    for path in [*lost, *folder.glob(f"{held.public_id}*")]:
        os.utime(path, ((AT - timedelta(hours=25)).timestamp(),) * 2)
    os.utime(young, ((AT - timedelta(hours=23)).timestamp(),) * 2)
    assert services.sweep_lost_files(at=AT) == 3
    assert {path.name.split(".")[0] for path in settings.MEDIA_ROOT.rglob("att_*")} == {held.public_id, "att_01young"}
    assert services.sweep_lost_files(at=AT) == 0


def test_a_transcript_names_the_file_and_reviewers_learn_no_name(talk):
    file = upload(talk.customer_actor, talk, PDF, name="Wang Wei.pdf")
    send(talk.customer_actor, talk, file, text="My invoice")
    read = selectors.transcript(talk.owner, talk).messages[-1]
    assert (read.text, read.attachment.name, read.attachment.is_picture) == ("My invoice", "Wang Wei.pdf", False)
    assert selectors.transcript(staff_actor(StaffRole.REVIEWER), talk).messages[-1].attachment.name == "file.pdf"


def test_an_offer_previews_a_file_by_its_name():
    made = floor()
    waiting = start(made.programme)
    file = upload(customer_actor(waiting.customer), waiting, name="leg.png")
    send(customer_actor(waiting.customer), waiting, file)
    services.assign_waiting(programme_id=made.programme.pk, at=AT)
    assert [view.preview for view in feed.open_offers(made.agents[0].pk)] == ["leg.png"]


# -- By HTTP -------------------------------------------------------------------------------------

SHOP = {"HTTP_ORIGIN": "http://shop.example"}


def posted(client, talk, data=None, **more):
    talk.programme.allowed_origins = ["http://shop.example"]
    talk.programme.save()
    form = {"token": token_for(talk.customer), "conversation": talk.public_id, **more}
    form["file"] = SimpleUploadedFile("leg.png", picture() if data is None else data)
    return client.post(reverse("widget-attachments"), form, **SHOP)


def test_the_widget_uploads_and_fetches_by_the_address_it_was_given(client, talk):
    response = posted(client, talk)
    assert response.status_code == 201
    assert response["Access-Control-Allow-Origin"] == "http://shop.example"
    body = response.json()
    path = body["small_url"].replace("http://testserver", "").removeprefix("http://localhost:8000")
    fetched = client.get(path[path.index("/widget/") :])
    assert fetched.status_code == 200
    assert fetched["Content-Type"] == "image/jpeg"
    assert fetched["Content-Disposition"] == 'inline; filename="leg.png"'
    assert fetched["X-Content-Type-Options"] == "nosniff"
    assert fetched["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_key_opens_one_file_for_one_customer(client, talk):
    mine = upload(talk.customer_actor, talk)
    other = upload(talk.customer_actor, talk)
    address = address_of_file(mine.public_id, talk.customer_actor)
    path = address[address.index("/widget/") :]
    assert client.get(path).status_code == 200
    assert client.get(path.replace(mine.public_id, other.public_id)).status_code == 403
    stranger = start(talk.programme).customer
    theirs = address_of_file(mine.public_id, customer_actor(stranger))
    assert client.get(theirs[theirs.index("/widget/") :]).status_code == 404


def test_what_is_not_a_picture_is_downloaded(client, talk):
    file = upload(talk.owner, talk, b"A note", name="note.html")
    send(talk.owner, talk, file, epoch=talk.epoch)
    client.force_login(client_user(talk.programme.organisation, ClientRole.SUPERVISOR))
    fetched = client.get(reverse("api-attachment", args=[file.public_id]))
    assert fetched["Content-Disposition"] == 'attachment; filename="note.txt"'
    assert fetched["Content-Type"] == "text/plain; charset=utf-8"
    assert fetched.content == b"A note"
    client.force_login(staff_user(StaffRole.TRAINER))
    assert client.get(reverse("api-attachment", args=[file.public_id])).status_code == 404


@pytest.mark.parametrize(
    ("data", "more", "status", "code"),
    [
        (b"MZ\x00\x01", {}, 422, "live.bad_file"),
        (None, {"token": "wrong"}, 403, "live.token_invalid"),
        (None, {"conversation": "cnv_00000000000000000000000000"}, 404, "core.not_found"),
        (None, {"conversation": ""}, 422, "core.invalid"),
    ],
)
def test_bad_uploads_are_answered_with_a_code(client, talk, data, more, status, code):
    response = posted(client, talk, data, **more)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert Attachment.objects.count() == 0


def test_an_upload_from_another_page_or_over_the_limit_is_refused(client, talk, settings):
    settings.ATTACHMENT_MAX_BYTES = 1000
    response = posted(client, talk, b"x" * 1001)
    said = response.json()["errors"]["file"]
    assert (response.status_code, said) == (422, ["The file is larger than 1000\xa0bytes."])
    talk.programme.allowed_origins = []
    talk.programme.save()
    form = {"token": token_for(talk.customer), "conversation": talk.public_id}
    form["file"] = SimpleUploadedFile("leg.png", picture())
    assert client.post(reverse("widget-attachments"), form, **SHOP).json()["code"] == "live.origin_refused"


def test_an_agent_uploads_by_session(client, talk):
    agent = talk.agent
    client.force_login(agent.user)
    address = reverse("api-conversation-attachments", args=[talk.public_id])
    response = client.post(address, {"file": SimpleUploadedFile("../../leg.png", picture())})
    assert response.status_code == 201, json.dumps(response.json())
    assert response.json()["name"] == "leg.png"
    assert client.get(response.json()["url"]).status_code == 200
    assert client.post(address, {}).status_code == 422


def test_closed_conversations_keep_their_files(talk):
    file = upload(talk.owner, talk)
    send(talk.owner, talk, file, epoch=talk.epoch)
    services.close_conversation(
        actor=talk.owner, conversation=talk, epoch=talk.epoch, wrap_up_code="resolved", at=later(minutes=1)
    )
    assert fetched(file, talk.owner)[1] == "image/png"
