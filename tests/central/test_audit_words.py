"""Whatever the centre writes down that somebody did has words on the page of the audit."""

import ast
import re
from pathlib import Path

import pytest

from central.api.words_audit import audit_word

CENTRAL = Path(__file__).parents[2] / "central"
WRITERS = {"act_of", "Act", "write", "note", "_note"}
DONE = re.compile(r"[a-z]+(_[a-z]+)+")


def called(node):
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def written():
    """Return the codes of all that is written down, as they stand in the centre's sources."""
    for path in CENTRAL.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and called(node) in WRITERS:
                for each in node.args:
                    if isinstance(each, ast.Constant) and DONE.fullmatch(str(each.value)):
                        yield each.value


@pytest.mark.parametrize("language", ["vi", "en"])
def test_everything_that_is_written_down_has_words(language):
    codes = set(written())

    assert {"person_read", "roster_imported", "discrepancy_handed_over"} <= codes
    assert [code for code in codes if audit_word(language, f"do:{code}") == f"do:{code}"] == []
