"""Every write of people, organisations, programmes, identity and consent."""

from accounts.services.agents import (
    complete_profile,
    hold_standing,
    record_equipment_check,
    reinstate_agent,
    sign_up_agent,
    suspend_agent,
)
from accounts.services.data_rights import erase_person
from accounts.services.identity import (
    decide_identity,
    note_document_opened,
    submit_identity,
    undo_identity_decision,
    upload_identity_document,
    withdraw_identity,
)
from accounts.services.invitations import accept_invitation, invitation_token, invite_member, revoke_invitation
from accounts.services.keys import create_api_key, note_api_key_use, revoke_api_key
from accounts.services.legal import consent, publish_legal_text
from accounts.services.members import change_member_role, remove_member
from accounts.services.opening import open_organisation
from accounts.services.organisations import (
    create_organisation,
    create_programme,
    update_organisation,
    update_programme,
    write_guide,
)
from accounts.services.people import (
    assign_staff_role,
    register_person,
    update_personal_settings,
    withdraw_staff_role,
)
from accounts.services.start import start_as
from accounts.services.teams import create_team, join_team, leave_team

__all__ = [
    "accept_invitation",
    "assign_staff_role",
    "change_member_role",
    "complete_profile",
    "consent",
    "create_api_key",
    "create_organisation",
    "create_programme",
    "create_team",
    "decide_identity",
    "erase_person",
    "hold_standing",
    "invitation_token",
    "invite_member",
    "join_team",
    "leave_team",
    "note_api_key_use",
    "note_document_opened",
    "open_organisation",
    "publish_legal_text",
    "record_equipment_check",
    "register_person",
    "reinstate_agent",
    "remove_member",
    "revoke_api_key",
    "revoke_invitation",
    "sign_up_agent",
    "start_as",
    "submit_identity",
    "suspend_agent",
    "undo_identity_decision",
    "update_organisation",
    "update_personal_settings",
    "update_programme",
    "upload_identity_document",
    "withdraw_identity",
    "withdraw_staff_role",
    "write_guide",
]
