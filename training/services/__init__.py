"""Every write of training."""

from training.services.content import publish_course_content
from training.services.drafting import (
    add_lesson,
    add_level,
    discard_draft,
    move_lesson,
    move_level,
    publish_version,
    remove_lesson,
    remove_level,
    rename_level,
    save_lesson,
    start_draft,
)
from training.services.editing import create_course, update_course, upload_image
from training.services.learning import complete_article, enrol, move_to_newest_version
from training.services.runs import advance_dialogue, answer_question, start_run, submit_quiz

__all__ = [
    "add_lesson",
    "add_level",
    "advance_dialogue",
    "answer_question",
    "complete_article",
    "create_course",
    "discard_draft",
    "enrol",
    "move_lesson",
    "move_level",
    "move_to_newest_version",
    "publish_course_content",
    "publish_version",
    "remove_lesson",
    "remove_level",
    "rename_level",
    "save_lesson",
    "start_draft",
    "start_run",
    "submit_quiz",
    "update_course",
    "upload_image",
]
