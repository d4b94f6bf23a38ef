"""Every read of people, organisations and programmes that another app or a page needs."""

from accounts.selectors.agents import agent_by_public_id, onboarded_agents, team_by_public_id, teams_for
from accounts.selectors.data_rights import own_data, register_export
from accounts.selectors.identity import document_by_public_id, identity_check_for, identity_queue
from accounts.selectors.legal import (
    client_ndas_signed,
    consent_versions,
    current_texts,
    legal_text_by_public_id,
    published_texts,
    texts_to_sign,
)
from accounts.selectors.onboarding import Step, StepState, onboarding_checklist, register_steps
from accounts.selectors.organisations import (
    all_organisations,
    api_keys_of,
    invitation_for_token,
    invitations_for_me,
    invitations_of,
    members_of,
    organisation_by_public_id,
    organisation_name_for,
    organisation_names_for,
    organisations_for,
    programme_by_public_id,
    programmes_for,
    verified_key,
)
from accounts.selectors.people import people, person_by_public_id
from accounts.selectors.work import WorkProfile, own_agent, work_profiles

__all__ = [
    "Step",
    "StepState",
    "WorkProfile",
    "agent_by_public_id",
    "all_organisations",
    "api_keys_of",
    "client_ndas_signed",
    "consent_versions",
    "current_texts",
    "document_by_public_id",
    "identity_check_for",
    "identity_queue",
    "invitation_for_token",
    "invitations_for_me",
    "invitations_of",
    "legal_text_by_public_id",
    "members_of",
    "onboarded_agents",
    "onboarding_checklist",
    "organisation_by_public_id",
    "organisation_name_for",
    "organisation_names_for",
    "organisations_for",
    "own_agent",
    "own_data",
    "people",
    "person_by_public_id",
    "programme_by_public_id",
    "programmes_for",
    "published_texts",
    "register_export",
    "register_steps",
    "team_by_public_id",
    "teams_for",
    "texts_to_sign",
    "verified_key",
    "work_profiles",
]
