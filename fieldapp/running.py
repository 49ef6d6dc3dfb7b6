"""`fieldapp run`: web server, workers and sequencer as children of one process that loads the program, watches and stops them."""

import argparse
import os
import socket
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from fieldapp.config import Config, ConfigMissing, from_environment
from fieldapp.household import Child, Household, Stopping, call_it, fork

if TYPE_CHECKING:
    from fieldapp.app import FieldApp

IDLE_SECONDS = 0.5


def run(arguments: Sequence[str]) -> int:
    """Serve until stopped. Exit 0 after a clean stop, 1 when it cannot start."""
    options = _options().parse_args(arguments)
    try:
        config = from_environment()
    except ConfigMissing as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    if not options.no_sequencer and _seals_unstamped(config):
        return 1
    port = options.port or _free_port(options.host)
    if not _is_free(options.host, port):
        sys.stderr.write(
            f"Port {port} is taken. Choose another with --port, or stop what uses it.\n"
        )
        return 1
    call_it("fieldapp")
    app = _loaded(config)
    if not _made_ready(app):
        return 1
    sys.stdout.write(_where_to_go(config, options, port))
    sys.stdout.flush()
    return Household(_children(app, options, port)).keep()


def _loaded(config: Config) -> "FieldApp":
    """All that the children have in common, once. Nothing here asks the database or starts a thread."""
    from sqlalchemy.orm import configure_mappers

    from fieldapp import serving as _serving  # noqa: F401 - what a child alone loads, it holds alone
    from fieldapp.app import create_app
    from fieldapp.ledger import sequencer as _sequencing  # noqa: F401 - the code, not its key

    app = create_app(config)
    configure_mappers()
    return app


def _made_ready(app: "FieldApp") -> bool:
    """In a process that ends: what it opens must not be open in the one that the children are forked from."""
    _, status = os.waitpid(fork(lambda: _make_ready(app), "fieldapp-start"), 0)
    return status == 0


def _make_ready(app: "FieldApp") -> int:
    """The tables, the checklist editions and the envelopes' key; a later start finds them there."""
    from fieldapp.blobs.keeping import prepare_store
    from fieldapp.checklists.publishing import publish_shipped
    from fieldapp.db import transaction
    from fieldapp.ledger.actor import Actor, acting
    from fieldapp.migrating import bring_up
    from fieldapp.visits.months import await_next_month

    if _is_open_to_attack(app.config_object):
        return 1
    bring_up(app)
    with app.app_context(), acting(Actor("system", "start")):
        with transaction():
            publish_shipped()
            await_next_month()
        # Before anybody can sign in: a phone takes the key with its password.
        if not _can_open_envelopes(app.config_object):
            return 1
        prepare_store()
    return 0


def _is_open_to_attack(config: Config) -> bool:
    """Files of strangers are opened here: in production never without walls around the decoder."""
    from fieldapp.evidence import sandbox

    if not config.production or sandbox.level() != sandbox.WEAK:
        return False
    sys.stderr.write(
        "This system gives neither namespaces nor system call filters to this user, so that a hostile photo could"
        " take the program over. Allow one of them (see docs/operating.md, Shutting decoders in).\n"
    )
    return True


def _seals_unstamped(config: Config) -> bool:
    """Whether production would seal a log whose times rest on this machine's clock alone, and nobody said that it may."""
    if not config.production or config.tsa_url or config.tsa_none:
        return False
    sys.stderr.write(
        "Production needs a time-stamping authority (RFC 3161): set FIELDAPP_TSA_URL and FIELDAPP_TSA_ROOTS."
        " Where none can be reached, FIELDAPP_TSA_URL=none says so, and doctor goes on saying it.\n"
    )
    return True


def worker(arguments: Sequence[str]) -> int:
    """Run waiting jobs until stopped; finish the one at hand first."""
    from fieldapp.app import create_app
    from fieldapp.envelopes import keeping as envelope_keys

    parser = argparse.ArgumentParser(prog="fieldapp worker")
    parser.add_argument(
        "--new-envelope-key", action="store_true", help="have phones seal to a new key, once"
    )
    parser.add_argument(
        "--only",
        choices=("quick", "long"),
        help="leave the other jobs to another worker: long ones are viewing copies of videos and bundles",
    )
    options = parser.parse_args(arguments)
    app = create_app()
    if options.new_envelope_key:
        with app.command("worker"):
            envelope_keys.rotate(app.config_object)
        return 0
    return _work(app, long={"quick": False, "long": True}.get(options.only))


def _work(app: "FieldApp", *, long: bool | None) -> int:
    from fieldapp.blobs.keeping import prepare_store
    from fieldapp.evidence import sandbox
    from fieldapp.jobs import run_next, run_regular
    from fieldapp.ledger.actor import Actor, acting

    stopping = Stopping()
    try:
        if _is_open_to_attack(app.config_object):
            return 1
        with app.app_context(), acting(Actor("system", "worker")):
            if not _can_open_envelopes(app.config_object):
                return 1
            prepare_store()
            while not stopping.asked:
                run_regular()
                if not run_next(long=long):
                    stopping.wait(IDLE_SECONDS)
    finally:
        sandbox.end_all()
    return 0


def _can_open_envelopes(config: Config) -> bool:
    from fieldapp.envelopes.keeping import KeysMissing, openers, publish
    from fieldapp.evidence.opening import retry_with

    try:
        publish(config)
        retry_with(set(openers(config)))
    except (KeysMissing, PermissionError) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return False
    return True


def sequencer(arguments: Sequence[str]) -> int:
    """Seal the ledger until stopped. In production it runs as a user of its own, who alone reads the key."""
    from flask import Flask

    from fieldapp.ledger import sequencer as sequencing
    from fieldapp.ledger.actor import Actor, acting
    from fieldapp.ledger.connecting import connect
    from fieldapp.ledger.sealing import LogRewritten, UnknownKey
    from fieldapp.ledger.stamping import keep_stamped

    parser = argparse.ArgumentParser(prog="fieldapp sequencer")
    parser.add_argument("--rotate-key", action="store_true", help="hand over to a new key, once")
    options = parser.parse_args(arguments)
    try:
        config = from_environment()
        own = sequencing.rotate(config) if options.rotate_key else sequencing.from_folder(config)
    except (ConfigMissing, PermissionError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if _seals_unstamped(config):
        return 1
    app, stopping = Flask("fieldapp"), Stopping()  # without the rooms: it reads the log alone
    connect(app, config)
    with app.app_context(), acting(Actor("system", "sequencer")):
        try:
            if options.rotate_key:
                own.seal_all()
            else:
                authority = sequencing.authority(config)
                after = partial(keep_stamped, authority) if authority else _nothing_more
                sequencing.keep_sealing(own, stopping, after)
        except (LogRewritten, UnknownKey) as refusal:
            sys.stderr.write(
                f"The ledger is not sealed any further: {refusal}. See docs/operating.md.\n"
            )
            return 1
    return 0


def _nothing_more() -> None:
    """Where no authority stamps the checkpoints."""


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fieldapp run", description="Serve fieldapp until stopped."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (0.0.0.0: all)")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one")
    parser.add_argument("--web-workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8, help="threads of each web worker")
    parser.add_argument(
        "--no-sequencer", action="store_true", help="another user runs `fieldapp sequencer`"
    )
    parser.add_argument("--cert", help="certificate file: serve HTTPS")
    parser.add_argument("--key", help="the certificate's private key file")
    return parser


def _children(app: "FieldApp", options: argparse.Namespace, port: int) -> list[Child]:
    children = [
        Child("web server", "fieldapp-web", lambda: _serve(app, options, port)),
        Child("worker of quick jobs", "fieldapp-quick", lambda: _work(app, long=False)),
        Child("worker of long jobs", "fieldapp-long", lambda: _work(app, long=True)),
    ]
    if not options.no_sequencer:
        children.append(Child("sequencer", "fieldapp-seal", lambda: sequencer([])))
    return children


def _serve(app: "FieldApp", options: argparse.Namespace, port: int) -> int:
    from fieldapp.serving import serve

    _prepare_store(app)
    return serve(app, options, f"{options.host}:{port}")


def _prepare_store(app: "FieldApp") -> None:
    from fieldapp.blobs.keeping import prepare_store

    with app.command("start"):
        prepare_store()


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _where_to_go(config: Config, options: argparse.Namespace, port: int) -> str:
    scheme = "https" if options.cert else "http"
    host = "localhost" if options.host in ("0.0.0.0", "127.0.0.1") else options.host  # noqa: S104
    base = config.public_url or f"{scheme}://{host}:{port}"
    lines = [
        "",
        f"  Phone app 手机端   {base}/field/",
        f"  Console 管理台     {base}/console/",
        f"  API description    {base}/api/openapi.json",
        "",
    ]
    if not (config.static_dir / "field" / "index.html").is_file():
        lines.insert(1, "  The front end is not built yet: run `make setup`.")
    if not config.production:
        lines.append(
            "  Demo: people and passwords are in README.md. A phone needs HTTPS: see README.md.\n"
        )
    return "\n".join([*lines, "  Ctrl-C stops.", ""])
