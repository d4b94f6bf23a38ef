"""Pages of judging: what each role sees and may do, errors at the field, constant numbers of queries."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.actors import PLATFORM
from accounts.models import User
from accounts.states import ClientRole, StaffRole
from accounts.tests.factories import actors_of, client_user, staff_user
from core import clock
from frontend.context import NUMBERS
from live.tests.factories import NOON
from pay.logic.curves import FEWEST_SAMPLES
from quality import services
from quality.logic.scores import ItemSpec
from quality.models import Appeal, QaHit, QaResult, Rating, Review, Sample, Scorecard
from quality.selectors import quality_window
from quality.states import Rule, Trigger
from quality.tests.factories import JUDGED_AT, rated, refused_escalation, reviewed, reviewer, sampled, served

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        yield


def as_user(client, user):
    client.force_login(user)
    return client


def judged_form(sample: Sample, **changes: object) -> dict[str, object]:
    sheet = services.scorecard_for(programme=sample.programme, at=JUDGED_AT)
    form = {f"item_{item.pk}": item.max_points for item in sheet.items.all()}
    return {**form, "comment": "Well done.", **changes}


def test_reviewer_opens_an_item_judges_it_and_the_next_opens(client):
    first, second = sampled(), sampled()
    as_user(client, staff_user(StaffRole.REVIEWER))
    page = client.get(reverse("desk:review", args=[first.public_id]))
    assert page.status_code == 200
    assert first.agent.nickname not in page.content.decode()
    assert "Store review" not in page.content.decode()
    assert Sample.objects.get(pk=first.pk).state == "waiting"
    taken = client.post(reverse("desk:review_next"))
    assert taken["Location"] == reverse("desk:review", args=[first.public_id])
    assert "Store review" in client.get(taken["Location"]).content.decode()
    answer = client.post(reverse("desk:review", args=[first.public_id]), judged_form(first))
    assert answer["Location"] == reverse("desk:review", args=[second.public_id])
    assert Review.objects.get().score == 100


def test_an_item_somebody_else_took_is_shown_without_its_scorecard_and_what_was_typed_is_kept(client):
    sample = sampled()
    services.take_sample(actor=reviewer(), sample=sample, at=clock.now())
    as_user(client, staff_user(StaffRole.REVIEWER))
    address = reverse("desk:review", args=[sample.public_id])
    assert "Another reviewer is judging" in client.get(address).content.decode()
    told = client.post(reverse("desk:review_take", args=[sample.public_id]), follow=True)
    assert "Another reviewer has this conversation open" in told.content.decode()
    page = client.post(address, judged_form(sample))
    assert page.status_code == 422
    assert "Well done." in page.content.decode()


def test_review_form_keeps_what_was_typed_and_says_where_it_is_wrong(client):
    sample = sampled()
    as_user(client, staff_user(StaffRole.REVIEWER))
    form = judged_form(sample)
    name = next(n for n in form if n.startswith("item_"))
    page = client.post(reverse("desk:review", args=[sample.public_id]), {**form, name: 999})
    assert page.status_code == 422
    assert "Well done." in page.content.decode()
    assert name in page.context["form"].errors
    assert Review.objects.count() == 0


def test_points_taken_without_a_reason_come_back_with_the_place_for_it_open(client):
    sample = sampled()
    as_user(client, staff_user(StaffRole.REVIEWER))
    address = reverse("desk:review", args=[sample.public_id])
    client.post(reverse("desk:review_take", args=[sample.public_id]))
    form = judged_form(sample)
    name = next(n for n in form if n.startswith("item_"))
    items = sum(n.startswith("item_") for n in form)

    def reasons(page):
        html = page.content.decode()
        assert html.count("Why (needed below full points)") == items
        return [
            " open" in one.partition(">")[0]
            for one in html.split("<points-reason")[1:]
            for one in one.split("<details")[1:]
        ]

    assert reasons(client.get(address)) == [False] * items
    refused = client.post(address, {**form, name: 0})
    assert (refused.status_code, reasons(refused)) == (422, [True] + [False] * (items - 1))


def test_a_review_keeps_the_scorecard_it_was_begun_on(client):
    sample, other = sampled(), reviewer()
    as_user(client, staff_user(StaffRole.REVIEWER))
    address = reverse("desk:review", args=[sample.public_id])
    client.post(reverse("desk:review_take", args=[sample.public_id]))
    typed = judged_form(sample)
    first = next(name for name in typed if name.startswith("item_"))
    typed |= {first: 3, first.replace("item", "note"): "Not heard.", "scorecard": Scorecard.objects.get().public_id}
    soon, later = (clock.now() + timedelta(minutes=n) for n in (1, 40))
    services.publish_scorecard(
        actor=PLATFORM, programme=sample.programme, items=[ItemSpec("All", "全部", 100)], at=soon
    )
    again = client.get(address).content.decode()
    assert f'name="{first}"' in again
    assert f'name="scorecard" value="{typed["scorecard"]}"' in again
    wrong = client.post(address, {**typed, "scorecard": "a\0b", first: 999}).content.decode()
    assert "Not heard." in wrong
    services.release_forgotten(at=later)
    services.take_sample(actor=other, sample=sample, at=later)
    services.give_back(actor=other, sample=sample, at=later)
    assert client.post(address, typed).status_code == 302
    review = Review.objects.get()
    assert (review.scorecard.version, review.items.first().points, review.items.first().note) == (1, 3, "Not heard.")


def test_reading_a_programme_without_a_scorecard_shows_the_standard_one_and_writes_nothing(client):
    sample = sampled()
    as_user(client, client_user(sample.programme.organisation, ClientRole.OWNER))
    page = client.get(reverse("client:scorecard", args=[sample.programme.public_id])).content.decode()
    assert "standard" in page.split("<main")[1].split("<form")[0]
    assert "Keeps data safe" in page
    as_user(client, staff_user(StaffRole.REVIEWER))
    address = reverse("desk:review", args=[sample.public_id])
    assert client.get(address).status_code == 200
    assert not Scorecard.objects.exists()
    client.post(reverse("desk:review_take", args=[sample.public_id]))
    assert "Keeps data safe" in client.get(address).content.decode()
    assert Scorecard.objects.get().items.count() == 5


def test_agent_reads_a_review_appeals_an_item_and_another_reviewer_answers(client):
    review = reviewed()
    item = review.items.order_by("item__position").first()
    as_user(client, review.agent.user)
    assert "I see this differently" in client.get(reverse("agent:review", args=[review.public_id])).content.decode()
    client.post(reverse("agent:appeal", args=[item.public_id]), {"reason": "I did ask."})
    appeal = Appeal.objects.get()
    as_user(client, User.objects.get(pk=review.reviewer_id))
    assert client.get(reverse("desk:appeal", args=[appeal.public_id])).status_code == 404
    as_user(client, staff_user(StaffRole.REVIEWER))
    page = client.get(reverse("desk:appeal", args=[appeal.public_id]))
    assert page.status_code == 200
    assert "The question was not heard." not in page.content.decode()
    client.post(reverse("desk:appeal", args=[appeal.public_id]), {"points": 20, "answer": "You did ask."})
    review.refresh_from_db()
    assert review.score == 100


@pytest.mark.parametrize(
    ("after", "said"),
    [(timedelta(days=7, seconds=-1), "An item can be appealed until"), (timedelta(days=7), "The time to appeal ended")],
)
def test_a_review_says_until_when_it_can_be_appealed(client, after, said):
    review = reviewed()
    with time_machine.travel(JUDGED_AT + after, tick=False):
        page = as_user(client, review.agent.user).get(reverse("agent:review", args=[review.public_id])).content.decode()
    assert said in page
    # Of its items only the first lost points.
    assert page.count("I see this differently") == ("until" in said)


def test_what_smart_qa_found_is_said_as_what_was_missed(client):
    review = reviewed()
    result = QaResult.objects.create(
        segment=review.segment, scorecard=review.scorecard, agent=review.agent, score=90, at=JUDGED_AT
    )
    QaHit.objects.create(result=result, rule=Rule.GREETING, message_seq=1)
    page = as_user(client, review.agent.user).get(reverse("agent:review", args=[review.public_id])).content.decode()
    assert "No greeting at the start" in page
    assert str(Rule.GREETING.label) not in page
    assert len({rule.missed for rule in Rule}) == len(Rule)


@pytest.mark.parametrize(
    ("trigger", "probability", "said"),
    [(Trigger.ABUSE, "1.0000", "not counted"), (Trigger.RATING, "1.0000", "× 1<"), ("", "0.1000", "× 10<")],
)
def test_an_agent_sees_how_often_a_review_counts(client, trigger, probability, said):
    review = reviewed()
    Sample.objects.filter(pk=review.sample_id).update(trigger=trigger, probability=probability)
    page = as_user(client, review.agent.user).get(reverse("agent:quality")).content.decode()
    assert said in page
    assert quality_window(review.agent_id, at=clock.now()).n == (trigger != Trigger.ABUSE)


def test_a_number_that_does_not_count_yet_says_from_when_it_does(client, monkeypatch):
    review = reviewed()
    as_user(client, review.agent.user)
    page = client.get(reverse("agent:quality")).content.decode()
    assert f"Counts in your pay from {FEWEST_SAMPLES} reviews on; you have 1." in page
    assert f"Counts in your pay from {FEWEST_SAMPLES} ratings on; you have 0." in page
    monkeypatch.setitem(NUMBERS, "fewest_samples", 1)
    page = client.get(reverse("agent:quality")).content.decode()
    assert "reviews on; you have" not in page
    assert "Counts in your pay from 1 ratings on; you have 0." in page


def test_appeals_of_both_kinds_stand_in_one_queue_and_the_next_opens_whatever_its_kind(client):
    handed = refused_escalation(by=reviewer())
    services.appeal_escalation(actor=actors_of([handed.agent])[0], review=handed, reason="It is not.", at=JUDGED_AT)
    later = JUDGED_AT + timedelta(minutes=1)
    item = reviewed().items.order_by("item__position").first()
    mine = actors_of([item.review.agent])[0]
    appeal = services.appeal_item(actor=mine, item=item, reason="I did ask.", at=later)
    as_user(client, staff_user(StaffRole.REVIEWER))
    escalation, appealed = (
        reverse(name, args=[row.public_id]) for name, row in (("desk:escalation", handed), ("desk:appeal", appeal))
    )
    for page in (reverse("desk:appeals"), escalation, appealed):
        text = client.get(page).content.decode()
        assert -1 < text.find(f'href="{escalation}') < text.find(f'href="{appealed}'), page
    done = client.post(escalation, {"justified": "yes", "answer": "I looked."})
    assert done["Location"] == appealed
    assert client.post(appealed, {"points": 20, "answer": "You did."})["Location"] == reverse("desk:appeals")


@pytest.mark.slow
def test_what_is_sent_twice_says_why_it_was_not_taken_and_shows_both_texts_with_nothing_to_send(client):
    handed, second = refused_escalation(by=reviewer()), staff_user(StaffRole.REVIEWER)
    item = reviewed().items.order_by("item__position").first()
    mine = item.review.agent.user
    late = "This is no longer possible"
    for name, who, first, again, why in (
        (
            "agent:escalation",
            handed.agent.user,
            {"reason": "It isn’t."},
            {"reason": "Again."},
            "already with a reviewer",
        ),
        (
            "desk:escalation",
            second,
            {"justified": "yes", "answer": "Seen."},
            {"justified": "no", "answer": "Mm."},
            late,
        ),
        ("agent:appeal", mine, {"reason": "I did ask."}, {"reason": "Really."}, "already appealed"),
        ("desk:appeal", second, {"points": "20", "answer": "Right."}, {"points": "19", "answer": "Not quite."}, late),
    ):
        thing = handed if "escalation" in name else Appeal.objects.get() if "desk" in name else item
        address = reverse(name, args=[thing.public_id])
        as_user(client, who)
        assert client.post(address, first).status_code == 302
        page = client.post(address, again)
        text = page.content.decode().split("<main")[1]
        assert (page.status_code, why in text, "<form" in text) == (422, True, False), name
        assert [words for sent in (first, again) if (words := list(sent.values())[-1]) not in text] == [], name
        assert "<form" not in client.get(address).content.decode().split("<main")[1]


def test_empty_appeal_is_refused_at_the_field(client):
    review = reviewed()
    as_user(client, review.agent.user)
    page = client.post(reverse("agent:appeal", args=[review.items.first().public_id]), {"reason": "  "})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["reason"])


def test_client_marks_a_rating_and_publishes_a_scorecard(client):
    rating = rated(csat=1)
    programme = rating.programme
    as_user(client, client_user(programme.organisation, ClientRole.MANAGER))
    page = client.get(reverse("client:quality"))
    conversation = reverse("client:live_conversation", args=[rating.segment.conversation.public_id])
    assert (page.status_code, conversation in page.content.decode()) == (200, True)
    client.post(reverse("client:rating_mark", args=[rating.public_id]), {"reason": "stock"})
    assert Rating.objects.get().uncontrollable_reason == "stock"
    row = {"title_en": "All", "title_zh": "全部", "max_points": "90"}
    address = reverse("client:scorecard", args=[programme.public_id])
    rules = {form.add_prefix(n): form[n].value() for form in client.get(address).context["rules"] for n in form.fields}
    rules = {name: value for name, value in rules.items() if value is not False}
    sheet = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0, **{f"form-0-{k}": v for k, v in row.items()}, **rules}
    wrong = client.post(address, {**sheet, "rule-promise-deduction": "101"})
    page = wrong.content.decode()
    assert (wrong.status_code, "add up to 90" in page, page.count("less than or equal to 100")) == (422, True, 1)
    own = {
        "form-0-max_points": "100",
        "rule-forbidden_words-words": "Cheap\n\ncheap\n便宜货",
        "rule-reply_gap-seconds": "60",
    }
    sheet = {**sheet, **own}
    del sheet["rule-greeting-is_used"]
    client.post(address, sheet)
    published = Scorecard.objects.get()
    assert published.items.get().title_zh == "全部"
    kept = {rule.rule: rule.params for rule in published.rules.all()}
    assert kept["forbidden_words"] == {"words": ["cheap", "便宜货"]}
    assert kept["reply_gap"] == {"seconds": 60}
    assert set(Rule) - set(kept) == {Rule.GREETING}


def as_sent(page) -> dict[str, object]:
    """What a browser sends of a scorecard's page where nothing was touched."""
    forms = [page.context["formset"].management_form, *page.context["formset"], *page.context["rules"]]
    values = {form.add_prefix(name): form[name].value() for form in forms for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_a_criterion_left_out_can_be_written_again(client):
    programme = served().conversation.programme
    as_user(client, client_user(programme.organisation, ClientRole.OWNER))
    address = reverse("client:scorecard", args=[programme.public_id])
    fewer = {**as_sent(client.get(address)), "form-3-DELETE": "on", "form-4-DELETE": "on", "form-0-max_points": 50}
    assert client.post(address, fewer).status_code == 302
    page = client.get(address)
    assert 'name="form-3-title_zh"' in page.content.decode()
    back = {"form-3-title_en": "Warm", "form-3-title_zh": "热情", "form-3-max_points": 30}
    wrong = client.post(address, {**as_sent(page), **back, "form-TOTAL_FORMS": 2})
    assert (wrong.status_code, "add up to 130" in wrong.content.decode()) == (422, True)
    assert "热情" in wrong.content.decode()
    client.post(address, {**as_sent(page), **back, "form-0-max_points": 20, "form-TOTAL_FORMS": 2})
    latest = Scorecard.objects.order_by("version").last()
    assert [item.max_points for item in latest.items.all()] == [20, 30, 20, 30]


def test_other_clients_and_agents_find_nothing(client):
    review, other = reviewed(), served()
    as_user(client, other.agent.user)
    assert client.get(reverse("agent:review", args=[review.public_id])).status_code == 404
    as_user(client, client_user(other.conversation.programme.organisation, ClientRole.OWNER))
    programme = review.segment.conversation.programme
    assert client.get(reverse("client:scorecard", args=[programme.public_id])).status_code == 404


@pytest.mark.parametrize("name", ["desk:reviews", "desk:appeals"])
def test_empty_queue_says_what_will_come(client, name):
    as_user(client, staff_user(StaffRole.REVIEWER))
    page = client.get(reverse(name))
    assert page.status_code == 200
    assert "come" in page.content.decode()


@pytest.mark.slow
def test_lists_take_the_same_number_of_queries_however_long(client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    made = served()
    rated(made)
    actor = reviewer()
    reviewed(sampled(made), by=actor)
    pages = {
        "agent": (made.agent.user, reverse("agent:quality")),
        "client": (client_user(made.conversation.programme.organisation, ClientRole.OWNER), reverse("client:quality")),
        "desk": (staff_user(StaffRole.REVIEWER), reverse("desk:reviews")),
    }
    sampled()

    def counts():
        found = {}
        for area, (user, address) in pages.items():
            as_user(client, user)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found[area] = len(captured)
        return found

    before = counts()
    for _ in range(2):
        sampled()
    assert counts() == before
