"""The diagram in the README is the table in the code."""

from pathlib import Path

from live.states import CONVERSATION


def test_diagram_is_the_table():
    text = (Path(__file__).parent.parent / "README.md").read_text()
    assert CONVERSATION.mermaid() in text
