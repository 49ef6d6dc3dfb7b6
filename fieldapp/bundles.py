"""`fieldapp bundle export | verify | open`: evidence taken out of the house, and proved without it."""

import argparse
import getpass
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from fieldapp.archive import encrypting
from fieldapp.archive import verify as standalone
from fieldapp.errors import Problem, unopened


def verify(arguments: Sequence[str]) -> int:
    """Offline, without a database; exit 1 when anything failed. The same check as the bundle's own verify.py."""
    parser = argparse.ArgumentParser(prog="fieldapp bundle verify")
    parser.add_argument("bundle", type=Path, metavar="FILE")
    standalone.add_trust(parser)
    _add_passphrase(parser)
    options = parser.parse_args(arguments)
    try:
        report = _checked(options)
    except OSError as error:
        return _refuse(unopened(error))
    except encrypting.WrongPassphrase as error:
        return _refuse(error)
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    for fault in report["failed"]:
        sys.stderr.write(f"{fault['what']} {fault['where']}: {fault['detail']}\n")
    return 1 if report["failed"] else 0


def open_full(arguments: Sequence[str]) -> int:
    """Decrypt a full bundle to a plain one, for verify.py."""
    parser = argparse.ArgumentParser(prog="fieldapp bundle open")
    parser.add_argument("bundle", type=Path, metavar="FILE")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", required=True)
    _add_passphrase(parser)
    options = parser.parse_args(arguments)
    try:
        _decrypt(options)
    except OSError as error:
        return _refuse(unopened(error))
    except encrypting.WrongPassphrase as error:
        return _refuse(error)
    return 0


def export(arguments: Sequence[str]) -> int:
    """Write a bundle; the same command again goes on after a cut. JSON on stdout when it is whole."""
    from fieldapp.archive.models import PURPOSES
    from fieldapp.archive.selecting import BadSelection
    from fieldapp.config import ConfigMissing

    parser = argparse.ArgumentParser(prog="fieldapp bundle export")
    parser.add_argument(
        "selection",
        metavar="SELECTION",
        help="visit:ID, project:ID, case:ID, evidence:ID, insurer:ID[:YEAR], all",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", required=True)
    parser.add_argument(
        "--full", action="store_true", help="with words and personal data, encrypted"
    )
    parser.add_argument("--purpose", choices=PURPOSES, help="what for; a full bundle needs it")
    _add_passphrase(parser)
    options = parser.parse_args(arguments)
    if options.full and not options.purpose:
        parser.error("a full bundle needs its --purpose")
    try:
        passphrase = _passphrase(options, twice=True) if options.full else None
        _export(options, passphrase)
    except OSError as error:
        return _refuse(unopened(error))
    except (Problem, BadSelection, ConfigMissing, encrypting.WeakPassphrase) as error:
        return _refuse(error)
    sys.stdout.write(
        json.dumps({"bundle": str(options.output), "redacted": not options.full}) + "\n"
    )
    return 0


def _export(options: argparse.Namespace, passphrase: str | None) -> None:
    from fieldapp.app import create_app
    from fieldapp.archive import bundling
    from fieldapp.db import transaction
    from fieldapp.ledger.actor import Actor, acting

    asked = bundling.Order(options.selection, redacted=not options.full, purpose=options.purpose)
    going_on = options.output.with_name(f"{options.output.name}.part.id")
    with create_app().app_context(), acting(Actor("system", "bundle export")):
        if not going_on.exists():
            with transaction():
                bundle_id = bundling.order(asked)
            going_on.write_text(f"{bundle_id} {options.selection} {options.full}")
        bundle_id, *before = going_on.read_text().split()
        if before != [options.selection, str(options.full)]:
            raise OSError(f"{going_on} was begun for {' '.join(before)}; remove it to begin anew")
        if passphrase is None:
            bundling.make(bundle_id, options.output, _progress)
        else:
            with TemporaryDirectory(dir=options.output.parent) as folder:
                plain = Path(folder) / "plain.zip"
                bundling.make(bundle_id, plain, _progress)
                encrypting.encrypt(plain, options.output, encrypting.lock_of(passphrase))
    going_on.unlink()


def _decrypt(options: argparse.Namespace) -> None:
    passphrase = _passphrase(options)
    with options.output.open("xb") as plain:
        try:
            encrypting.decrypt(options.bundle, plain, passphrase)
        except (OSError, encrypting.WrongPassphrase):
            options.output.unlink()  # or the next try would find it there
            raise


def _checked(options: argparse.Namespace) -> standalone.Json:
    if not encrypting.is_encrypted(options.bundle):
        return standalone.check(str(options.bundle), options.trust, options.tsa)
    with TemporaryFile() as plain:
        encrypting.decrypt(options.bundle, plain, _passphrase(options))
        return standalone.check(plain, options.trust, options.tsa)


def _add_passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help="of a full bundle; asked for where it is not given",
    )


def _passphrase(options: argparse.Namespace, *, twice: bool = False) -> str:
    if options.passphrase_file:
        return str(options.passphrase_file.read_text().strip())
    given = getpass.getpass("Passphrase: ")
    if twice and getpass.getpass("Again: ") != given:
        raise encrypting.WeakPassphrase("the two are not the same")
    return given


def _refuse(said: object) -> int:
    sys.stderr.write(f"{said}\n")
    return 1


def _progress(done: int) -> None:
    sys.stderr.write(f"{done} photos\n")
