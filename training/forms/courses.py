"""Courses and the shape of their drafts. `revision` is what the page showed; it travels in a hidden field."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from training.states import LANGUAGES, Industry, LessonKind


class CourseFilterForm(forms.Form):
    """Which courses a list shows."""

    q = forms.CharField(label=_("Search"), required=False, max_length=80)
    industry = forms.ChoiceField(
        label=_("Industry"), required=False, choices=[("", _("All industries")), *Industry.choices]
    )
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("All languages")), *LANGUAGES])

    def chosen(self) -> dict[str, str]:
        """The filters as selectors take them; a filter that makes no sense is as if not given."""
        self.is_valid()
        fields = self.cleaned_data
        return {
            "search": fields.get("q", ""),
            "industry": fields.get("industry", ""),
            "language": fields.get("language", ""),
        }


class CourseDetailsForm(forms.Form):
    """What lists say of a course."""

    title = forms.CharField(label=_("Title"), max_length=120)
    industry = forms.ChoiceField(label=_("Industry"), choices=Industry.choices)
    summary = forms.CharField(
        label=_("Summary"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What an agent will be able to do afterwards, in one or two sentences."),
    )


class NewCourseForm(CourseDetailsForm):
    """A new course; its short name is made of the title when left empty."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        required=False,
        help_text=_("Latin letters, digits and hyphens. Use the same for the course in another language."),
    )

    def clean(self) -> dict[str, Any]:
        """Fill in the short name."""
        fields = super().clean() or {}
        if not fields.get("slug") and "slug" not in self.errors:
            fields["slug"] = slugify(str(fields.get("title", "")))[:60]
            if not fields["slug"] and "title" in fields:
                self.add_error("slug", _("Give a short name in Latin letters."))
        return fields


class ChangedDraftForm(forms.Form):
    """The revision of what is being changed, as the page showed it."""

    revision = forms.IntegerField(min_value=1, max_value=2_000_000_000, widget=forms.HiddenInput)


class LevelForm(ChangedDraftForm):
    """A level's title."""

    title = forms.CharField(label=_("Title"), max_length=80)


class NewLessonForm(ChangedDraftForm):
    """A lesson to add to a level."""

    kind = forms.ChoiceField(label=_("Kind"), choices=LessonKind.choices)
    title = forms.CharField(label=_("Title"), max_length=120)


class MoveForm(ChangedDraftForm):
    """A level or lesson to move up or down by one."""

    by = forms.TypedChoiceField(choices=[("-1", "up"), ("1", "down")], coerce=int)


class PublishForm(ChangedDraftForm):
    """What changed, for those who know the course already."""

    changes = forms.CharField(
        label=_("What changed"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Learners of earlier versions read this when they decide whether to move over."),
    )


class ImageForm(forms.Form):
    """A picture for the articles of a course."""

    file = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG or WebP, at most 4 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
