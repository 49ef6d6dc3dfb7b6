"""docs/intake.md lists every code that intake may give, and none that it never gives."""

import re
from pathlib import Path

import pytest

from fieldapp.evidence import flag_sentences

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"`([a-z0-9_]+)`")
SOURCES = sorted((ROOT / "fieldapp" / "evidence").glob("*.py"))


def part(title: str) -> str:
    return (ROOT / "docs" / "intake.md").read_text().split(f"## {title}\n")[1].split("\n## ")[0]


def given(pattern: str) -> set[str]:
    return {code for file in SOURCES for code in re.findall(pattern, file.read_text())}


@pytest.mark.parametrize(
    ("row", "patterns"),
    [
        ("| refused |", [r'Refused\("(\w+)"\)', r'_refuse\(said, "(\w+)"\)']),
        (
            "| accepted | unreadable |",
            [r'Unreadable\("(\w+)"', r'else "(undecodable|crashed)"', r'return "(out_of_limits)"'],
        ),
    ],
)
def test_every_reason_is_listed(row, patterns):
    rows = [line for line in part("Answers").splitlines() if line.startswith(row)]
    listed = {code for line in rows for code in CODE.findall(line.split("|")[3])}

    assert listed == set().union(*map(given, patterns))


def test_every_flag_is_listed_and_has_its_two_sentences():
    table = [line for line in part("Flags").splitlines() if line.startswith("|")]
    listed = {code for line in table for code in CODE.findall(line.split("|")[2])}

    assert listed - {"chain"} == flag_sentences.CODES
    assert given(r'Flag\(\s*"(\w+)"') == flag_sentences.CODES
