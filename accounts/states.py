"""Roles, the choices people make about themselves, and the states of an identity check."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.states import StateTable


class StaffRole(models.TextChoices):
    """What somebody who works for the platform may do."""

    TRAINER = "trainer", _("Trainer")
    CERTIFIER = "certifier", _("Certifier")
    REVIEWER = "reviewer", _("Reviewer")
    FINANCE = "finance", _("Finance")
    OPERATOR = "operator", _("Operator")
    AUDITOR = "auditor", _("Auditor")


class ClientRole(models.TextChoices):
    """What a member of a client organisation may do there."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    SUPERVISOR = "supervisor", _("Supervisor")
    ANALYST = "analyst", _("Analyst")


class TeamRole(models.TextChoices):
    """Places in a team of agents."""

    LEAD = "lead", _("Team lead")
    MEMBER = "member", _("Member")


class Scope(models.TextChoices):
    """What an API key may be used for."""

    TASKS_READ = "tasks:read", _("Read tasks")
    TASKS_WRITE = "tasks:write", _("Post and change tasks")
    CONVERSATIONS_READ = "conversations:read", _("Read conversations")
    MONEY_READ = "money:read", _("Read spending")


class IdentityState(models.TextChoices):
    """Where an agent's identity check stands."""

    DRAFT = "draft", _("Not sent yet")
    SUBMITTED = "submitted", _("Waiting for a certifier")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


IDENTITY = StateTable(
    IdentityState,
    initial=[IdentityState.DRAFT],
    edges={
        IdentityState.DRAFT: [IdentityState.SUBMITTED],
        IdentityState.SUBMITTED: [IdentityState.APPROVED, IdentityState.REJECTED],
        IdentityState.APPROVED: [IdentityState.REJECTED, IdentityState.SUBMITTED],
        IdentityState.REJECTED: [IdentityState.SUBMITTED],
    },
)
"""A rejected check may be sent again; an approved one may be withdrawn with a reason. A decision may
be taken back for a few seconds by who made it, which puts the check back in the queue."""


class AgreementKind(models.TextChoices):
    """Texts an agent consents to."""

    AGREEMENT = "agreement", _("Platform agreement")
    NDA = "nda", _("Confidentiality agreement")
    CLIENT_NDA = "client_nda", _("Client confidentiality agreement")


class Purpose(models.TextChoices):
    """What somebody comes to the platform for."""

    WORK = "work", _("I want to work as an agent")
    POST = "post", _("I want to post work for my business")
    INVITED = "invited", _("I was invited by a business")


class DocumentKind(models.TextChoices):
    """What an agent proves their identity with."""

    ID_CARD = "id_card", _("Identity card")
    PASSPORT = "passport", _("Passport")
    RESIDENCE_PERMIT = "residence_permit", _("Residence permit")

    @property
    def sides(self) -> tuple["DocumentSide", ...]:
        """The pictures that are needed."""
        if self is DocumentKind.PASSPORT:
            return (DocumentSide.FRONT, DocumentSide.SELFIE)
        return (DocumentSide.FRONT, DocumentSide.BACK, DocumentSide.SELFIE)


class DocumentSide(models.TextChoices):
    """Which picture of an identity check."""

    FRONT = "front", _("Front")
    BACK = "back", _("Back")
    SELFIE = "selfie", _("Photo of you")


class Theme(models.TextChoices):
    """Which colours a person wants."""

    SYSTEM = "system", _("Like my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class ServiceLanguage(models.TextChoices):
    """Languages customers are served in; values are what programmes, agents and conversations carry."""

    ZH_HANS = "zh-hans", _("Chinese (Mandarin)")
    YUE = "yue", _("Cantonese")
    EN = "en", _("English")
    JA = "ja", _("Japanese")
    KO = "ko", _("Korean")
    ES = "es", _("Spanish")
    FR = "fr", _("French")
    DE = "de", _("German")
    PT = "pt", _("Portuguese")
    RU = "ru", _("Russian")
    AR = "ar", _("Arabic")
    TH = "th", _("Thai")
    VI = "vi", _("Vietnamese")
    ID = "id", _("Indonesian")


class Industry(models.TextChoices):
    """What a client or a programme is in."""

    RETAIL = "retail", _("Retail")
    FASHION = "fashion", _("Fashion")
    ELECTRONICS = "electronics", _("Electronics")
    FOOD = "food", _("Food and meals")
    TRAVEL = "travel", _("Travel")
    FINANCE = "finance", pgettext_lazy("industry", "Finance")
    EDUCATION = "education", _("Education")
    HEALTH = "health", _("Health")
    LOGISTICS = "logistics", _("Logistics")
    SOFTWARE = "software", _("Software and games")
    OTHER = "other", _("Something else")


class Currency(models.TextChoices):
    """Currencies clients are billed and agents are paid in."""

    CNY = "CNY", _("Chinese yuan")
    USD = "USD", _("US dollar")
    EUR = "EUR", _("Euro")
    HKD = "HKD", _("Hong Kong dollar")
    JPY = "JPY", _("Japanese yen")


class Region(models.TextChoices):
    """Where an agent lives: the province-level regions of China, and elsewhere."""

    ANHUI = "Anhui", _("Anhui")
    BEIJING = "Beijing", _("Beijing")
    CHONGQING = "Chongqing", _("Chongqing")
    FUJIAN = "Fujian", _("Fujian")
    GANSU = "Gansu", _("Gansu")
    GUANGDONG = "Guangdong", _("Guangdong")
    GUANGXI = "Guangxi", _("Guangxi")
    GUIZHOU = "Guizhou", _("Guizhou")
    HAINAN = "Hainan", _("Hainan")
    HEBEI = "Hebei", _("Hebei")
    HEILONGJIANG = "Heilongjiang", _("Heilongjiang")
    HENAN = "Henan", _("Henan")
    HONG_KONG = "Hong Kong", _("Hong Kong")
    HUBEI = "Hubei", _("Hubei")
    HUNAN = "Hunan", _("Hunan")
    INNER_MONGOLIA = "Inner Mongolia", _("Inner Mongolia")
    JIANGSU = "Jiangsu", _("Jiangsu")
    JIANGXI = "Jiangxi", _("Jiangxi")
    JILIN = "Jilin", _("Jilin")
    LIAONING = "Liaoning", _("Liaoning")
    MACAO = "Macao", _("Macao")
    NINGXIA = "Ningxia", _("Ningxia")
    QINGHAI = "Qinghai", _("Qinghai")
    SHAANXI = "Shaanxi", _("Shaanxi")
    SHANDONG = "Shandong", _("Shandong")
    SHANGHAI = "Shanghai", _("Shanghai")
    SHANXI = "Shanxi", _("Shanxi")
    SICHUAN = "Sichuan", _("Sichuan")
    TAIWAN = "Taiwan", _("Taiwan")
    TIANJIN = "Tianjin", _("Tianjin")
    TIBET = "Tibet", _("Tibet")
    XINJIANG = "Xinjiang", _("Xinjiang")
    YUNNAN = "Yunnan", _("Yunnan")
    ZHEJIANG = "Zhejiang", _("Zhejiang")
    ELSEWHERE = "Elsewhere", _("Outside China")
