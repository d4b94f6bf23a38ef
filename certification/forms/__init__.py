"""Forms of this app, shared by its pages; none of them saves."""

from certification.forms.certificates import CertificateFilterForm, IssueForm, ReasonForm, StandardForm
from certification.forms.exams import ExamForm, ExtraTimeForm, GrantForm, ScenarioForm, SectionForm, SectionFormSet
from certification.forms.marking import PracticalMarkForm, WrittenMarkForm
from certification.forms.questions import ImportForm, PoolForm, QuestionFilterForm, QuestionForm

__all__ = [
    "CertificateFilterForm",
    "ExamForm",
    "ExtraTimeForm",
    "GrantForm",
    "ImportForm",
    "IssueForm",
    "PoolForm",
    "PracticalMarkForm",
    "QuestionFilterForm",
    "QuestionForm",
    "ReasonForm",
    "ScenarioForm",
    "SectionForm",
    "SectionFormSet",
    "StandardForm",
    "WrittenMarkForm",
]
