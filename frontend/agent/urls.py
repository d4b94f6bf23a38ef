"""What an agent sees: today, work, learning, earnings."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from accounts.states import Currency
from frontend.agent.views import (
    calendar,
    earnings,
    exams,
    home,
    learn,
    me,
    onboarding,
    payouts,
    phrases,
    quality,
    skills,
    work,
    workspace,
)


class CurrencyConverter(StringConverter):
    """A currency agents are paid in."""

    regex = "|".join(Currency.values)


register_converter(CurrencyConverter, "currency")

app_name = "agent"
urlpatterns = [
    path("", home.show, name="home"),
    path("work/", work.find, name="find_work"),
    path("work/<pid:public_id>/", work.task, name="task"),
    path("work/<pid:public_id>/blocks/", work.blocks, name="task_blocks"),
    path("work/blocks/<pid:public_id>/claim/", work.claim, name="claim"),
    path("work/claims/<pid:public_id>/release/", work.release, name="release"),
    path("work/claims/<pid:public_id>/check-in/", calendar.check_in, name="check_in"),
    path("work/claims/<pid:public_id>/check-out/", calendar.check_out, name="check_out"),
    path("calendar/", calendar.week, name="blocks"),
    path("calendar/address/", calendar.renew_feed, name="calendar_feed"),
    path("calendar/address/close/", calendar.close_feed, name="calendar_feed_close"),
    path("onboarding/", onboarding.index, name="onboarding"),
    path("onboarding/profile/", onboarding.profile, name="onboarding_profile"),
    path("onboarding/identity/", onboarding.identity, name="onboarding_identity"),
    path("onboarding/identity/pictures/", onboarding.upload, name="onboarding_upload"),
    path("onboarding/agreements/", onboarding.agreements, name="onboarding_agreements"),
    path("onboarding/agreements/<pid:public_id>/", onboarding.agreement, name="onboarding_agreement"),
    path("onboarding/equipment/", onboarding.equipment, name="onboarding_equipment"),
    path("me/", me.show, name="me"),
    path("teams/", me.teams, name="teams"),
    path("teams/leave/", me.leave, name="team_leave"),
    path("teams/<pid:public_id>/", me.team, name="team"),
    path("teams/<pid:public_id>/join/", me.join, name="team_join"),
    path("learn/", learn.index, name="learn"),
    path("learn/courses/<pid:public_id>/", learn.course, name="course"),
    path("learn/courses/<pid:public_id>/begin/", learn.enrol, name="course_begin"),
    path("learn/courses/<pid:public_id>/newest/", learn.newest, name="course_newest"),
    path("learn/lessons/<pid:public_id>/", learn.lesson, name="lesson"),
    path("learn/lessons/<pid:public_id>/read/", learn.read, name="lesson_read"),
    path("learn/lessons/<pid:public_id>/start/", learn.start, name="lesson_start"),
    path("learn/lessons/<pid:public_id>/answer/", learn.answer, name="lesson_answer"),
    path("learn/lessons/<pid:public_id>/choose/", learn.choose, name="lesson_choose"),
    path("workspace/", workspace.show, name="workspace"),
    path("workspace/<pid:public_id>/phrases/", workspace.phrases, name="workspace_phrases"),
    path("workspace/<pid:public_id>/customer/", workspace.customer, name="workspace_customer"),
    path("workspace/<pid:public_id>/earlier/<pid:earlier_id>/", workspace.earlier, name="workspace_earlier"),
    path("phrases/", phrases.index, name="phrases"),
    path("phrases/<pid:public_id>/", phrases.edit, name="phrase"),
    path("phrases/<pid:public_id>/archive/", phrases.archive, name="phrase_archive"),
    path("quality/", quality.index, name="quality"),
    path("quality/reviews/<pid:public_id>/", quality.review, name="review"),
    path("quality/items/<pid:public_id>/appeal/", quality.appeal, name="appeal"),
    path("quality/escalations/<pid:public_id>/", quality.escalation, name="escalation"),
    path("quality/appeals/<pid:public_id>/withdraw/", quality.withdraw, name="appeal_withdraw"),
    path("exams/", exams.index, name="exams"),
    path("exams/<pid:public_id>/", exams.show, name="exam"),
    path("exams/<pid:public_id>/start/", exams.start, name="exam_start"),
    path("exams/attempts/<pid:public_id>/", exams.play, name="attempt"),
    path("exams/attempts/<pid:public_id>/submit/", exams.submit, name="attempt_submit"),
    path("exams/attempts/<pid:public_id>/result/", exams.result, name="attempt_result"),
    path("exams/practical/<pid:public_id>/", exams.practical, name="practical"),
    path("exams/practical/<pid:public_id>/start/", exams.practical_start, name="practical_start"),
    path("exams/practical/<pid:public_id>/submit/", exams.practical_submit, name="practical_submit"),
    path("skills/", skills.index, name="skills"),
    path("skills/certificates/<pid:public_id>/download/", skills.download, name="certificate_download"),
    path("earnings/", earnings.index, name="earnings"),
    path("earnings/payouts/", payouts.index, name="payouts"),
    path("earnings/payouts/ask/", payouts.ask, name="payout_ask"),
    path("earnings/payouts/account/", payouts.account, name="payout_account"),
    path("earnings/payouts/<pid:public_id>/", payouts.detail, name="payout"),
    path("earnings/statements/", payouts.statements, name="statements"),
    path("earnings/statements/<int:year>/<int:month>/<currency:currency>/", payouts.statement, name="statement"),
    path(
        "earnings/statements/<int:year>/<int:month>/<currency:currency>.csv",
        payouts.statement_file,
        name="statement_file",
    ),
    path("earnings/<pid:public_id>/", earnings.detail, name="earning"),
    path("earnings/<pid:public_id>/again/", earnings.recompute, name="earning_again"),
]
