"""What the live floor refuses, and with which words."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid, NotAllowed


class StaleEpoch(Conflict):
    code = "live.stale_epoch"
    message = _("This conversation has changed hands; what you wrote was not sent.")


class ConversationEnded(Conflict):
    code = "live.conversation_ended"
    message = _("This conversation has ended.")


class NotActive(Conflict):
    code = "live.not_active"
    message = _("This conversation is not being served now.")


class ClientMessageIdUsed(Conflict):
    code = "live.client_msg_id_used"
    message = _("This message id was already used for another text.")


class AlreadyOpen(Conflict):
    """`detail.conversation` names the open one."""

    code = "live.already_open"
    message = _("A conversation is already open.")


class OfferGone(Conflict):
    code = "live.offer_gone"
    message = _("This offer is no longer open.")


class TooManyPhrases(Conflict):
    """`detail.limit` says how many there may be."""

    code = "live.too_many_phrases"
    message = _("There is no room for another phrase. Archive one first.")


class PhraseArchived(Conflict):
    code = "live.phrase_archived"
    message = _("This phrase has been archived in the meantime.")


class TooManyFiles(Conflict):
    """`detail.retry_after_seconds` says how long to wait."""

    code = "live.too_many_files"
    message = _("That is a lot of files for now. Please wait a while before the next one.")


class TokenInvalid(NotAllowed):
    code = "live.token_invalid"
    message = _("This chat session is not valid.")


class TokenExpired(TokenInvalid):
    code = "live.token_expired"
    message = _("This chat session has expired.")


class OriginRefused(NotAllowed):
    code = "live.origin_refused"
    message = _("This site may not embed this chat.")


class TooManyConnections(NotAllowed):
    code = "live.too_many_connections"
    message = _("You have too many windows open. Close one and try again.")


class MalformedFrame(Invalid):
    code = "live.malformed_frame"
    message = _("This could not be read.")


class UnknownType(Invalid):
    code = "live.unknown_type"
    message = _("Nothing here answers to this.")


class FrameTooLarge(Invalid):
    code = "live.frame_too_large"
    message = _("This is too large to be sent at once.")


class HelloFirst(Conflict):
    code = "live.hello_first"
    message = _("The connection has not been opened yet.")


class TooManyFrames(Conflict):
    """`detail.retry_after_seconds` says how long to wait."""

    code = "live.too_many_frames"
    message = _("That was too fast. Please wait a moment.")
