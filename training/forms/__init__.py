"""What pages and API read from people: filters, answers, courses, lessons being written."""

from training.forms.courses import (
    ChangedDraftForm,
    CourseDetailsForm,
    CourseFilterForm,
    ImageForm,
    LevelForm,
    MoveForm,
    NewCourseForm,
    NewLessonForm,
    PublishForm,
)
from training.forms.learning import AnswerForm, ChoiceForm
from training.forms.lessons import LessonForm, do, read_content

__all__ = [
    "AnswerForm",
    "ChangedDraftForm",
    "ChoiceForm",
    "CourseDetailsForm",
    "CourseFilterForm",
    "ImageForm",
    "LessonForm",
    "LevelForm",
    "MoveForm",
    "NewCourseForm",
    "NewLessonForm",
    "PublishForm",
    "do",
    "read_content",
]
