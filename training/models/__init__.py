"""Courses with their versions, levels and lessons; agents' enrolments, progress, runs and points."""

from training.models.courses import Course, CourseImage, CourseVersion, Lesson, Level
from training.models.learning import Enrolment, LessonProgress, LessonRun, PointsEntry

__all__ = [
    "Course",
    "CourseImage",
    "CourseVersion",
    "Enrolment",
    "Lesson",
    "LessonProgress",
    "LessonRun",
    "Level",
    "PointsEntry",
]
