"""Forms of accounts, shared by pages; they check shape, services check sense."""

from accounts.forms.agent import AgreementForm, DocumentForm, EquipmentForm, IdentityForm, ProfileForm
from accounts.forms.client import ApiKeyForm, GuideForm, InviteForm, OrganisationForm, ProgrammeForm, RoleForm
from accounts.forms.desk import (
    LegalTextForm,
    NewOrganisationForm,
    PeopleFilterForm,
    ReasonForm,
    StaffRoleForm,
    TeamForm,
)
from accounts.forms.person import EraseForm, PersonalSettingsForm, StartForm

__all__ = [
    "AgreementForm",
    "ApiKeyForm",
    "DocumentForm",
    "EquipmentForm",
    "EraseForm",
    "GuideForm",
    "IdentityForm",
    "InviteForm",
    "LegalTextForm",
    "NewOrganisationForm",
    "OrganisationForm",
    "PeopleFilterForm",
    "PersonalSettingsForm",
    "ProfileForm",
    "ProgrammeForm",
    "ReasonForm",
    "RoleForm",
    "StaffRoleForm",
    "StartForm",
    "TeamForm",
]
