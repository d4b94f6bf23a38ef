"""A client's conversations as they happen: who waits, who is served, what was said."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.errors import NotFound
from frontend.cursors import cursor_page
from frontend.organisation import current_organisation
from frontend.requests import PageRequest
from live import selectors
from live.filters import ConversationPageFilter
from quality.selectors import judged_segments, ratings_of_conversations

PAGE_SIZE = 25


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET the conversations of the chosen organisation, newest first, and how many wait at this moment."""
    actor, organisation = request.actor, current_organisation(request)
    rows = selectors.conversations_for(actor).filter(programme__organisation=organisation)
    found = ConversationPageFilter(request.GET, rows, request=request)
    page = cursor_page(selectors.with_last_agent(found.qs), request.GET.get("cursor", ""), size=PAGE_SIZE)
    ratings = ratings_of_conversations(actor, [row.pk for row in page.object_list])
    context: dict[str, Any] = {
        "organisation": organisation,
        "floor": selectors.floor_now(actor, organisation_id=organisation.pk),
        "form": found.form,
        "is_filtered": bool(found.form.is_bound and any(found.form.data.get(name) for name in found.form.fields)),
        "page": page,
        "rows": [(row, ratings.get(row.pk)) for row in page.object_list],
        "topic": selectors.floor_topic(organisation.public_id),
    }
    return render(request, "client/live/index.html", context)


@require_GET
def show(request: PageRequest, public_id: str) -> HttpResponse:
    """GET one conversation to read: masked text, its parts, and how they were judged."""
    conversation = selectors.conversation_by_public_id(public_id, actor=request.actor)
    if not request.actor.is_client(conversation.programme.organisation_id):  # theirs to see in another area, not here
        raise NotFound
    transcript = selectors.transcript(request.actor, conversation)
    judged = judged_segments(request.actor, transcript)
    context = {
        "transcript": transcript,
        "conversation": transcript.conversation,
        "segments": [(segment, judged[segment.public_id]) for segment in transcript.segments],
        "topic": selectors.transcript_topic(conversation.pk),
    }
    return render(request, "client/live/show.html", context)
