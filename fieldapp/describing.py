"""`fieldapp openapi`: the API's description, from which the front end's types are made."""

import argparse
import json
import sys
from collections.abc import Sequence
from tempfile import TemporaryDirectory

from fieldapp.app import create_app
from fieldapp.config import from_environment


def openapi(arguments: Sequence[str]) -> int:
    """Write it to standard output. Nothing of this machine's settings shows in it, and nothing is left behind."""
    argparse.ArgumentParser(prog="fieldapp openapi").parse_args(arguments)
    with TemporaryDirectory() as folder:
        app = create_app(from_environment({"FIELDAPP_DATA_DIR": folder}))
        sys.stdout.write(as_text(app.test_client().get("/api/openapi.json").json))
    return 0


def as_text(description: object) -> str:
    """One spelling, so that a change shows as the lines that it changes."""
    return json.dumps(description, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
