"""Everything that was committed to, against everything that is there: the whole report of `fieldapp ledger verify`."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from fieldapp.archive.acts import ActsAudit
from fieldapp.blobs.auditing import BytesAudit
from fieldapp.clock import iso, now
from fieldapp.db import transaction
from fieldapp.ledger import checkpoints, sealing, stamping
from fieldapp.ledger.auditing import Fault, LogAudit, Progress
from fieldapp.ledger.auditing_rows import RowsAudit
from fieldapp.ledger.sealing import Head
from fieldapp.ledger.stamping import Authority

MOST_TOLD = 10_000


@dataclass(frozen=True)
class Trusted:
    """What is known from elsewhere than the database: the log's key, what its sequencer signed last, the officers' keys."""

    fingerprint: str | None = None
    head: Head | None = None
    officers: frozenset[str] | None = None  # fingerprints
    authority: Authority | None = None  # that stamps the time


def audit(trusted: Trusted, progress: Progress, *, rehash: bool = False) -> dict[str, Any]:
    """The whole report, with every fault found."""
    with transaction(write=False):
        known = checkpoints.trusted_keys(checkpoints.keys_as_json(), trusted.fingerprint)
        log, rows = LogAudit(known, set(), trusted.head, progress), RowsAudit(set(), progress)
        acts = ActsAudit(progress, trusted.officers)
        faults = [*_untrusted(known, trusted.fingerprint), *log.faults(), *rows.faults()]
        faults += acts.faults()
        faults += stamping.faults(trusted.authority)
        waiting, oldest = sealing.unsealed()
        last = checkpoints.latest()
    objects = BytesAudit(progress, rehash=rehash)
    faults += objects.faults()
    return {
        "ok": not faults,
        "at": iso(now()),
        "leaves": log.counts.leaves,
        "checkpoints": log.counts.checkpoints,
        "last_checkpoint": last and json.loads(last.body),
        "rows": rows.counts.rows,
        "signed_acts": acts.count,
        "objects": objects.count,
        "erased": objects.erased,
        "rehashed": rehash,
        "unsealed": {"count": waiting, "oldest": iso(oldest)},
        "trust": trusted.fingerprint,
        "faults": [asdict(fault) for fault in faults[:MOST_TOLD]],
        "faults_in_all": len(faults),
    }


def _untrusted(known: dict[str, str], trust: str | None) -> Iterator[Fault]:
    if trust is not None and not known and checkpoints.latest() is not None:
        yield Fault("unknown_key", "ledger_key", trust, "no key of the log has this fingerprint")
