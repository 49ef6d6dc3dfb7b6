"""`fieldapp evidence redact ID`: delete an evidence's bytes by law, as the operator."""

import argparse
import json
import sys
from collections.abc import Sequence

from fieldapp.app import create_app
from fieldapp.clock import iso
from fieldapp.db import db, transaction
from fieldapp.errors import Problem
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.redacting import Ordered, redact
from fieldapp.evidence.redaction_models import REDACTION_REASONS


def redact_evidence(arguments: Sequence[str]) -> int:
    """One JSON line of what was decided; a worker deletes the bytes. Exit 1 where it may not be deleted, or is not there."""
    parser = argparse.ArgumentParser(prog="fieldapp evidence redact", description=__doc__)
    parser.add_argument("evidence", metavar="ID")
    parser.add_argument("--reason", required=True, choices=REDACTION_REASONS)
    parser.add_argument("--words", required=True, help="who asked for it, and the paper's number")
    options = parser.parse_args(arguments)
    ordered = Ordered(options.reason, options.words)
    with create_app().command("evidence redact"):
        try:
            with transaction():
                found = db.session.get(Evidence, options.evidence)
                if found is None:
                    sys.stderr.write(f"there is no evidence {options.evidence}\n")
                    return 1
                done = redact(found, None, ordered)
                told = {"evidence": found.id, "reason": done.reason, "at": iso(done.at)}
        except Problem as refusal:
            sys.stderr.write(f"{refusal}\n")
            return 1
    sys.stdout.write(json.dumps(told) + "\n")
    return 0
