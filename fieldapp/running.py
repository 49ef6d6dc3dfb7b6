"""`fieldapp run`: web server, workers and sequencer as children of one process that starts, watches and stops them."""

import argparse
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from types import FrameType

from fieldapp.config import Config, ConfigMissing, from_environment

GRACE_SECONDS = 25
IDLE_SECONDS = 0.5
STEADY_SECONDS = 60


def run(arguments: Sequence[str]) -> int:
    """Serve until stopped. Exit 0 after a clean stop, 1 when it cannot start."""
    options = _options().parse_args(arguments)
    try:
        config = from_environment()
    except ConfigMissing as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    port = options.port or _free_port(options.host)
    if not _is_free(options.host, port):
        sys.stderr.write(
            f"Port {port} is taken. Choose another with --port, or stop what uses it.\n"
        )
        return 1
    if _is_open_to_attack(config) or not _made_ready(config):
        return 1
    sys.stdout.write(_where_to_go(config, options, port))
    sys.stdout.flush()
    children = [_web(options, port), _worker("quick"), _worker("long")]
    if not options.no_sequencer:
        children.append(_sequencer())
    return _Household(children).keep()


def _made_ready(config: Config) -> bool:
    """In a process that ends: this one lives as long as the service, and need not hold the whole program for that."""
    child = get_context("fork").Process(target=_make_ready, args=(config,))
    child.start()
    child.join()
    return child.exitcode == 0


def _make_ready(config: Config) -> None:
    """The tables, the checklist editions and the envelopes' key; a later start finds them there."""
    from fieldapp.app import create_app
    from fieldapp.blobs.keeping import prepare_store
    from fieldapp.checklists.publishing import publish_shipped
    from fieldapp.db import transaction
    from fieldapp.ledger.actor import Actor, acting
    from fieldapp.migrating import bring_up
    from fieldapp.visits.months import await_next_month

    app = create_app(config)
    bring_up(app)
    with app.app_context(), acting(Actor("system", "start")):
        with transaction():
            publish_shipped()
            await_next_month()
        # Before anybody can sign in: a phone takes the key with its password.
        if not _can_open_envelopes(config):
            sys.exit(1)
        prepare_store()


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


def worker(arguments: Sequence[str]) -> int:
    """Run waiting jobs until stopped; finish the one at hand first."""
    from fieldapp.app import create_app
    from fieldapp.blobs.keeping import prepare_store
    from fieldapp.envelopes import keeping as envelope_keys
    from fieldapp.jobs import run_next, run_regular
    from fieldapp.ledger.actor import Actor, acting

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
    long = {"quick": False, "long": True}.get(options.only)
    app = create_app()
    if _is_open_to_attack(app.config_object):
        return 1
    stopping = _Stopping()
    with app.app_context(), acting(Actor("system", "worker")):
        if options.new_envelope_key:
            envelope_keys.rotate(app.config_object)
            return 0
        if not _can_open_envelopes(app.config_object):
            return 1
        prepare_store()
        while not stopping.asked:
            run_regular()
            if not run_next(long=long):
                stopping.wait(IDLE_SECONDS)
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
    app, stopping = Flask("fieldapp"), _Stopping()  # without the rooms: it reads the log alone
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


@dataclass
class _Child:
    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0


@dataclass
class _Stopping:
    """Turns the first TERM or INT into a request; a second INT falls through to Python."""

    asked: bool = False
    _previous: dict[int, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        self.asked = True
        signal.signal(number, signal.SIG_DFL)

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.asked and time.monotonic() < until:
            time.sleep(0.05)


class _Household:
    """Children that are started again when they die, and stopped together."""

    def __init__(self, children: list[_Child]) -> None:
        self._children = children
        self._stopping = _Stopping()

    def keep(self) -> int:
        try:
            for child in self._children:
                self._start(child)
            while not self._stopping.asked:
                for child in self._children:
                    self._revive(child)
                self._stopping.wait(0.5)
        finally:
            self._stop()
        return 0

    def _start(self, child: _Child) -> None:
        child.process, child.started_at = child.start(), time.monotonic()

    def _revive(self, child: _Child) -> None:
        if child.process is None or child.process.poll() is None:
            return
        lived = time.monotonic() - child.started_at
        child.failures = 0 if lived > STEADY_SECONDS else child.failures + 1
        pause = min(2**child.failures, 30)
        _say(f"The {child.name} stopped by itself; starting it again in {pause} s.")
        self._stopping.wait(pause)
        if not self._stopping.asked:
            self._start(child)

    def _stop(self) -> None:
        _say("Stopping; requests and the job at hand are finished first.")
        running = [c.process for c in self._children if c.process and c.process.poll() is None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _say(line: str) -> None:
    # What is said goes to a log, whose disk may be full: nobody would keep the children then.
    with suppress(OSError):
        sys.stderr.write(f"{line}\n")


def _web(options: argparse.Namespace, port: int) -> _Child:
    command = [
        *_python("-m", "gunicorn", "fieldapp.wsgi:app"),
        *("--bind", f"{options.host}:{port}"),
        *("--workers", str(options.web_workers)),
        *("--worker-class", "gthread", "--threads", str(options.threads)),
        *("--preload", "--log-level", "warning", "--graceful-timeout", "20", "--keep-alive", "15"),
        # A signed act travels in a header, and a decision may rest on a hundred grounds.
        *("--limit-request-field_size", "65536", "--no-control-socket"),
    ]
    if options.cert:
        command += ["--certfile", options.cert, "--keyfile", options.key or options.cert]
    return _Child("web server", lambda: _start_apart(command))


def _worker(jobs: str) -> _Child:
    command = _python("-m", "fieldapp.cli", "worker", "--only", jobs)
    return _Child(f"worker of {jobs} jobs", lambda: _start_apart(command))


def _sequencer() -> _Child:
    return _Child("sequencer", lambda: _start_apart(_python("-m", "fieldapp.cli", "sequencer")))


def _start_apart(command: list[str]) -> subprocess.Popen[bytes]:
    """In a process group of its own: Ctrl-C reaches the parent alone, which then stops the children in order."""
    return subprocess.Popen(command, start_new_session=True)


def _python(*arguments: str) -> list[str]:
    return [sys.executable or shutil.which("python3") or "python3", *arguments]


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
