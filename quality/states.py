"""States of appeals and of items in the review queue; kinds of rules and samples."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import StateTable


class SampleTier(models.TextChoices):
    """Why a conversation is looked at by a person: the three tiers of sampling."""

    TRIGGERED = "triggered", _("Triggered")
    RISK = "risk", _("Risk-weighted")
    RANDOM = "random", _("Random")


class Trigger(models.TextChoices):
    """What sends a segment to a person for certain."""

    RATING = "rating", _("Bad rating")
    FATAL = "fatal", _("Fatal finding of smart QA")
    ABUSE = "abuse", _("Ended for abuse")
    ESCALATION = "escalation", _("Handed to an expert")


class SampleState(models.TextChoices):
    """Where a sampled conversation stands in the review queue."""

    WAITING = "waiting", _("Waiting for a reviewer")
    TAKEN = "taken", _("With a reviewer")
    REVIEWED = "reviewed", _("Reviewed")


SAMPLES = StateTable(
    SampleState,
    initial=[SampleState.WAITING],
    edges={
        SampleState.WAITING: [SampleState.TAKEN],
        SampleState.TAKEN: [SampleState.WAITING, SampleState.REVIEWED],
    },
)


class AppealState(models.TextChoices):
    """What became of a request to judge one item again."""

    OPEN = "open", _("Waiting for a second reviewer")
    UPHELD = "upheld", _("First judgement stands")
    CHANGED = "changed", _("Judgement changed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


APPEALS = StateTable(
    AppealState,
    initial=[AppealState.OPEN],
    edges={AppealState.OPEN: [AppealState.UPHELD, AppealState.CHANGED, AppealState.WITHDRAWN]},
)


class EscalationState(models.TextChoices):
    """Whether handing a conversation to an expert was justified."""

    WAITING = "waiting", _("Waiting for a reviewer")
    JUSTIFIED = "justified", _("Justified")
    UNJUSTIFIED = "unjustified", _("Not justified")
    APPEALED = "appealed", _("Waiting for a second reviewer")
    UPHELD = "upheld", _("Not justified, also in the second judgement")


ESCALATIONS = StateTable(
    EscalationState,
    initial=[EscalationState.WAITING],
    edges={
        EscalationState.WAITING: [EscalationState.JUSTIFIED, EscalationState.UNJUSTIFIED],
        EscalationState.UNJUSTIFIED: [EscalationState.APPEALED],
        EscalationState.APPEALED: [EscalationState.JUSTIFIED, EscalationState.UPHELD],
    },
)


class Rule(models.TextChoices):
    """The checks smart QA runs on every closed conversation; each is a function in `quality.logic.smart_qa`."""

    GREETING = "greeting", _("Greets at the start")
    CLOSING = "closing", _("Says goodbye at the end")
    FIRST_RESPONSE = "first_response", _("Answers the first message in time")
    REPLY_GAP = "reply_gap", _("Answers each message in time")
    FORBIDDEN_WORDS = "forbidden_words", _("Uses no forbidden words")
    UNANSWERED_QUESTION = "unanswered_question", _("Leaves no question unanswered")
    REPEATED_QUESTION = "repeated_question", _("The customer need not ask twice")
    PROMISE = "promise", _("Follows up on promises")
    SENSITIVE_DATA = "sensitive_data", _("Asks for no secrets")
    OFF_PLATFORM = "off_platform", _("Keeps contact on the platform")
    COPY_PASTE = "copy_paste", _("Writes to the person, not in set pieces")

    @property
    def missed(self) -> str:
        """What is said beside a message that broke the rule."""
        return str(_MISSED[self])


_MISSED = {
    Rule.GREETING: _("No greeting at the start"),
    Rule.CLOSING: _("No goodbye at the end"),
    Rule.FIRST_RESPONSE: _("First answer too late"),
    Rule.REPLY_GAP: _("Answer too late"),
    Rule.FORBIDDEN_WORDS: _("Forbidden words"),
    Rule.UNANSWERED_QUESTION: _("A question left unanswered"),
    Rule.REPEATED_QUESTION: _("The customer had to ask twice"),
    Rule.PROMISE: _("A promise without follow-up"),
    Rule.SENSITIVE_DATA: _("Asked for secrets"),
    Rule.OFF_PLATFORM: _("Led contact off the platform"),
    Rule.COPY_PASTE: _("Set pieces instead of own words"),
}


class UncontrollableReason(models.TextChoices):
    """Why a rating does not count against the agent."""

    POLICY = "policy", _("The client's policy")
    PRODUCT = "product", _("The product")
    STOCK = "stock", _("Stock or delivery")
    ABUSE = "abuse", _("Abuse by the customer")
    PLATFORM = "platform", _("A fault of the platform")
