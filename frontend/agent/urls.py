"""What an agent sees: today, work, learning, earnings."""

from django.urls import path

from frontend.agent.views import home, learn

app_name = "agent"
urlpatterns = [
    path("", home.show, name="home"),
    path("learn/", learn.index, name="learn"),
    path("learn/courses/<pid:public_id>/", learn.course, name="course"),
    path("learn/courses/<pid:public_id>/begin/", learn.enrol, name="course_begin"),
    path("learn/courses/<pid:public_id>/newest/", learn.newest, name="course_newest"),
    path("learn/lessons/<pid:public_id>/", learn.lesson, name="lesson"),
    path("learn/lessons/<pid:public_id>/read/", learn.read, name="lesson_read"),
    path("learn/lessons/<pid:public_id>/start/", learn.start, name="lesson_start"),
    path("learn/lessons/<pid:public_id>/answer/", learn.answer, name="lesson_answer"),
    path("learn/lessons/<pid:public_id>/choose/", learn.choose, name="lesson_choose"),
]
