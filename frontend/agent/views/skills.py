"""The wallet: skill scores with the evidence behind them, tier, certificates."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from certification import selectors
from certification.logic import skills as formula
from certification.states import CertificateState, SkillInput
from core.clock import now
from frontend.requests import PageRequest


@require_GET
def index(request: PageRequest) -> HttpResponse:
    """GET every skill with what it is made of, the tier, and the certificates with their links."""
    actor, agent, at = request.actor, request.user.agent, now()
    certificates = [
        {
            "row": row,
            "state": selectors.state_at(row, at),
            "link": settings.BASE_URL + reverse("public:verify", args=[row.public_id]),
        }
        for row in selectors.certificates_for(actor, own=True)
    ]
    context = {
        "skills": [_skill(view) for view in selectors.skill_wallet(actor, agent)],
        "tier": selectors.tier_of(agent.pk),
        "tier_history": list(selectors.tier_history(actor, agent)[:10]),
        "certificates": certificates,
        "weights": {str(name): weight for name, weight in formula.WEIGHTS.items()},
        "held": sum(c["state"] == CertificateState.VALID for c in certificates),
    }
    return render(request, "agent/skills/index.html", context)


def _skill(view: selectors.SkillView) -> dict[str, Any]:
    """A skill with its chart: steps of the score over time, zero-based."""
    points = [[time, score] for time, score in view.points]
    option = {
        "xAxis": {"type": "time"},
        "yAxis": {"type": "value", "min": 0, "max": 100},
        "series": [{"type": "line", "step": "end", "data": points, "name": _("Score"), "symbolSize": 6}],
    }
    parts = [{"label": SkillInput(name).label, **part} for name, part in view.skill.inputs.items()]
    return {"view": view, "option": option, "parts": parts}


@require_GET
def download(request: PageRequest, public_id: str) -> HttpResponse:
    """GET a certificate as a signed Open Badges 3.0 credential."""
    token = selectors.credential_jwt(request.actor, public_id)
    response = HttpResponse(token, content_type="application/vc+jwt")
    response["Content-Disposition"] = f'attachment; filename="{public_id}.jwt"'
    return response
