"""`fieldapp restore declare`: an older database was put back beside a whole store. JSON on stdout; exit 1 where it is not so."""

import argparse
import json
import sys
from collections.abc import Sequence

from fieldapp.app import create_app
from fieldapp.config import ConfigMissing, from_environment
from fieldapp.ledger import sequencer as sequencing
from fieldapp.ledger.declaring import NotDeclarable
from fieldapp.ledger.declaring import declare as declare_break
from fieldapp.ledger.restorations import REASONS
from fieldapp.migrating import bring_up


def declare(arguments: Sequence[str]) -> int:
    """To be run as the sequencer's user, after the database was put back and before anything is started."""
    parser = argparse.ArgumentParser(
        prog="fieldapp restore declare",
        description="Declare and sign that an older database was put back. Phones then offer again what it lacks.",
    )
    parser.add_argument("--reason", required=True, choices=REASONS, help="public, on every phone")
    parser.add_argument("--words", required=True, help="what happened, for people of the house")
    options = parser.parse_args(arguments)
    try:
        config = from_environment()
        sequencer = sequencing.from_folder(config)
    except (ConfigMissing, PermissionError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    app = create_app(config)
    bring_up(app)
    with app.command("restore"):
        try:
            row = declare_break(sequencer, options.reason, options.words[:500])
            sys.stdout.write(json.dumps(json.loads(row.body), ensure_ascii=False) + "\n")
        except NotDeclarable as refusal:
            sys.stderr.write(f"Nothing was declared: {refusal}.\n")
            return 1
    return 0
