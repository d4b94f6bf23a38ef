"""What is taught: a course, its versions, and the levels and lessons of each version."""

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import PublicIdField, new_public_id
from training.logic.path import DEFAULT_PASS_PERCENT
from training.states import LANGUAGES, VERSION, Industry, LessonKind, VersionState


def new_lineage() -> str:
    """Names a lesson through all versions of its course."""
    return new_public_id("lin")


class Course(models.Model):
    """A course in one language; the same `slug` in another language is the same course translated."""

    public_id = PublicIdField(prefix="crs")
    slug = models.SlugField(_("short name"), max_length=60)
    industry = models.CharField(_("industry"), max_length=20, choices=Industry.choices, default=Industry.GENERAL)
    language = models.CharField(_("language"), max_length=8, choices=LANGUAGES)
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("summary"), max_length=500)
    revision = models.PositiveIntegerField(default=1)
    """Grows with each change of the fields above."""
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug", "language"], name="course_slug_once"),
            models.CheckConstraint(condition=models.Q(industry__in=Industry.values), name="course_industry_known"),
        ]

    def __str__(self) -> str:
        return self.title


class CourseVersion(models.Model):
    """One state of a course's content: a draft that trainers edit, or published and fixed for good."""

    public_id = PublicIdField(prefix="crv")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = VERSION.field()
    changes = models.TextField(_("what changed"), max_length=1000, blank=True)
    revision = models.PositiveIntegerField(default=1)
    """Grows with each change of the draft's shape: levels and lessons added, moved, renamed, removed."""
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            VERSION.constraint("course_version"),
            models.UniqueConstraint(fields=["course", "number"], name="course_version_number_once"),
            models.UniqueConstraint(
                fields=["course"], condition=models.Q(state=VersionState.DRAFT), name="course_has_one_draft"
            ),
            models.CheckConstraint(
                condition=models.Q(state=VersionState.DRAFT, published_at=None)
                | models.Q(state=VersionState.PUBLISHED, published_at__isnull=False) & ~models.Q(changes=""),
                name="course_version_published_says_what_changed",
            ),
        ]
        triggers = [
            *VERSION.triggers("course_version"),
            pgtrigger.Protect(
                name="course_version_published_for_good",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=VersionState.PUBLISHED.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} v{self.number}"


class Level(models.Model):
    """A stretch of the path; it opens when the one before it is passed."""

    public_id = PublicIdField(prefix="lvl")
    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="levels")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=80)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position"], name="level_position_once", deferrable=models.Deferrable.DEFERRED
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="level_of_draft_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("fixed", "bigint")],
                func="""
                    IF TG_OP <> 'INSERT' THEN
                        SELECT v.id INTO fixed FROM training_courseversion v
                        WHERE v.id = OLD.version_id AND v.state = 'published' FOR SHARE;
                    END IF;
                    IF fixed IS NULL AND TG_OP <> 'DELETE' THEN
                        SELECT v.id INTO fixed FROM training_courseversion v
                        WHERE v.id = NEW.version_id AND v.state = 'published' FOR SHARE;
                    END IF;
                    IF fixed IS NOT NULL THEN
                        RAISE EXCEPTION 'a published version never changes' USING ERRCODE = 'check_violation';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.title


class Lesson(models.Model):
    """An article, a quiz or a simulated dialogue; `content` is read by `training.logic.content`.

    A new draft copies lessons from the version before; `lineage` stays, so points are given once
    however many versions there are.
    """

    public_id = PublicIdField(prefix="lsn")
    level = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="lessons")
    position = models.PositiveSmallIntegerField()
    lineage = models.CharField(max_length=30, default=new_lineage, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=LessonKind.choices)
    title = models.CharField(_("title"), max_length=120)
    content = models.JSONField(default=dict)
    pass_percent = models.PositiveSmallIntegerField(
        _("pass mark (%)"),
        default=DEFAULT_PASS_PERCENT,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    revision = models.PositiveIntegerField(default=1)
    """Grows with each save of the lesson."""
    edited_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "position"], name="lesson_position_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=models.Q(kind__in=LessonKind.values), name="lesson_kind_known"),
            models.CheckConstraint(
                condition=models.Q(pass_percent__gte=1, pass_percent__lte=100), name="lesson_pass_percent"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="lesson_of_draft_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("fixed", "bigint")],
                func="""
                    IF TG_OP <> 'INSERT' THEN
                        SELECT v.id INTO fixed
                        FROM training_level l JOIN training_courseversion v ON v.id = l.version_id
                        WHERE l.id = OLD.level_id AND v.state = 'published' FOR SHARE OF v;
                    END IF;
                    IF fixed IS NULL AND TG_OP <> 'DELETE' THEN
                        SELECT v.id INTO fixed
                        FROM training_level l JOIN training_courseversion v ON v.id = l.version_id
                        WHERE l.id = NEW.level_id AND v.state = 'published' FOR SHARE OF v;
                    END IF;
                    IF fixed IS NOT NULL THEN
                        RAISE EXCEPTION 'a published version never changes' USING ERRCODE = 'check_violation';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.title


class CourseImage(models.Model):
    """A picture a trainer uploaded for the articles of one course; versions share it, so it never changes."""

    public_id = PublicIdField(prefix="img")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="images")
    file = models.ImageField(
        upload_to="courses/%Y/%m/", width_field="width", height_field="height", verbose_name=_("picture")
    )
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    size_bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name
