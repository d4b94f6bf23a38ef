"""What a client's people see: their tasks, conversations, quality and money."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from frontend.client.views import (
    home,
    live,
    money,
    organisation,
    phrases,
    programme_rules,
    quality,
    rate_cards,
    settings,
    task_edit,
    tasks,
)


class StepConverter(StringConverter):
    """A step of the task wizard."""

    regex = "what|who|when|check"


register_converter(StepConverter, "step")

app_name = "client"
urlpatterns = [
    path("", home.show, name="home"),
    path("tasks/", tasks.index, name="tasks"),
    path("tasks/new/", task_edit.new, name="task_new"),
    path("tasks/<pid:public_id>/", tasks.show, name="task"),
    path("tasks/<pid:public_id>/fill/", tasks.fill, name="task_fill"),
    path("tasks/<pid:public_id>/publish/", tasks.publish, name="task_publish"),
    path("tasks/<pid:public_id>/cancel/", tasks.cancel, name="task_cancel"),
    path("tasks/<pid:public_id>/rows/", task_edit.rows, name="task_rows"),
    path("tasks/<pid:public_id>/price/", task_edit.price, name="task_price"),
    path("tasks/<pid:public_id>/edit/<step:step>/", task_edit.edit, name="task_edit"),
    path("tasks/<pid:public_id>/edit/<step:step>/keep/", task_edit.keep, name="task_keep"),
    path("tasks/<pid:public_id>/edit/<step:step>/drop/", task_edit.drop_typed, name="task_drop_typed"),
    path("rate-cards/", rate_cards.index, name="rate_cards"),
    path("rate-cards/<pid:public_id>/new/", rate_cards.new, name="rate_card_new"),
    path("settings/", settings.organisation, name="settings"),
    path("settings/members/", settings.members, name="members"),
    path("settings/members/<pid:public_id>/role/", settings.member_role, name="member_role"),
    path("settings/members/<pid:public_id>/remove/", settings.member_remove, name="member_remove"),
    path("settings/invitations/<pid:public_id>/revoke/", settings.invitation_revoke, name="invitation_revoke"),
    path("settings/programmes/", settings.programmes, name="programmes"),
    path("settings/programmes/new/", settings.programme_new, name="programme_new"),
    path("settings/programmes/<pid:public_id>/", settings.programme, name="programme"),
    path("settings/programmes/<pid:public_id>/phrases/", phrases.index, name="phrases"),
    path("settings/programmes/<pid:public_id>/guide/", phrases.guide, name="guide"),
    path("settings/programmes/<pid:public_id>/experts/", programme_rules.experts, name="experts"),
    path("settings/programmes/<pid:public_id>/pace/", programme_rules.pace, name="service_numbers"),
    path("settings/phrases/<pid:public_id>/", phrases.edit, name="phrase"),
    path("settings/phrases/<pid:public_id>/archive/", phrases.archive, name="phrase_archive"),
    path("settings/keys/", settings.keys, name="keys"),
    path("settings/keys/<pid:public_id>/revoke/", settings.key_revoke, name="key_revoke"),
    path("settings/agreements/", settings.agreements, name="agreements"),
    path("live/", live.index, name="live"),
    path("live/<pid:public_id>/", live.show, name="live_conversation"),
    path("quality/", quality.index, name="quality"),
    path("quality/ratings/<pid:public_id>/mark/", quality.mark, name="rating_mark"),
    path("quality/programmes/<pid:public_id>/scorecard/", quality.scorecard, name="scorecard"),
    path("organisation/", organisation.choose, name="choose_organisation"),
    path("money/", money.index, name="money"),
    path("money/entries/", money.statement, name="money_entries"),
    path("money/entries/<pid:public_id>/", money.entry, name="money_entry"),
    path("money/tasks/<pid:public_id>/", money.task, name="money_task"),
    path("money/deposit/", money.deposit, name="deposit_new"),
    path("money/deposits/<pid:public_id>/", money.bank, name="deposit"),
    path("money/deposits/<pid:public_id>/confirm/", money.confirm, name="deposit_confirm"),
    path("money/deposits/<pid:public_id>/cancel/", money.cancel, name="deposit_cancel"),
]
