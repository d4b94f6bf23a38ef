"""What follows from events of this and lower apps: sockets wake up, and capacity that came or went is acted on.

A wake-up says only that there is something to read; whoever wakes reads the database.
"""

from accounts.actors import PLATFORM
from accounts.events import AgentSuspended, IdentityDecided, PersonErased
from certification.events import CertificateRevoked
from core.events import after, on, publish
from core.realtime import group_name, nudge, send_after_commit
from live import selectors, services
from live.events import AgentDeskChanged, ConversationChanged, ConversationQueued, MarksMoved, MessageStored, QueueMoved
from live.states import EndedHow
from tasks.events import AgentCheckedIn, AgentCheckedOut, ClaimReleased


@on(PersonErased)
def forget_agent(event: PersonErased) -> None:
    """The name goes out of what the platform said in conversations; phrases of their own go."""
    if event.agent_id is not None:
        services.erase_agent(actor=PLATFORM, agent_id=event.agent_id)


@on(MessageStored)
def wake_for_message(event: MessageStored) -> None:
    """Both sides read what they have not yet sent."""
    group = group_name("conversation", event.conversation_id)
    send_after_commit(group, {"type": "live.wake", "conversation": event.conversation_id, "seq": event.seq})


@on(MessageStored)
def nudge_readers(event: MessageStored) -> None:
    """Pages that show the conversation fetch it again; they join what comes within a second."""
    nudge(selectors.transcript_topic(event.conversation_id), version=event.seq)


@on(ConversationChanged)
def wake_for_change(event: ConversationChanged) -> None:
    """Both sides look at state, owner and marks again."""
    group = group_name("conversation", event.conversation_id)
    send_after_commit(group, {"type": "live.wake", "conversation": event.conversation_id, "seq": 0})


@on(ConversationChanged)
def nudge_client(event: ConversationChanged) -> None:
    """Pages of the client that show its conversations fetch themselves again."""
    nudge(selectors.floor_topic(selectors.client_of(event.conversation_id)))
    nudge(selectors.transcript_topic(event.conversation_id))


@on(MarksMoved)
def wake_for_marks(event: MarksMoved) -> None:
    """Both sides see how far the other has come."""
    group = group_name("conversation", event.conversation_id)
    send_after_commit(group, {"type": "live.marks", "conversation": event.conversation_id})


@on(AgentDeskChanged)
def wake_desk(event: AgentDeskChanged) -> None:
    """All of the agent's windows look at their offers, conversations and presence again."""
    send_after_commit(group_name("desk", event.agent_id), {"type": "live.desk"})


@on(QueueMoved)
def wake_line(event: QueueMoved) -> None:
    """Everybody who waits for the programme looks at their position again."""
    send_after_commit(group_name("line", event.programme_id), {"type": "live.line"})


@on(ConversationQueued)
def wake_for_queue(event: ConversationQueued) -> None:
    """The customer sees that they wait."""
    publish(ConversationChanged(event.conversation_id, event.at))


@on(AgentCheckedIn)
def give_work(event: AgentCheckedIn) -> None:
    """An agent at work is capacity: the line of the programme is drained after commit."""
    services.drain_programme(programme_id=event.programme_id, at=event.at)
    publish(AgentDeskChanged(event.agent_id, event.at))


@on(AgentCheckedOut)
def stop_offering(event: AgentCheckedOut) -> None:
    """What was offered goes on to others; what the agent is serving stays with them."""
    services.withdraw_offers(agent_id=event.agent_id, at=event.at)
    publish(AgentDeskChanged(event.agent_id, event.at))


@on(ClaimReleased)
def forget_released(event: ClaimReleased) -> None:
    """A block given back brings no more offers; the desk shows one claim less."""
    services.withdraw_offers(agent_id=event.agent_id, at=event.at)
    publish(AgentDeskChanged(event.agent_id, event.at))


@after(CertificateRevoked)
def pass_offers_on(event: CertificateRevoked) -> None:
    """What was offered on the strength of the certificate goes on to others."""
    services.withdraw_ineligible(agent_id=event.agent_id, at=event.at)


@on(IdentityDecided)
def take_work_from_the_refused(event: IdentityDecided) -> None:
    """An approval withdrawn closes the platform to the agent as a suspension does."""
    if not event.approved:
        _take_work_away(event)


@on(AgentSuspended)
def take_work_from_the_suspended(event: AgentSuspended) -> None:
    """Who is suspended serves nobody."""
    _take_work_away(event)


def _take_work_away(event: AgentSuspended | IdentityDecided) -> None:
    """What the agent was serving waits again with its history; `accounts` asks their sockets to look and close."""
    services.withdraw_offers(agent_id=event.agent_id, at=event.at)
    services.take_from_agent(agent_id=event.agent_id, how=EndedHow.WITHDRAWN, at=event.at)
