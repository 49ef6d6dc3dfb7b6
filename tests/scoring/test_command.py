"""`fieldapp score evaluate`, as a person or a script meets it."""

import json
import os
import subprocess
import sys

import pytest

from tests.fixtures.score_facts import (
    INJURY,
    LIABILITY,
    document,
    injury,
    liability,
    occurrence,
    sheet_of,
)


def fieldapp(*arguments, stdin=b"", **environment):
    return subprocess.run(
        [sys.executable, "-m", "fieldapp", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
        env=os.environ | environment,
    )


@pytest.fixture
def facts_file(tmp_path):
    def write(facts):
        file = tmp_path / "facts.json"
        file.write_text(json.dumps(facts), encoding="utf-8")
        return file

    return write


def problems(done):
    return [json.loads(line) for line in done.stderr.decode().splitlines()]


@pytest.mark.parametrize(("scheme", "facts"), [(INJURY, injury()), (LIABILITY, liability())])
def test_the_sheet_is_on_stdout(scheme, facts, facts_file):
    done = fieldapp("score", "evaluate", scheme, facts_file(facts))

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == sheet_of(facts, scheme)


def test_facts_may_come_by_stdin_and_the_scheme_from_a_file(tmp_path):
    file = tmp_path / "2027.yaml"
    file.write_bytes(document(INJURY).replace(b'edition: "2026-1"', b'edition: "2027-1"'))

    done = fieldapp("score", "evaluate", file, "-", stdin=json.dumps(injury()).encode())

    assert json.loads(done.stdout)["scheme_version"] == "2027-1"


def test_chinese_comes_out_as_utf_8_whatever_the_locale():
    facts = injury(subject="保险公司甲")

    done = fieldapp(
        "score", "evaluate", INJURY, "-",
        stdin=json.dumps(facts).encode(), LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii",
    )  # fmt: skip

    assert json.loads(done.stdout.decode("utf-8"))["subject"] == "保险公司甲"


def test_bad_facts_exit_2_with_one_problem_a_line_and_no_sheet(facts_file):
    facts = injury(
        *(occurrence("survey_fraud", f"o-{n}") for n in range(3)),
        occurrence("no_such", "o-3", count=-1),
    )

    file = facts_file(facts)
    done = fieldapp("score", "evaluate", INJURY, file)

    assert (done.returncode, done.stdout) == (2, b"")
    told = problems(done)
    assert [problem["where"] for problem in told] == [
        "/occurrences/3/clause",
        "/occurrences/3/count",
    ]
    assert all(set(problem) == {"file", "where", "problem", "detail"} for problem in told)
    assert {problem["file"] for problem in told} == {str(file)}


@pytest.mark.parametrize(
    ("scheme", "facts", "problem"),
    [
        ("no_such_scheme", b"{}", "UnknownScheme"),
        (".", b"{}", "UnreadableScheme"),
        (INJURY, b"{", "InvalidJson"),
        (INJURY, b'{"subject": "a", "subject": "b", "period": "2026"}', "DoubledKey"),
        (INJURY, b'{"subject": "\\ud800", "period": "2026"}', "BrokenText"),
        (INJURY, b'{"\\ud800": 1, "subject": "a", "period": "2026"}', "UnknownKey"),
        (INJURY, b"\xff", "InvalidJson"),
    ],
)
def test_whatever_is_wrong_is_a_problem_and_no_traceback(scheme, facts, problem):
    done = fieldapp("score", "evaluate", scheme, "-", stdin=facts)

    assert (done.returncode, done.stdout) == (2, b"")
    assert [told["problem"] for told in problems(done)] == [problem]


def test_a_file_of_facts_that_is_not_there():
    done = fieldapp("score", "evaluate", INJURY, "nowhere.json")

    assert done.returncode == 2
    assert problems(done)[0]["problem"] == "UnreadableFacts"
    assert problems(done)[0]["detail"] == "no such file: nowhere.json"


def test_what_is_wrong_with_the_scheme_names_the_schemes_file(tmp_path, facts_file):
    broken = tmp_path / "2027.yaml"
    broken.write_text("id: [")

    done = fieldapp("score", "evaluate", broken, facts_file(injury()))

    assert {problem["file"] for problem in problems(done)} == {str(broken)}


def test_it_starts_without_the_web_framework_and_the_database():
    program = (
        "import json, sys\n"
        "from fieldapp.cli import run\n"
        f"code = run(['score', 'evaluate', '{INJURY}', '-'])\n"
        "heavy = {'flask', 'sqlalchemy', 'marshmallow', 'PIL', 'boto3', 'click'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else code)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(injury()).encode(),
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert (done.returncode, done.stderr) == (0, b"")
