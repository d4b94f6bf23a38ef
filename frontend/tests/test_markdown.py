"""Authors' Markdown cannot carry anything but text, structure, links and pictures."""

import pytest

from frontend import markdown


def test_headings_move_down_because_the_page_owns_h1():
    assert markdown.render("# A\n\n#### B") == "<h2>A</h2>\n<h4>B</h4>\n"


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
