"""Every string has its Chinese, and the files survive a union merge."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import gettext, override

from accounts.states import Industry as ClientIndustry
from accounts.states import StaffRole
from live.states import ConversationState, OfferState
from marketplace import messages
from pay.states import EarningState
from tasks.states import TaskState
from training.states import Industry as CourseIndustry

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("app", messages.APPS)
def test_every_string_has_chinese(app):
    broken = messages.problems(app)
    assert not broken, "\n".join(["Run `make messages` and write the Chinese:", *broken])


def test_no_string_has_two_chinese():
    assert messages.clashes() == []


WINDOWS = {"Last 7 days", "Last 28 days, %(currency)s", "Spent in the last 28 days", "Nothing in the last 30 days."}
WINDOWS |= {"Really paid per hour promised (committed), last 30 days", "Extra time lies between 0 and 6 hours."}
WINDOWS |= {"The last 30 days. Smart QA only points; it never changes your pay by itself."}
"""What a board looks back on, and the one limit of a field: no policy."""


@pytest.mark.parametrize("app", messages.APPS)
def test_no_string_writes_down_a_time_of_the_rules(app):
    """Texts take such numbers from the RULES objects, so that a changed rule is never contradicted by a page."""
    time = re.compile(r"\b(\d+|five|ten|half an) (second|minute|hour|day)s?\b")
    found = [
        message.id
        for message in messages.extract(app)
        if any(time.search(text) for text in ([message.id] if isinstance(message.id, str) else message.id))
        and not all("/gallery/" in name for name, _line in message.locations)
    ]
    assert [text for text in found if text not in WINDOWS] == []


def test_repair_keeps_both_sides_of_a_merge():
    merged = """msgid ""
msgstr ""
"Language: zh_Hans\\n"

#: a.html
msgid "Save"
msgstr "保存"
msgid "Cancel"
msgstr "取消"

#: b.html
msgid "Save"
msgstr ""

msgid "Leave"
msgstr "离开"
msgstr "退出"

msgid "%(n)s seat"
msgid_plural "%(n)s seats"
msgstr[0] "%(n)s 个席位"
"""
    assert (
        messages.repair(merged)
        == """msgid ""
msgstr ""
"Language: zh_Hans\\n"

#: a.html
msgid "Save"
msgstr "保存"

msgid "Cancel"
msgstr "取消"

msgid "Leave"
msgstr "离开"

msgid "%(n)s seat"
msgid_plural "%(n)s seats"
msgstr[0] "%(n)s 个席位"
"""
    )


@pytest.fixture
def small_app(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "BASE_DIR", tmp_path)
    monkeypatch.setattr(messages, "APPS", ("shop",))
    pages = tmp_path / "shop" / "templates"
    pages.mkdir(parents=True)
    (tmp_path / "shop" / "views.py").write_text(
        'title = _("Open")\nmore = ngettext("%(n)s block", "%(n)s blocks", 2)\n'
    )
    (pages / "page.html").write_text(
        "<p>{% translate 'Close' %}</p>\n"
        "    {% blocktranslate with name=user.name %}Hello {{ name }}{% endblocktranslate %}\n"
        "  {% blocktranslate count n=blocks %}{{ n }} seat{% plural %}{{ n }} seats{% endblocktranslate %}\n"
        '  <c-button label="{% translate "Send" context "message" %}" />\n'
    )
    return tmp_path


def test_extract_finds_python_and_templates(small_app):
    found = {(message.context, message.id) for message in messages.extract("shop") if message.id}
    assert found == {
        (None, "Open"),
        (None, ("%(n)s block", "%(n)s blocks")),
        (None, "Close"),
        (None, "Hello %(name)s"),
        (None, ("%(n)s seat", "%(n)s seats")),
        ("message", "Send"),
    }


def test_check_names_missing_chinese_and_broken_placeholders(small_app):
    messages.update("shop")
    path = messages.po_file("shop")
    path.write_text(
        path.read_text()
        .replace('msgid "Open"\nmsgstr ""', 'msgid "Open"\nmsgstr "打开"')
        .replace('msgid "Hello %(name)s"\nmsgstr ""', 'msgid "Hello %(name)s"\nmsgstr "您好"')
        .replace('msgid_plural "%(n)s seats"\nmsgstr[0] ""', 'msgid_plural "%(n)s seats"\nmsgstr[0] "%(m)s 个席位"')
    )
    broken = messages.problems("shop")
    assert [line for line in broken if "'Open'" in line] == []
    assert "shop/templates/page.html: no Chinese for 'Close'" in broken
    assert "shop/templates/page.html: the Chinese of 'Hello %(name)s' leaves out a placeholder" in broken
    assert "shop/templates/page.html: a placeholder of the Chinese of '%(n)s seat' is unknown" in broken
    assert "shop/views.py: no Chinese for '%(n)s block'" in broken


def test_check_refuses_one_string_with_two_chinese(small_app, monkeypatch):
    """A context tells two senses apart; without one, the app that comes first would speak for both."""
    monkeypatch.setattr(messages, "APPS", ("shop", "till"))
    (small_app / "till").mkdir()
    (small_app / "till" / "views.py").write_text('_("Open")\npgettext_lazy("message", "Send")\n_("Send")\n')
    for app, opened, sent in (("shop", "打开", "发送"), ("till", "营业中", "寄出")):
        messages.update(app)
        path = messages.po_file(app)
        text = path.read_text().replace('msgid "Open"\nmsgstr ""', f'msgid "Open"\nmsgstr "{opened}"')
        text = text.replace(
            'msgctxt "message"\nmsgid "Send"\nmsgstr ""', 'msgctxt "message"\nmsgid "Send"\nmsgstr "发送"'
        )
        path.write_text(text.replace('msgid "Send"\nmsgstr ""', f'msgid "Send"\nmsgstr "{sent}"'))
    wrong = "'Open' reads 打开 in shop; 营业中 in till: write one Chinese, or give one of the senses a context"
    assert messages.clashes() == [wrong]
    with pytest.raises(CommandError, match="营业中 in till"):
        call_command("messages", check=True)


LABELS = [
    (StaffRole.FINANCE, "财务"),
    (ClientIndustry.FINANCE, "金融"),
    (CourseIndustry.FINANCE, "金融"),
    (TaskState.CLOSED, "已结束"),
    (ConversationState.CLOSED, "已结束"),
    (OfferState.OPEN, "待应答"),
    (EarningState.ACCEPTED, "已确认"),
]
"""Words of two senses, as each place means them."""


@pytest.mark.parametrize(("state", "chinese"), LABELS)
def test_a_word_of_two_senses_reads_right_in_each_place(state, chinese):
    with override("zh-hans"):
        assert str(state.label) == chinese


def test_update_keeps_chinese_and_is_stable(small_app):
    messages.update("shop")
    path = messages.po_file("shop")
    path.write_text(path.read_text().replace('msgid "Open"\nmsgstr ""', 'msgid "Open"\nmsgstr "打开"'))
    messages.update("shop")
    once = path.read_text()
    assert 'msgid "Open"\nmsgstr "打开"' in once
    messages.update("shop")
    assert path.read_text() == once
    assert messages.compile_all() == 1
    assert messages.compile_all() == 0
    assert path.with_suffix(".mo").stat().st_size > 100


def test_chinese_is_compiled_before_tests():
    with override("zh-hans"):
        assert gettext("Simplified Chinese") == "简体中文"
