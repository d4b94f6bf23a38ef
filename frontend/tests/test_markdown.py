"""Authors' Markdown cannot carry anything but text, structure, links and pictures."""

import pytest

from frontend import markdown


@pytest.mark.parametrize("text", ["# A\n\n#### B", "## A\n\n### B"])
def test_headings_begin_below_the_page_s_own_and_leave_no_gap(text):
    assert markdown.render(text) == "<h2>A</h2>\n<h3>B</h3>\n"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](data:text/html;base64,PHNjcmlwdD4=)",
        '<a href="https://x.example" style="position:fixed">x</a>',
    ],
)
def test_nothing_active_gets_through(text):
    html = markdown.render(text)
    for sign in ("<script", "<img", 'href="javascript', "<a ", 'src="data:'):
        assert sign not in html


def test_tables_and_links():
    html = markdown.render("| a |\n| - |\n| [b](https://x.example) |")
    assert "<table>" in html
    assert '<a href="https://x.example" rel="noopener nofollow">b</a>' in html
