"""`fieldapp ledger witness URL`: an authority's own machine keeps watch that the log only ever grows.

It needs this program and a file of its own, no database and no account. It remembers the last checkpoint that it saw
and accepts a new one only with a signature by a key it knows and a proof that the new log begins with the old one.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from fieldapp.clock import iso, now
from fieldapp.config import new_signing_key
from fieldapp.errors import unopened
from fieldapp.keys import SigningKey, canonical, verifies
from fieldapp.ledger import breaks, checkpoints, merkle
from fieldapp.ledger.checkpoints import NotACheckpoint, Statement

Json = dict[str, Any]
Fetch = Callable[[str], Json]

OK, FORKED, UNUSABLE, UNREACHABLE, RESTORED = 0, 1, 2, 3, 4
PATIENCE_S = 30
BIGGEST_REPLY = 1 << 20
COSIGNATURE = "fieldapp cosignature"


class Forked(Exception):
    """The server shows a log that is not the one it showed before. `proof` holds what it said, as it said it."""

    def __init__(self, words: str, proof: Json) -> None:
        super().__init__(words)
        self.proof = proof


class Unreachable(Exception):
    """No answer, or not one of ours: says nothing about the log."""


class Unusable(ValueError):
    """The witness's own memory or key makes no sense: says nothing about the log either."""


@dataclass
class Memory:
    """What the witness saw last. `keys`: the log's trusted keys, id to public key.

    `earlier`: bodies of checkpoints seen before, the last of each day. `restored`: the last declared break that it accepted.
    """

    body: str | None = None
    signature: str | None = None
    keys: dict[str, str] = field(default_factory=dict)
    earlier: list[str] = field(default_factory=list)
    restored: str | None = None

    @property
    def seen(self) -> Statement | None:
        return checkpoints.read(self.body) if self.body else None


def witness(arguments: Sequence[str]) -> int:
    """JSON line a look on stdout. Exit 0 all well, 1 the log was forked or rewritten, 2 called wrongly or a file of its
    own cannot be used, 3 the server did not answer, 4 an older database was put back, which the log's key declared."""
    options = _options().parse_args(arguments)
    file, fetch = Path(options.state), _fetching(options.url)
    try:
        key = _cosigner(Path(options.cosign)) if options.cosign else None
        while True:
            code = _look(file, fetch, options.trust, key)
            if options.every is None or code == FORKED:
                return code
            time.sleep(options.every)
    except (OSError, Unusable) as error:
        sys.stderr.write(f"{unopened(error)}\n")
        return UNUSABLE


def look(memory: Memory, fetch: Fetch, trust: str | None = None) -> Memory:
    """What to remember after one look at the server. Raises Forked, Unreachable.

    `trust` is the fingerprint of the log's key. Without it the first look believes the key that it finds. A log that is
    not the one seen before is accepted only where a signed declaration says so of just what was seen.
    """
    try:
        return _seen(memory, fetch, trust)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        detail = f"{type(error).__name__}: {error}"
        raise Unreachable(f"the server answers, but not as a server of ours: {detail}") from error


def _seen(memory: Memory, fetch: Fetch, trust: str | None) -> Memory:
    given = fetch("/api/checkpoints/latest")
    said = _said(given)
    keys = _keys(memory, fetch, trust, said.key_id)
    evidence = {"seen": memory.body, "seen_signature": memory.signature, "given": given}
    key = keys.get(said.key_id)
    if key is None:
        raise Forked(f"signed by {said.key_id}, a key that no known key handed over to", evidence)
    if not verifies(key, given["signature"], given["body"].encode()):
        raise Forked("the checkpoint's signature does not hold", evidence)
    seen, restored = memory.seen, memory.restored
    if seen is not None:
        try:
            _require_grown(seen, said, fetch, evidence)
        except (Forked, Unreachable):
            found = breaks.excusing(seen, said, memory.earlier, keys, fetch)
            if found is None:
                raise
            restored = found
    before = memory.body if memory.body != given["body"] else None
    earlier = breaks.remembered(memory.earlier, before)
    return Memory(given["body"], given["signature"], keys, earlier, restored)


def _require_grown(seen: Statement, said: Statement, fetch: Fetch, evidence: Json) -> None:
    if said.origin != seen.origin:
        raise Forked(f"another log: {said.origin} instead of {seen.origin}", evidence)
    if said.size < seen.size:
        raise Forked(f"the log became shorter: {said.size} leaves after {seen.size}", evidence)
    steps: list[str] = []
    if said.size > seen.size:
        steps = fetch(f"/api/proofs/consistency?from={seen.size}&to={said.size}").get("proof", [])
    try:
        proof = [bytes.fromhex(step) for step in steps]
        old, new = bytes.fromhex(seen.root), bytes.fromhex(said.root)
    except (TypeError, ValueError) as error:
        raise Forked("no proof that the log only grew", evidence | {"proof": steps}) from error
    if not merkle.is_consistent(seen.size, said.size, old, new, proof):
        words = f"the log of {said.size} leaves does not begin with the log of {seen.size}"
        raise Forked(words, evidence | {"proof": steps})


def _said(given: Json) -> Statement:
    try:
        return checkpoints.read(given["body"])
    except (KeyError, TypeError, NotACheckpoint) as error:
        raise Unreachable(f"the server's answer is no checkpoint: {error}") from error


def _keys(memory: Memory, fetch: Fetch, trust: str | None, key_id: str) -> dict[str, str]:
    """The keys that we know, and those that one of them handed over to."""
    if key_id in memory.keys:
        return memory.keys
    listed = [key for key in fetch("/api/keys")["keys"] if key["use"] == "checkpoint"]
    if not memory.keys:
        return checkpoints.trusted_keys(listed, trust)
    return checkpoints.grown_from(memory.keys, listed)


def _look(file: Path, fetch: Fetch, trust: str | None, key: SigningKey | None) -> int:
    memory = _remembered(file)
    try:
        found = look(memory, fetch, trust)
    except Unreachable as error:
        return _say(UNREACHABLE, {"ok": None, "detail": str(error)})
    except Forked as fork:
        kept = file.with_name(f"{file.name}.fork.json")
        kept.write_text(json.dumps(fork.proof, indent=1))
        return _say(FORKED, {"ok": False, "detail": str(fork), "kept": str(kept)})
    if found != memory:
        _keep(file, found, key)
    if found.restored is not None and found.restored != memory.restored:
        declared = json.loads(found.restored)
        detail = f"an older database was put back, as declared at {declared['at']}"
        return _say(RESTORED, {"ok": True, "detail": detail, "restored": declared})
    return _say(OK, {"ok": True, "checkpoint": json.loads(found.body or "null")})


def _remembered(file: Path) -> Memory:
    if not file.exists():
        return Memory()
    try:
        memory = Memory(**json.loads(file.read_text()))
        _ = memory.seen
    except (ValueError, TypeError) as error:
        words = f"{file}: not what a witness remembers; put back the one that was there, or name another --state and the --trust"
        raise Unusable(words) from error
    return memory


def _keep(file: Path, memory: Memory, key: SigningKey | None) -> None:
    """The state, replaced at once; and every checkpoint ever seen, in a file beside it that only grows."""
    line: Json = {"seen_at": iso(now()), "body": memory.body, "signature": memory.signature}
    if key is not None:
        text = canonical({"kind": COSIGNATURE, "checkpoint": memory.body, "at": line["seen_at"]})
        line["cosignature"] = {
            "body": text.decode(),
            "signature": key.sign(text),
            "public_key": key.public_key,
        }
    with file.with_name(f"{file.name}.seen.jsonl").open("a") as history:
        history.write(json.dumps(line) + "\n")
    temporary = file.with_name(f"{file.name}.new")
    temporary.write_text(json.dumps(vars(memory), indent=1))
    temporary.replace(file)


def _say(code: int, said: Json) -> int:
    sys.stdout.write(json.dumps({"at": iso(now()), **said}, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    if code != OK:
        sys.stderr.write(f"{said['detail']}\n")
    return code


def _fetching(url: str) -> Fetch:
    base = url.rstrip("/")

    def fetch(path: str) -> Json:
        try:
            asked = Request(base + path, headers={"Accept": "application/json"})  # noqa: S310 - checked above
            with urlopen(asked, timeout=PATIENCE_S) as reply:  # noqa: S310 - checked above
                found = json.loads(reply.read(BIGGEST_REPLY))
        except (HTTPException, OSError, ValueError, RecursionError) as error:
            raise Unreachable(f"{base}{path}: {error}") from error
        if not isinstance(found, dict):
            raise Unreachable(f"{base}{path}: not an object")
        return found

    return fetch


def _cosigner(file: Path) -> SigningKey:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(new_signing_key())
    try:
        return SigningKey(file.read_text())
    except ValueError as error:
        raise Unusable(f"{file}: {error}") from error


def _address(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{url}: not an http or https address")
    return url


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fieldapp ledger witness",
        description="Watch that a server's log only ever grows. Exit 1 when it was rewritten.",
    )
    parser.add_argument(
        "url",
        metavar="URL",
        type=_address,
        help="the server, such as https://fieldapp.example.cn",
    )
    parser.add_argument("--state", default="witness.json", help="the witness's own memory")
    parser.add_argument(
        "--trust",
        metavar="FINGERPRINT",
        type=checkpoints.as_fingerprint,
        help="of the log's key, for the first look",
    )
    parser.add_argument("--every", type=float, metavar="SECONDS", help="go on looking")
    parser.add_argument("--cosign", metavar="KEYFILE", help="sign what was seen; made if not there")
    return parser
