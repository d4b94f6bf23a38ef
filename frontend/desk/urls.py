"""What the platform's people see: queues to decide and books to keep."""

from django.urls import path

from frontend.desk.views import appeals, books, course_lessons, course_versions, courses, home, payouts, reviews

app_name = "desk"
urlpatterns = [
    path("", home.show, name="home"),
    path("reviews/", reviews.index, name="reviews"),
    path("reviews/<pid:public_id>/", reviews.judge, name="review"),
    path("reviews/<pid:public_id>/give-back/", reviews.give_back, name="review_give_back"),
    path("appeals/", appeals.index, name="appeals"),
    path("appeals/<pid:public_id>/", appeals.decide, name="appeal"),
    path("courses/", courses.index, name="courses"),
    path("courses/new/", courses.new, name="course_new"),
    path("courses/preview/", course_lessons.preview, name="course_preview"),
    path("courses/<pid:public_id>/", courses.show, name="course"),
    path("courses/<pid:public_id>/draft/", courses.start_draft, name="course_draft"),
    path("courses/<pid:public_id>/pictures/", courses.pictures, name="course_pictures"),
    path("courses/versions/<pid:public_id>/", course_versions.show, name="course_version"),
    path("courses/versions/<pid:public_id>/publish/", course_versions.publish, name="course_publish"),
    path("courses/versions/<pid:public_id>/discard/", course_versions.discard, name="course_discard"),
    path("courses/versions/<pid:public_id>/levels/", course_versions.add_level, name="course_level_add"),
    path("courses/levels/<pid:public_id>/rename/", course_versions.rename_level, name="course_level_rename"),
    path("courses/levels/<pid:public_id>/move/", course_versions.move_level, name="course_level_move"),
    path("courses/levels/<pid:public_id>/remove/", course_versions.remove_level, name="course_level_remove"),
    path("courses/levels/<pid:public_id>/lessons/", course_versions.add_lesson, name="course_lesson_add"),
    path("courses/lessons/<pid:public_id>/", course_lessons.edit, name="course_lesson"),
    path("courses/lessons/<pid:public_id>/play/", course_lessons.play, name="course_lesson_play"),
    path("courses/lessons/<pid:public_id>/move/", course_versions.move_lesson, name="course_lesson_move"),
    path("courses/lessons/<pid:public_id>/remove/", course_versions.remove_lesson, name="course_lesson_remove"),
    path("payouts/", payouts.index, name="payouts"),
    path("payouts/run/", payouts.run, name="payouts_run"),
    path("payouts/send/", payouts.send, name="payouts_send"),
    path("payouts/batches/<pid:public_id>.csv", payouts.bank_file, name="payouts_file"),
    path("payouts/<pid:public_id>/", payouts.index, name="payout"),
    path("payouts/<pid:public_id>/approve/", payouts.approve, name="payout_approve"),
    path("payouts/<pid:public_id>/confirm/", payouts.confirm, name="payout_confirm"),
    path("payouts/<pid:public_id>/fail/", payouts.fail, name="payout_fail"),
    path("books/", books.index, name="books"),
    path("books/entries/", books.search, name="books_entries"),
    path("books/entries/<pid:public_id>/", books.entry, name="books_entry"),
    path("books/verify/", books.verify, name="books_verify"),
]
