"""`fieldapp ledger verify`: is everything still what was committed to? JSON on stdout, progress on stderr, exit 1 on a fault."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from fieldapp.app import create_app
from fieldapp.archive.auditing import Trusted, audit
from fieldapp.config import ConfigMissing
from fieldapp.errors import unopened
from fieldapp.ledger.checkpoints import as_fingerprint
from fieldapp.ledger.sealing import recalled
from fieldapp.ledger.sequencer import authority, published_fingerprint


def verify(arguments: Sequence[str]) -> int:
    options = _options().parse_args(arguments)
    try:
        officers = _listed(options.officers)
        app = create_app()
    except OSError as error:
        sys.stderr.write(f"{unopened(error)}\n")
        return 1
    except ConfigMissing as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    with app.app_context():
        folder = app.config_object.sequencer_dir
        trust = options.trust or published_fingerprint(app.config_object)
        trusted = Trusted(trust, recalled(folder), officers, authority(app.config_object))
        report = audit(trusted, _progress, rehash=options.bytes)
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    for fault in report["faults"]:
        sys.stderr.write(f"{fault['kind']}: {fault['table']} {fault['row']}: {fault['detail']}\n")
    return 0 if report["ok"] else 1


def _progress(what: str, count: int) -> None:
    sys.stderr.write(f"{what}: {count}\n")


def _listed(file: str | None) -> frozenset[str] | None:
    """Fingerprints, the first word of each line."""
    if file is None:
        return None
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    return frozenset(line.split()[0].lower() for line in lines if line.split())


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fieldapp ledger verify",
        description="Check every entry, checkpoint, live row and stored object.",
    )
    parser.add_argument("--bytes", action="store_true", help="re-hash every stored object")
    parser.add_argument(
        "--trust",
        metavar="FINGERPRINT",
        type=as_fingerprint,
        help="of the log's key; by default the one that this machine's sequencer left",
    )
    parser.add_argument(
        "--officers",
        metavar="FILE",
        help="fingerprints of the officers' keys, one a line, as their authority gave them",
    )
    return parser
