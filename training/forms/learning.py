"""Steps of a learner. What may be chosen is the service's to say; these only read."""

from django import forms


class AnswerForm(forms.Form):
    """An answer to one question of a run."""

    run = forms.CharField(max_length=30)
    question = forms.CharField(max_length=24)


class ChoiceForm(forms.Form):
    """What the agent says at one node of a run."""

    run = forms.CharField(max_length=30)
    node = forms.CharField(max_length=24)
    choice = forms.CharField(max_length=24)
