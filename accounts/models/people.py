"""A person and the platform roles they hold."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.states import StaffRole, Theme
from core.ids import PublicIdField


class UserManager(BaseUserManager["User"]):
    """Makes people by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who logs in; what they may do follows from their roles, memberships and agent profile.

    Django's own permissions, groups and superusers are not there: docs/decisions/0206.
    """

    public_id = PublicIdField(prefix="usr")
    email = models.EmailField(_("e-mail"), unique=True)
    display_name = models.CharField(pgettext_lazy("person", "name"), max_length=80, blank=True)
    language = models.CharField(
        _("language"), max_length=8, choices=[("zh-hans", "中文"), ("en", "English")], default="en"
    )
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    theme = models.CharField(_("appearance"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True)
    """When the person asked to be forgotten and name, address and pictures were replaced."""

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.display_name or self.email.partition("@")[0]


class StaffAssignment(models.Model):
    """One platform role held by one person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="staff_assignments")
    role = models.CharField(max_length=12, choices=StaffRole.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="staff_role_once"),
            models.CheckConstraint(condition=models.Q(role__in=StaffRole.values), name="staff_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"
