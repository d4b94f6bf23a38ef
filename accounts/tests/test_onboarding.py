"""An agent's way in: profile, identity, consent, equipment, and when the platform opens."""

import io
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.storage import default_storage

from accounts import selectors, services
from accounts.errors import IdentityDecidedAlready, IdentityLocked, RoleNeeded, SecondFactorNeeded, UndoTooLate
from accounts.models import Consent, IdentityCheck
from accounts.services.identity import UNDO_SECONDS
from accounts.states import AgreementKind, DocumentKind, IdentityState, StaffRole
from accounts.tests.conftest import picture
from accounts.tests.factories import AgentFactory, NewAgentFactory, agent_actor, legal_text, staff_actor
from core.errors import Invalid, NotFound
from core.events import deliver_due
from core.models import AuditEntry, EventDelivery, Transition

pytestmark = pytest.mark.django_db


def new_agent():
    agent = NewAgentFactory()
    IdentityCheck.objects.create(agent=agent)
    return agent


def complete_profile(agent, at, **changes):
    values = {"nickname": "Xiao Lin", "languages": ["en", "zh-hans"], "region": "Zhejiang", "availability": {}}
    services.complete_profile(actor=agent_actor(agent), agent=agent, at=at, **{**values, **changes})


def upload(agent, side, at, data=None):
    return services.upload_identity_document(
        actor=agent_actor(agent), agent=agent, side=side, file=io.BytesIO(data or picture()), at=at
    )


def submit(agent, at):
    for side in DocumentKind.ID_CARD.sides:
        upload(agent, side, at)
    return services.submit_identity(
        actor=agent_actor(agent), agent=agent, legal_name="林小", document_kind="id_card", at=at
    )


def consent(agent, kind, at):
    return services.consent(actor=agent_actor(agent), user=agent.user, text=legal_text(kind), ip="203.0.113.7", at=at)


def states(agent):
    agent.refresh_from_db()
    return {s.key: str(s.state) for s in selectors.onboarding_checklist(agent, actor=agent_actor(agent))[:4]}


def test_the_whole_way_in(at):
    agent = new_agent()
    assert states(agent) == {"profile": "todo", "identity": "todo", "agreements": "todo", "equipment": "todo"}
    complete_profile(agent, at)
    check = submit(agent, at)
    consent(agent, AgreementKind.AGREEMENT, at)
    consent(agent, AgreementKind.NDA, at)
    assert states(agent) == {"profile": "done", "identity": "waiting", "agreements": "done", "equipment": "todo"}
    assert agent.onboarded_at is None
    certifier = staff_actor(StaffRole.CERTIFIER)
    services.decide_identity(actor=certifier, check=check, approve=True, at=at + timedelta(hours=1))
    agent.refresh_from_db()
    assert agent.onboarded_at == at + timedelta(hours=1)
    assert agent_actor(agent).is_onboarded
    services.record_equipment_check(
        actor=agent_actor(agent), agent=agent, browser="Chromium 140", round_trip_ms=40, microphone=False, at=at
    )
    assert set(states(agent).values()) == {"done"}
    entry = AuditEntry.objects.get(action="accounts.decide_identity")
    assert (entry.subject, entry.actor, entry.data) == (check.public_id, certifier.audit_name, {"approve": True})
    assert list(Transition.objects.order_by("pk").values_list("from_state", "to_state", "actor_id")) == [
        ("draft", "submitted", agent.user_id),
        ("submitted", "approved", certifier.user_id),
    ]


@pytest.mark.parametrize("last", ["profile", "identity", "agreement"])
def test_the_platform_opens_with_the_last_of_the_three(at, last):
    agent = new_agent()
    certifier = staff_actor(StaffRole.CERTIFIER)
    later = at + timedelta(days=1)
    steps = {
        "profile": lambda when: complete_profile(agent, when),
        "identity": lambda when: services.decide_identity(
            actor=certifier, check=submit(agent, when), approve=True, at=when
        ),
        "agreement": lambda when: consent(agent, AgreementKind.AGREEMENT, when),
    }
    consent(agent, AgreementKind.NDA, at)
    for name, step in steps.items():
        if name != last:
            step(at)
    agent.refresh_from_db()
    assert agent.onboarded_at is None
    steps[last](later)
    agent.refresh_from_db()
    assert agent.onboarded_at == later


def test_a_withdrawn_approval_closes_the_platform(at):
    agent = AgentFactory()
    check = agent.identity_check
    services.withdraw_identity(
        actor=staff_actor(StaffRole.CERTIFIER), check=check, reason="The card was reported stolen.", at=at
    )
    agent.refresh_from_db()
    assert agent.onboarded_at is None
    step = selectors.onboarding_checklist(agent, actor=agent_actor(agent))[1]
    assert (step.state, step.note) == ("refused", "The card was reported stolen.")


def test_a_refusal_needs_a_reason_and_can_be_put_right(at, django_capture_on_commit_callbacks):
    agent = new_agent()
    check = submit(agent, at)
    certifier = staff_actor(StaffRole.CERTIFIER)
    with pytest.raises(Invalid) as caught:
        services.decide_identity(actor=certifier, check=check, approve=False, reason="  ", at=at)
    assert list(caught.value.fields) == ["reason"]
    services.decide_identity(actor=certifier, check=check, approve=False, reason="The back is blurred.", at=at)
    assert states(agent)["identity"] == "refused"
    deliver_due(at=EventDelivery.objects.get().due_at)
    assert [m.to for m in mail.outbox] == [[agent.user.email]]
    assert "The back is blurred." in mail.outbox[0].body
    again = submit(agent, at)
    assert (again.state, again.reason, again.decided_by_id) == (IdentityState.SUBMITTED, "", None)


def test_a_decision_is_made_once(at):
    check = submit(new_agent(), at)
    services.decide_identity(actor=staff_actor(StaffRole.CERTIFIER), check=check, approve=True, at=at)
    with pytest.raises(IdentityDecidedAlready):
        services.decide_identity(
            actor=staff_actor(StaffRole.CERTIFIER), check=check, approve=False, reason="No.", at=at
        )
    assert IdentityCheck.objects.get().state == IdentityState.APPROVED


def test_a_decision_can_be_taken_back_for_ten_seconds_by_who_made_it(at):
    agent = new_agent()
    complete_profile(agent, at)
    consent(agent, AgreementKind.AGREEMENT, at)
    consent(agent, AgreementKind.NDA, at)
    check = submit(agent, at)
    certifier = staff_actor(StaffRole.CERTIFIER)
    services.decide_identity(actor=certifier, check=check, approve=True, at=at)
    with pytest.raises(UndoTooLate):
        services.undo_identity_decision(actor=staff_actor(StaffRole.CERTIFIER), check=check, at=at)
    with pytest.raises(UndoTooLate):
        services.undo_identity_decision(actor=certifier, check=check, at=at + timedelta(seconds=UNDO_SECONDS + 1))
    services.undo_identity_decision(actor=certifier, check=check, at=at + timedelta(seconds=UNDO_SECONDS))
    agent.refresh_from_db()
    assert agent.onboarded_at is None
    assert states(agent)["identity"] == "waiting"
    deliver_due(at=EventDelivery.objects.first().due_at)
    assert mail.outbox == []  # the mail about a decision taken back is not sent


def test_who_may_decide(at):
    agent = new_agent()
    check = submit(agent, at)
    with pytest.raises(RoleNeeded):
        services.decide_identity(actor=staff_actor(StaffRole.OPERATOR), check=check, approve=True, at=at)
    with pytest.raises(SecondFactorNeeded):
        services.decide_identity(actor=staff_actor(StaffRole.CERTIFIER, mfa=False), check=check, approve=True, at=at)
    from accounts.models import StaffAssignment
    from accounts.tests.factories import fresh_actor, give_second_factor

    StaffAssignment.objects.create(user=agent.user, role=StaffRole.CERTIFIER)
    give_second_factor(agent.user)
    with pytest.raises(RoleNeeded):
        services.decide_identity(actor=fresh_actor(agent.user), check=check, approve=True, at=at)
    assert IdentityCheck.objects.get().state == IdentityState.SUBMITTED


def test_a_new_picture_replaces_the_old_one_and_its_file(at, django_capture_on_commit_callbacks):
    agent = new_agent()
    old = upload(agent, "front", at)
    with django_capture_on_commit_callbacks(execute=True):
        new = upload(agent, "front", at, picture("PNG"))
    assert [d.pk for d in agent.identity_check.documents.all()] == [new.pk]
    assert default_storage.exists(new.file.name)
    assert not default_storage.exists(old.file.name)
    assert new.media_type == "image/png"
    assert "front" not in new.file.name


def test_pictures_are_locked_while_a_certifier_has_them(at):
    agent = new_agent()
    submit(agent, at)
    with pytest.raises(IdentityLocked):
        upload(agent, "front", at)
    with pytest.raises(IdentityLocked):
        services.submit_identity(actor=agent_actor(agent), agent=agent, legal_name="x", document_kind="passport", at=at)


def test_what_is_missing_is_named(at):
    agent = new_agent()
    upload(agent, "front", at)
    with pytest.raises(Invalid) as caught:
        services.submit_identity(actor=agent_actor(agent), agent=agent, legal_name=" ", document_kind="id_card", at=at)
    assert {k: str(v[0]) for k, v in caught.value.fields.items()} == {
        "legal_name": "Write your name as it stands on the document.",
        "documents": "Still missing: Back, Photo of you.",
    }
    upload(agent, "selfie", at)
    services.submit_identity(actor=agent_actor(agent), agent=agent, legal_name="Lin", document_kind="passport", at=at)


def test_another_agent_is_a_stranger(at):
    agent, other = new_agent(), agent_actor(new_agent())
    document = upload(agent, "front", at)
    for call in (
        lambda: services.upload_identity_document(
            actor=other, agent=agent, side="front", file=io.BytesIO(picture()), at=at
        ),
        lambda: services.submit_identity(actor=other, agent=agent, legal_name="x", document_kind="passport", at=at),
        lambda: services.complete_profile(
            actor=other, agent=agent, nickname="xx", languages=["en"], region="Anhui", availability={}, at=at
        ),
        lambda: services.consent(actor=other, user=agent.user, text=legal_text(AgreementKind.NDA), ip=None, at=at),
        lambda: selectors.document_by_public_id(document.public_id, actor=other),
        lambda: selectors.onboarding_checklist(agent, actor=other),
        lambda: selectors.agent_by_public_id(agent.public_id, actor=other),
        lambda: selectors.identity_check_for(actor=other, public_id=agent.identity_check.public_id),
    ):
        with pytest.raises(NotFound):
            call()
    assert not Consent.objects.exists()


def test_staff_who_open_a_picture_leave_a_trace(at):
    agent = new_agent()
    document = upload(agent, "front", at)
    certifier = staff_actor(StaffRole.CERTIFIER)
    services.note_document_opened(actor=certifier, document=document, at=at)
    services.note_document_opened(actor=agent_actor(agent), document=document, at=at)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject) == (
        "accounts.open_identity_document",
        certifier.audit_name,
        document.public_id,
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nickname": " x "}, "nickname"),
        ({"nickname": "x" * 41}, "nickname"),
        ({"languages": []}, "languages"),
        ({"languages": ["tlh"]}, "languages"),
        ({"region": "Atlantis"}, "region"),
        ({"availability": {"someday": []}}, "availability"),
        ({"availability": {"mon": [["19:00", "19:00"]]}}, "availability"),
        ({"availability": {"mon": [["19:00", "25:00"]]}}, "availability"),
        ({"availability": {"mon": "19:00"}}, "availability"),
        ({"availability": {"mon": [[1, 2]]}}, "availability"),
    ],
)
def test_a_bad_profile_is_refused_at_the_field(at, changes, field):
    agent = new_agent()
    with pytest.raises(Invalid) as caught:
        complete_profile(agent, at, **changes)
    assert list(caught.value.fields) == [field]
    agent.refresh_from_db()
    assert agent.profile_completed_at is None


def test_a_profile_is_kept_in_order(at):
    agent = new_agent()
    complete_profile(agent, at, availability={"tue": [["20:00", "24:00"], ["08:00", "09:30"]], "mon": []})
    agent.refresh_from_db()
    assert agent.languages == ["zh-hans", "en"]
    assert agent.availability == {"tue": [["08:00", "09:30"], ["20:00", "24:00"]]}


@pytest.mark.parametrize("milliseconds", [-1, 1501, 10**9])
def test_equipment_too_slow_or_impossible_is_refused(at, milliseconds):
    agent = new_agent()
    with pytest.raises(Invalid):
        services.record_equipment_check(
            actor=agent_actor(agent), agent=agent, browser="x", round_trip_ms=milliseconds, microphone=True, at=at
        )
    agent.refresh_from_db()
    assert agent.equipment_checked_at is None


def test_apps_above_add_steps(at, monkeypatch):
    from accounts.selectors import onboarding

    monkeypatch.setattr(onboarding, "_contributors", [])

    def course(agent, actor):
        return [onboarding.Step("course", "Foundation course", "So that you can start.", onboarding.StepState.LOCKED)]

    onboarding.register_steps(50, course)
    onboarding.register_steps(50, course)
    agent = new_agent()
    keys = [s.key for s in selectors.onboarding_checklist(agent, actor=agent_actor(agent))]
    assert keys == ["profile", "identity", "agreements", "equipment", "course"]


def test_the_queue_shows_longest_waiting_first(at):
    second, first = new_agent(), new_agent()
    submit(second, at + timedelta(hours=1))
    submit(first, at)
    new_agent()
    queue = selectors.identity_queue(actor=staff_actor(StaffRole.CERTIFIER))
    assert [c.agent for c in queue] == [first, second]
    with pytest.raises(RoleNeeded):
        selectors.identity_queue(actor=agent_actor(first))
