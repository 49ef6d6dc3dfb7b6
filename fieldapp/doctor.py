"""`fieldapp doctor`: is everything that this needs well? JSON on stdout, what is wrong on stderr, exit 1 on a fault."""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import text

from fieldapp import rights, waiting
from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Kind, Role
from fieldapp.app import create_app
from fieldapp.blobs.locking import ObjectLock
from fieldapp.blobs.store import StoreUnreachable, current_store
from fieldapp.clock import iso, now
from fieldapp.config import ConfigMissing, from_environment
from fieldapp.db import db, transaction
from fieldapp.envelopes import keeping as envelope_keys
from fieldapp.envelopes.models import EnvelopeKey
from fieldapp.evidence import sandbox
from fieldapp.jobs import Job
from fieldapp.ledger import checkpoints, sealing, stamping
from fieldapp.ledger import sequencer as sequencing
from fieldapp.ledger.models import LedgerEntry
from fieldapp.migrating import missing_steps, prepare
from fieldapp.notify.models import Delivery

SKEW = timedelta(seconds=5)
QUEUE_LAG = timedelta(minutes=10)
SEAL_LAG = timedelta(minutes=5)
STAMP_LAG = timedelta(days=2)
MESSAGE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Check:
    name: str
    ok: bool
    detail: str
    numbers: dict[str, Any] = field(default_factory=dict)


def doctor(arguments: Sequence[str]) -> int:
    argparse.ArgumentParser(prog="fieldapp doctor").parse_args(arguments)
    try:
        config = from_environment()
    except ConfigMissing as missing:
        return _report([Check("configuration", ok=False, detail=str(missing))])
    try:
        app = create_app(config)
    except OSError as error:
        return _report([Check("database", ok=False, detail=f"its folder cannot be made: {error}")])
    prepare(app)
    with app.command("doctor"):
        checks = [Check("configuration", ok=True, detail="complete")]
        for name, look in CHECKS.items():
            checks.append(_looked(name, look))
    return _report(checks)


def _looked(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except Exception as error:  # noqa: BLE001 - a fault of whatever kind is what this command is for
        return Check(name, ok=False, detail=f"{type(error).__name__}: {error}")


def _database() -> Check:
    kind = db.engine.dialect.name
    with transaction(write=False):
        db.session.execute(text("select 1"))
    if missing_steps():
        return Check(
            "database",
            ok=False,
            detail=f"{kind}: tables are behind this program; `fieldapp run` brings them up",
        )
    return Check("database", ok=True, detail=f"{kind}, tables up to date")


def _rights() -> Check:
    """Whether this role could rewrite the ledger's tables past the program."""
    if db.engine.dialect.name != "postgresql":
        words = "SQLite has no roles: whoever may write the file may write all of it"
        return Check("rights", ok=True, detail=words)
    found = rights.changeable()
    if not found:
        return Check("rights", ok=True, detail="this role adds to the ledger and changes nothing")
    config = current_app.config_object  # type: ignore[attr-defined]
    words = "this role may change or delete rows of the ledger: see docs/operating.md, Roles"
    return Check("rights", ok=not config.production, detail=words, numbers={"changeable": found})


def _store() -> Check:
    current_store().self_check()
    return Check(
        "store", ok=True, detail=f"{type(current_store()).__name__}: written, read back, deleted"
    )


def _object_lock() -> Check:
    """Honest where there is none; a lock that was promised and does not hold is a fault."""
    try:
        found, words = current_store().object_lock()
    except StoreUnreachable:
        return Check("object_lock", ok=True, detail="not tried: see the store")
    return Check(
        "object_lock",
        ok=found is not ObjectLock.BROKEN,
        detail=f"{words.en}（{words.zh}）",
        numbers={"state": found.value},
    )


def _queue() -> Check:
    with transaction(write=False):
        open_jobs = db.select(Job).where(Job.finished_at.is_(None))
        waiting_jobs = db.session.scalars(open_jobs).all()
    stuck = [job for job in waiting_jobs if job.is_stuck]
    late = [job for job in waiting_jobs if job not in stuck and job.run_at < now() - QUEUE_LAG]
    numbers = {"waiting": len(waiting_jobs), "stuck": len(stuck), "late": len(late)}
    if stuck:
        return Check(
            "queue",
            ok=False,
            detail=f"gave up on: {stuck[0].kind} {stuck[0].subject_id}: {stuck[0].error}",
            numbers=numbers,
        )
    if late:
        return Check(
            "queue",
            ok=False,
            detail="jobs wait longer than 10 minutes: is a worker running?",
            numbers=numbers,
        )
    return Check("queue", ok=True, detail="nothing is stuck or late", numbers=numbers)


def _messages() -> Check:
    """Whether people can be reached: what no gateway took in the last day, and urgent calls alone stop nothing.

    Web push is counted apart and is no fault: in mainland China most phones' push services cannot be reached.
    """
    config = current_app.config_object  # type: ignore[attr-defined]
    with transaction(write=False):
        rows = db.session.execute(
            db.select(Delivery.channel, Delivery.outcome, db.func.count())
            .where(Delivery.settled_at > now() - MESSAGE_DAY)
            .group_by(Delivery.channel, Delivery.outcome)
        ).all()
    numbers: dict[str, Any] = {}
    for channel, outcome, count in rows:
        name = f"push_{outcome}" if channel == "push" else outcome
        numbers[name] = numbers.get(name, 0) + count
    lost = numbers.get("refused", 0) + numbers.get("given_up", 0)
    set_up = {"SMS": config.sms, "WeCom": config.wecom, "web push": config.push}
    gateways = [name for name, there in set_up.items() if there]
    if lost:
        return Check(
            "messages",
            ok=False,
            detail=f"{lost} messages of the last day were refused or given up: see the gateway's settings",
            numbers=numbers,
        )
    said = f"by {' and '.join(gateways)}" if gateways else "no gateway: notices in the app alone"
    if config.push is None:
        said += "; no web push: set FIELDAPP_PUSH_KEY"
    return Check("messages", ok=True, detail=said, numbers=numbers)


def _fonts() -> Check:
    found = subprocess.run(
        ["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False, timeout=20
    ).stdout.splitlines()
    if not found:
        return Check(
            "fonts",
            ok=False,
            detail="no Chinese font: install one, for example the package fonts-noto-cjk",
        )
    return Check("fonts", ok=True, detail=found[0], numbers={"families": len(found)})


def _clock() -> Check:
    with transaction(write=False):
        latest = db.session.scalar(
            db.select(LedgerEntry.at).order_by(LedgerEntry.at.desc()).limit(1)
        )
        away = _database_clock_differs_by()
    if latest is not None and latest > now() + SKEW:
        return Check(
            "clock",
            ok=False,
            detail=f"the ledger holds an entry from the future: {iso(latest)}; set this machine's clock",
        )
    if away > SKEW:
        return Check(
            "clock",
            ok=False,
            detail=f"the database's clock differs by {away.total_seconds():.0f} s",
        )
    return Check("clock", ok=True, detail=f"{iso(now())}, agrees with the database and the ledger")


def _database_clock_differs_by() -> timedelta:
    if db.engine.dialect.name != "postgresql":
        return timedelta()
    theirs = db.session.scalar(text("select clock_timestamp()"))
    return abs(theirs - now())


def _administrators() -> Check:
    """Without one nobody can be let in: a new installation, or one whose last administrator forgot the password."""
    with transaction(write=False):
        operators = db.select(Person).join(Organisation).where(Organisation.kind == Kind.OPERATOR)
        people = db.session.scalars(operators).all()
        ready = [p for p in people if Role.ADMINISTRATOR in p.roles and p.password and not p.ending]
    if not ready:
        return Check(
            "administrators",
            ok=False,
            detail="nobody can administer this installation: run `fieldapp administrator NAME`",
        )
    return Check("administrators", ok=True, detail=f"{len(ready)} of the operator can sign in")


def _overdue() -> Check:
    with transaction(write=False):
        counts = waiting.overdue()
    numbers = {name: count for name, count in counts.items() if count}
    if numbers:
        return Check(
            "overdue",
            ok=True,
            detail="some waiting states are past their deadline; their owners and ways out stand in docs/operating.md",
            numbers=numbers,
        )
    return Check(
        "overdue", ok=True, detail="no waiting state is past its deadline", numbers=numbers
    )


def _sequencer() -> Check:
    config = current_app.config_object  # type: ignore[attr-defined]
    found, words = sequencing.level(config)
    with transaction(write=False):
        count, oldest = sealing.unsealed()
        last = checkpoints.latest()
    numbers = {"level": found, "unsealed": count, "sealed": last.size if last else 0}
    late = oldest is not None and oldest < now() - SEAL_LAG
    if late:
        words = f"entries wait since {iso(oldest)}: does `fieldapp sequencer` run? {words}"
    weak = config.production and found != "apart"
    return Check("sequencer", ok=not late and not weak, detail=words, numbers=numbers)


def _envelopes() -> Check:
    """Whether what phones seal today, and sealed before, can be opened; the web's user need not be able to look."""
    config = current_app.config_object  # type: ignore[attr-defined]
    with transaction(write=False):
        known = set(db.session.scalars(db.select(EnvelopeKey.id)))
    try:
        lost = sorted(known - envelope_keys.openers(config).keys())
    except PermissionError:
        return Check("envelopes", ok=True, detail="the keys are out of this user's reach")
    if lost:
        words = f"keys that phones sealed to are not in {config.envelope_dir}: {', '.join(lost)}"
        return Check("envelopes", ok=False, detail=words)
    words = "every published key is here" if known else "no worker has published a key yet"
    return Check("envelopes", ok=True, detail=words, numbers={"keys": len(known)})


def _timestamps() -> Check:
    config = current_app.config_object  # type: ignore[attr-defined]
    if not config.tsa_url:
        words = "no authority stamps the checkpoints: set FIELDAPP_TSA_URL and FIELDAPP_TSA_ROOTS"
        return Check("timestamps", ok=not config.production, detail=words)
    with transaction(write=False):
        last, sealed = stamping.latest(), checkpoints.latest()
    late = sealed is not None and (last is None or last.at < now() - STAMP_LAG)
    words = f"the last stamp is of {iso(last.at)}" if last else "no checkpoint has been stamped yet"
    return Check("timestamps", ok=not late, detail=words)


def _sandbox() -> Check:
    level = sandbox.level()
    in_production = current_app.config_object.production  # type: ignore[attr-defined]
    return Check(
        "sandbox",
        ok=level != sandbox.WEAK or not in_production,
        detail=f"{level}: {SANDBOX_LEVELS[level]}",
    )


SANDBOX_LEVELS = {
    sandbox.FULL: "photos are opened without network, files or other system calls than decoding needs",
    sandbox.PARTIAL: "photos are opened in namespaces or under a filter of system calls, not both",
    sandbox.WEAK: "photos are opened with limits of memory and time alone; production refuses to start so",
}

CHECKS: dict[str, Callable[[], Check]] = {
    "database": _database,
    "rights": _rights,
    "sequencer": _sequencer,
    "timestamps": _timestamps,
    "envelopes": _envelopes,
    "administrators": _administrators,
    "store": _store,
    "object_lock": _object_lock,
    "queue": _queue,
    "messages": _messages,
    "fonts": _fonts,
    "clock": _clock,
    "overdue": _overdue,
    "sandbox": _sandbox,
}


def _report(checks: list[Check]) -> int:
    ok = all(check.ok for check in checks)
    sys.stdout.write(
        json.dumps(
            {"ok": ok, "at": iso(now()), "checks": [asdict(c) for c in checks]},
            ensure_ascii=False,
            indent=1,
        )
        + "\n"
    )
    for check in checks:
        if not check.ok:
            sys.stderr.write(f"{check.name}: {check.detail}\n")
    return 0 if ok else 1
