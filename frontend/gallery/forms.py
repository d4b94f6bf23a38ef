"""A form with every kind of field, for the gallery only."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import DayField


class EveryField(forms.Form):
    """One field of each kind the components draw."""

    name = forms.CharField(label=_("Name"), max_length=40, help_text=_("What customers see. Not your legal name."))
    email = forms.EmailField(label=_("E-mail"))
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=500)
    starts_on = DayField(label=_("Day"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=[("", "–"), ("zh-hans", "中文"), ("en", "English")])
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=[("chat", _("Web chat")), ("mail", _("E-mail"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    visibility = forms.ChoiceField(
        label=_("Who sees it"),
        choices=[("open", _("Everybody")), ("hidden", _("Only those who may take it"))],
        widget=forms.RadioSelect,
    )
    brief = forms.CharField(max_length=2000, label=_("Brief"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    document = forms.FileField(
        label=_("Document"),
        required=False,
        help_text=_("PDF or a picture, up to 5 MB."),
        widget=forms.ClearableFileInput(attrs={"data-max-bytes": 5 * 1024 * 1024}),
    )
    agreed = forms.BooleanField(label=_("I have read the brief"))
