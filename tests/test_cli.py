"""The `fieldapp` command itself: what it lists, and what it says of a word or a file that is not there."""

import re

import pytest

from fieldapp.cli import COMMANDS, run


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_shows_each_commands_arguments_as_its_own_help_does(name, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    with pytest.raises(SystemExit) as ended:
        run([*name.split(), "--help"])
    assert ended.value.code == 0

    usage = " ".join(capsys.readouterr().out.split("\n\n")[0].split())
    usage = re.sub(r"--(\w+) \{[^}]*\}", lambda found: f"--{found[1]} {found[1].upper()}", usage)
    listed = f"{name} {COMMANDS[name].arguments}".rstrip()
    assert usage.replace(" [-h]", "") == f"usage: fieldapp {listed}"

    assert run(["--help"]) == 0
    assert f"  {listed}\n      {COMMANDS[name].help}\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said", "listed", "left_out"),
    [
        ((), "", "score evaluate", ""),
        (("frob",), "no such command: frob\n", "score evaluate", ""),
        (("frob", "--fast"), "no such command: frob\n", "score evaluate", ""),
        (("bundle", "frob"), "no such command: bundle frob\n", "bundle open", "score evaluate"),
        (("bundle",), "usage:", "bundle open", "score evaluate"),
    ],
)
def test_an_unknown_command_names_the_word_and_says_what_there_is(
    words, said, listed, left_out, capsys
):
    assert run(list(words)) == 2

    told = capsys.readouterr()
    assert (told.err or told.out).startswith(said)
    assert listed in told.err + told.out
    assert not left_out or left_out not in told.err


@pytest.mark.parametrize(
    "words",
    [
        ("bundle", "verify", "{file}"),
        ("bundle", "open", "{file}", "-o", "{out}", "--passphrase-file", "{passphrase}"),
        ("import", "projects", "{file}"),
        ("evidence", "inspect", "{file}"),
        ("evidence", "compare", "{file}", "{passphrase}"),
        ("ledger", "verify", "--officers", "{file}"),
    ],
)
def test_a_file_that_is_not_there_is_said_to_be_missing(words, tmp_path, capsys):
    file, out, passphrase = (tmp_path / name for name in ("gone.zip", "plain.zip", "passphrase"))
    passphrase.write_text("four words of nobody")
    named = [word.format(file=file, out=out, passphrase=passphrase) for word in words]

    assert run(named) == 1

    told = capsys.readouterr()
    assert (told.out, told.err) == ("", f"no such file: {file}\n")
    assert not out.exists()


@pytest.mark.parametrize("command", [("ledger", "verify"), ("bundle", "verify", "a.zip")])
def test_a_mistyped_fingerprint_is_no_finding(command, capsys):
    with pytest.raises(SystemExit) as ended:
        run([*command, "--trust", "ab12"])

    assert (ended.value.code, "'ab12': a fingerprint is 64" in capsys.readouterr().err) == (2, True)
