"""`fieldapp jobs`: what the worker gave up on, and another try."""

import argparse
import json
import sys
from collections.abc import Sequence

from fieldapp.app import create_app
from fieldapp.clock import iso
from fieldapp.db import transaction
from fieldapp.jobs import Job, stuck, try_anew


def jobs(arguments: Sequence[str]) -> int:
    """List the jobs that were given up, one JSON line each; with --retry have them tried anew. Exit 1 while there are any."""
    parser = argparse.ArgumentParser(prog="fieldapp jobs", description="Jobs that were given up.")
    parser.add_argument("--retry", nargs="*", metavar="ID", help="try these anew; without ids, all")
    asked = parser.parse_args(arguments).retry
    with create_app().command("jobs"), transaction():
        found = stuck()
        chosen = [job for job in found if asked is not None and (not asked or job.id in asked)]
        for job in found:
            sys.stdout.write(_line(job, tried_anew=job in chosen))
        for job in chosen:
            try_anew(job)
    unknown = sorted(set(asked or ()) - {job.id for job in chosen})
    if unknown:
        sys.stderr.write(f"not among the jobs that were given up: {', '.join(unknown)}\n")
    return 1 if unknown or len(chosen) < len(found) else 0


def _line(job: Job, *, tried_anew: bool) -> str:
    facts = {
        "id": job.id,
        "kind": job.kind,
        "subject_id": job.subject_id,
        "queued_at": iso(job.queued_at),
        "attempts": job.attempts,
        "error": job.error,
        "tried_anew": tried_anew,
    }
    return json.dumps(facts, ensure_ascii=False) + "\n"
