#!/usr/bin/env python3
"""Prove a bundle of evidence with Python alone: no server, no database, no other library.

    python3 verify.py BUNDLE.zip --trust FINGERPRINT

The fingerprint of the log's key comes from somebody whom you trust (the authority, a printed report), never from the
bundle. What is found is written to standard output as JSON: proved, failed, not checked. Exit 1 when anything failed.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

Json = dict[str, Any]

CHUNK = 1 << 20
LONGEST_LINE = 32 << 20
MOST_TOLD = 200
OUTSIDE_MANIFEST = {"manifest.jsonl", "proof.json"}  # made when everything else stood
CHANGES = {"insert", "update", "delete"}


class Broken(Exception):
    """The bundle cannot be read as one of ours."""


# -- P-256 ------------------------------------------------------------------------------------------

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
Point = tuple[int, int, int]  # Jacobian: x = X / Z**2, y = Y / Z**3; Z = 0 is the point at infinity
INFINITY: Point = (0, 1, 0)


def verifies(public_key: str, signature: str, data: bytes) -> bool:
    """Whether `signature` (r‖s, base64url) over the data is by this key (SPKI, base64url)."""
    try:
        spki, raw = from_text(public_key), from_text(signature)
    except ValueError:
        return False
    if len(raw) != 64 or len(spki) != len(SPKI) + 64 or not spki.startswith(SPKI):
        return False
    x, y = int.from_bytes(spki[-64:-32], "big"), int.from_bytes(spki[-32:], "big")
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    if not _on_curve(x, y) or not 0 < r < N or not 0 < s < N:
        return False
    inverse = pow(s, -1, N)
    hashed = int.from_bytes(hashlib.sha256(data).digest(), "big")
    found = _two_products(hashed * inverse % N, (*G, 1), r * inverse % N, (x, y, 1))
    if found[2] == 0:
        return False
    return found[0] * pow(found[2], -2, P) % P % N == r


def _on_curve(x: int, y: int) -> bool:
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x * x - 3 * x + B)) % P == 0


def _two_products(a: int, first: Point, b: int, second: Point) -> Point:
    """a * first + b * second, bit by bit together."""
    both, sums = _added(first, second), INFINITY
    for bit in range(max(a.bit_length(), b.bit_length()) - 1, -1, -1):
        sums = _doubled(sums)
        which = (a >> bit & 1, b >> bit & 1)
        if which != (0, 0):
            sums = _added(sums, {(1, 0): first, (0, 1): second, (1, 1): both}[which])
    return sums


def _doubled(point: Point) -> Point:
    x, y, z = point
    if z == 0 or y == 0:
        return INFINITY
    yy = y * y % P
    s = 4 * x * yy % P
    m = 3 * (x - z * z) * (x + z * z) % P
    new_x = (m * m - 2 * s) % P
    return new_x, (m * (s - new_x) - 8 * yy * yy) % P, 2 * y * z % P


def _added(one: Point, other: Point) -> Point:
    if one[2] == 0:
        return other
    if other[2] == 0:
        return one
    (x1, y1, z1), (x2, y2, z2) = one, other
    u1, u2 = x1 * z2 * z2 % P, x2 * z1 * z1 % P
    s1, s2 = y1 * z2 * z2 * z2 % P, y2 * z1 * z1 * z1 % P
    if u1 == u2:
        return _doubled(one) if s1 == s2 else INFINITY
    h, r = u2 - u1, s2 - s1
    h2 = h * h % P
    h3, v = h2 * h % P, u1 * h2 % P
    new_x = (r * r - h3 - 2 * v) % P
    return new_x, (r * (v - new_x) - s1 * h3) % P, h * z1 * z2 % P


# -- spelling, hashing, the log's proofs (RFC 8785, RFC 9162) -----------------------------------------


def from_text(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def canonical(value: Any) -> bytes:
    """RFC 8785, of what we write: no fractions, since a number's spelling would then differ between languages."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        parts = (canonical(name) + b":" + canonical(value[name]) for name in names)
        return b"{" + b",".join(parts) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    if isinstance(value, float):
        raise Broken("a fraction where there can be none")
    return json.dumps(value, ensure_ascii=False).encode()


def fingerprint(public_key: str) -> str:
    return hashlib.sha256(from_text(public_key)).hexdigest()


def leaf_hash(salt: bytes, entry: Json) -> bytes:
    data = hashlib.sha256(salt + canonical(entry)).digest()
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def is_included(leaf: int, size: int, found: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    if not 0 <= leaf < size:
        return False
    sides = _sides(leaf, size - 1, len(proof))
    for step, on_left in zip(proof, sides or (), strict=False):
        found = node_hash(step, found) if on_left else node_hash(found, step)
    return sides is not None and found == root


def is_consistent(
    first: int, second: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    if first == second:
        return not proof and old_root == new_root
    if not 0 < first < second or not proof:
        return False
    start, *steps = proof if first & (first - 1) else [old_root, *proof]
    number, last = first - 1, second - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    sides = _sides(number, last, len(steps))
    old = new = start
    for step, on_left in zip(steps, sides or (), strict=False):
        old = node_hash(step, old) if on_left else old
        new = node_hash(step, new) if on_left else node_hash(new, step)
    return sides is not None and old == old_root and new == new_root


def _sides(number: int, last: int, steps: int) -> "list[bool] | None":
    sides = []
    for _ in range(steps):
        if last == 0:
            return None
        on_left = bool(number & 1) or number == last
        while on_left and not number & 1 and number:
            number, last = number >> 1, last >> 1
        sides.append(on_left)
        number, last = number >> 1, last >> 1
    return sides if last == 0 else None


# -- RFC 3161: what a time stamp says ------------------------------------------------------------------

SHA256_OID = bytes.fromhex("608648016503040201")
TO_STAMP_INFO = (0, 1, 1, 0, 2, 1, 0, 0)  # response, token, signed data, what it is about


def stamp_of(token: bytes) -> "tuple[str, str]":
    """(the time, the SHA-256 in hex of what was stamped). Whose signature it bears is not looked at. Raises Broken."""
    parts = _parts(_inside(token, TO_STAMP_INFO))
    imprint = _parts(parts[2])
    if _inside(imprint[0], (0,)) != SHA256_OID:
        raise Broken("stamped over another hash than SHA-256")
    at = re.fullmatch(rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z", parts[4])
    if at is None:
        raise Broken("a stamp without a time")
    year, month, day, hour, minute, second = (part.decode() for part in at.groups())
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}Z", imprint[1].hex()


def _inside(data: bytes, path: "Sequence[int]") -> bytes:
    for number in path:
        data = _parts(data)[number]
    return data


def _parts(data: bytes) -> "list[bytes]":
    """The contents of the DER values that follow one another in it."""
    found, at = [], 0
    while at < len(data):
        length, at = data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(data[at : at + size], "big"), at + size
        if at + length > len(data):
            raise Broken("a stamp that ends too early")
        found.append(data[at : at + length])
        at += length
    return found


# -- the bundle ---------------------------------------------------------------------------------------


class Findings:
    """Proved and not checked are counted by kind; every failure is kept, with what and where."""

    def __init__(self) -> None:
        self.proved: Counter[str] = Counter()
        self.not_checked: Counter[str] = Counter()
        self.failed: list[Json] = []
        self.stamps: list[Json] = []
        self.derived: dict[str, str] = {}  # of a file: which original it is a copy of

    def expect(self, holds: bool, what: str, where: str, detail: str) -> bool:
        if holds:
            self.proved[what] += 1
        else:
            self.failed.append({"what": what, "where": where, "detail": detail})
        return holds

    def report(self) -> Json:
        unsure = "key" in self.not_checked
        result = "failed" if self.failed else "trust_not_checked" if unsure else "proved"
        return {
            "result": result,
            "proved": dict(self.proved),
            "failed": self.failed[:MOST_TOLD],
            "failed_in_all": len(self.failed),
            "not_checked": dict(self.not_checked),
            "stamps": self.stamps,
            "derived": self.derived,
        }


class Bundle:
    """One reading of a bundle, from its key down to its photos."""

    def __init__(self, archive: zipfile.ZipFile, trust: "str | None") -> None:
        self.found = Findings()
        self._zip, self._trust = archive, trust and trust.replace(":", "").lower()
        self._keys: dict[str, str] = {}
        self._entries: dict[tuple[str, str], list[Json]] = {}
        self._rows: dict[tuple[str, str], Json] = {}
        self._withheld: set[tuple[str, str]] = set()
        self._hashes: dict[str, str] = {}  # of every file, as it is

    def check(self) -> Json:
        try:
            self._files()
            about, proof = self._json("bundle.json"), self._json("proof.json")
            self._trusted(about["keys"])
            first = self._checkpoint("checkpoint", about["checkpoint"])
            self._stamps(about["stamped"], first)
            self._read_entries(first)
            self._read_rows()
            self._photos()
            self._annotations()
            self._records()
            self._acts()
            self._whole(about, proof, first)
        except (Broken, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            detail = f"{type(error).__name__}: {error}"
            self.found.expect(False, "bundle", "bundle", detail)
        return self.found.report()

    def _files(self) -> None:
        """Every file, read once through."""
        names = [info.filename for info in self._zip.infolist()]
        for name, count in Counter(names).items():
            self.found.expect(count == 1, "file", name, "stands in the archive more than once")
        for name in names:
            digest = hashlib.sha256()
            with self._open(name) as stream:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
            self._hashes[name] = digest.hexdigest()

    def _trusted(self, listed: Sequence[Json]) -> None:
        """The key that was named to us, and those that it handed over to."""
        root = [k for k in listed if fingerprint(k["public_key"]) == self._trust]
        if self._trust is None:
            self.found.not_checked["key"] += 1
            root = [k for k in listed if not k["previous_id"]]
        elif not self.found.expect(
            bool(root), "key", "bundle.json", "no key has the trusted fingerprint"
        ):
            return
        self._keys = {k["id"]: k["public_key"] for k in root[:1]}
        for key in listed:
            before = self._keys.get(key["previous_id"] or "")
            if before is None or key["id"] in self._keys:
                continue
            text = {
                "kind": "fieldapp ledger key",
                "public_key": key["public_key"],
                "previous_id": key["previous_id"],
            }
            if verifies(before, key["endorsement"] or "", canonical(text)):
                self._keys[key["id"]] = key["public_key"]

    def _checkpoint(self, what: str, given: Json) -> Json:
        said = json.loads(given["body"])
        key = self._keys.get(said["key_id"])
        signed = key is not None and verifies(key, given["signature"], given["body"].encode())
        detail = "is not signed by the trusted key" if key else "is signed by a key without trust"
        self.found.expect(signed, what, str(said["size"]), detail)
        if said["kind"] != "fieldapp checkpoint":
            raise Broken("not a checkpoint")
        return said

    def _stamps(self, listed: Sequence[Json], first: Json) -> None:
        """That each stamp is over a checkpoint of this log, and when. Who signed it needs the authority's roots: openssl."""
        for given in listed:
            said = self._checkpoint("checkpoint", given)
            size, body = said["size"], given["body"].encode()
            old, root = bytes.fromhex(said["root"]), bytes.fromhex(first["root"])
            steps = [bytes.fromhex(step) for step in given["consistency"]]
            same_log = said["origin"] == first["origin"] and is_consistent(
                size, first["size"], old, root, steps
            )
            self.found.expect(same_log, "consistency", str(size), "is of another log")
            file = f"stamps/{size}.checkpoint"
            digest = hashlib.sha256(body).hexdigest()
            self.found.expect(self._hashes.get(file) == digest, "timestamp", file, "was changed")
            for stamp in given["stamps"]:
                self._stamp(stamp, size, digest)

    def _stamp(self, stamp: Json, size: int, digest: str) -> None:
        with self._open(stamp["file"]) as stream:
            token = stream.read(LONGEST_LINE)
        try:
            at, imprint = stamp_of(token)
        except (Broken, IndexError):
            at, imprint = "", ""
        if not self.found.expect(
            imprint == digest, "timestamp", stamp["file"], "is no stamp of its checkpoint"
        ):
            return
        self.found.not_checked["timestamp_signature"] += 1
        data, token_file = f"stamps/{size}.checkpoint", stamp["file"]
        told = {
            "entries_below": size,
            "at": at,
            "by": stamp["by"],
            "over_this_log": "proved",
            "signature": "not checked",
            "to_check": f"openssl ts -verify -data {data} -in {token_file} -CAfile ROOTS.pem",
        }
        self.found.stamps.append(told)

    def _read_entries(self, said: Json) -> None:
        root = bytes.fromhex(said["root"])
        for line in self._lines("entries.jsonl"):
            entry = line["entry"]
            hashed = leaf_hash(bytes.fromhex(line["leaf_salt"]), entry)
            proof = [bytes.fromhex(step) for step in line["proof"]]
            holds = is_included(line["leaf"], said["size"], hashed, proof, root)
            self.found.expect(holds, "entry", entry["id"], "is not in the signed log")
            self._entries.setdefault((entry["table"], entry["row_id"]), []).append(line)

    def _read_rows(self) -> None:
        for line in self._lines("rows.jsonl"):
            name = (line["table"], line["row_id"])
            if name not in self._entries:
                self.found.expect(False, "row", "/".join(name), "no entry of the log tells of it")
                continue
            if line.get("withheld"):
                self.found.not_checked["row"] += 1
                self._withheld.add(name)
                continue
            salt = bytes.fromhex(line["salt"])
            digest = hashlib.sha256(salt + canonical(line["row"])).hexdigest()
            last = self._last(name)
            fits = digest == last["entry"]["digest"] and _derived(salt) == last["leaf_salt"]
            if self.found.expect(fits, "row", "/".join(name), "is not what the log committed to"):
                self._rows[name] = line["row"]

    def _last(self, name: tuple[str, str]) -> Json:
        told = [line for line in self._entries[name] if line["entry"]["act"] in CHANGES]
        return max(told, key=lambda line: line["leaf"])

    def _photos(self) -> None:
        originals = {name: h for name, h in self._hashes.items() if name.startswith("originals/")}
        wanted = set()
        for (table, row_id), row in self._rows.items():
            if table != "evidence":
                continue
            name = f"originals/{row['sha256']}"
            wanted.add(name)
            if name in originals:
                fits = originals[name] == row["sha256"]
                self.found.expect(fits, "original", row_id, "its bytes are not the evidence's")
            elif ("redaction", row_id) in self._entries:
                self.found.proved["redacted"] += 1
            else:
                self.found.not_checked["original"] += 1
            self._seal(row_id, row)
        for name in sorted(set(originals) - wanted):
            self.found.expect(False, "original", name, "belongs to no evidence of this bundle")

    def _seal(self, row_id: str, row: Json) -> None:
        device = self._rows.get(("device", row["device_id"] or ""))
        if row["seal"] is None or device is None:
            self.found.not_checked["seal"] += 1
            return
        said = json.loads(row["seal"])
        sealed = (said.get("envelope") or {}).get("sha256")  # of a photo that travelled in one
        named = (said["sha256"], said["evidence_id"], sealed)
        fits = named == (row["sha256"], row["sent_id"], row.get("envelope_sha256"))
        signed = verifies(device["public_key"], row["seal_signature"] or "", row["seal"].encode())
        if row["seal_state"] == "valid":
            self.found.expect(fits and signed, "seal", row_id, "is not the phone's")
        else:
            self.found.not_checked["seal"] += 1

    def _annotations(self) -> None:
        """What was drawn on copies of photos: each proves nothing but which photo it is a copy of."""
        wanted = set()
        for (table, row_id), row in self._rows.items():
            if table != "annotation":
                continue
            name, on = f"annotations/{row['sha256']}", ("evidence", row["evidence_id"])
            wanted.add(name)
            photo = self._rows.get(on)
            there = photo is not None or on in self._withheld
            self.found.expect(there, "annotation", row_id, "is drawn on no evidence of this bundle")
            if photo is None or name not in self._hashes:
                self.found.not_checked["annotation"] += 1
            elif self.found.expect(
                self._hashes[name] == row["sha256"],
                "annotation",
                row_id,
                "its bytes are not what was drawn",
            ):
                self.found.derived[name] = f"derived copy of originals/{photo['sha256']}"
            self._annotation_seal(row_id, row, photo)
        for name in sorted(n for n in self._hashes if n.startswith("annotations/")):
            if name not in wanted:
                self.found.expect(False, "annotation", name, "belongs to no row of this bundle")

    def _annotation_seal(self, row_id: str, row: Json, photo: "Json | None") -> None:
        said = json.loads(row["seal"] or "{}")
        device = next(
            (
                one
                for (table, _), one in self._rows.items()
                if table == "device" and one["sent_id"] == said.get("device_id")
            ),
            None,
        )
        if photo is None or device is None or row["seal_state"] != "valid":
            self.found.not_checked["seal"] += 1
            return
        named = (said["sha256"], said["evidence_id"], said.get("annotates"))
        fits = named == (row["sha256"], row["sent_id"], photo["sent_id"])
        signed = verifies(device["public_key"], row["seal_signature"] or "", row["seal"].encode())
        self.found.expect(fits and signed, "seal", row_id, "is not the phone's")

    def _records(self) -> None:
        for (table, row_id), row in self._rows.items():
            if table != "record":
                continue
            name = f"records/{row['sha256']}"
            if name not in self._hashes:
                self.found.not_checked["record"] += 1
                continue
            fits = self._hashes[name] == row["sha256"] == row["body"]["sha256"]
            self.found.expect(fits, "record", row_id, "its bytes are not what was sent")

    def _acts(self) -> None:
        """Decisions with their officers' signatures."""
        for name, row in list(self._rows.items()):
            if name[0] != "verdict":
                continue
            act_id = self._entries[name][0]["entry"]["signed_act_id"]
            if act_id is None:
                self.found.not_checked["act"] += 1
                continue
            act = self._rows.get(("signed_act", act_id))
            device = act and self._rows.get(("device", act["device_id"]))
            if not act or not device:
                self.found.not_checked["act"] += 1
                continue
            said = json.loads(act["body"])
            fits = (
                said["path"] == f"/api/evidence/{row['evidence_id']}/verdicts"
                and said["body"]["outcome"] == row["outcome"]
                and said["person_id"] == row["by_id"] == device["person_id"]
            )
            signed = verifies(device["public_key"], act["signature"], act["body"].encode())
            self.found.expect(fits and signed, "act", name[1], "is not what the officer signed")

    def _whole(self, about: Json, proof: Json, first: Json) -> None:
        """Nothing was added, changed or taken out since it was made."""
        row, entry = proof["row"], proof["entry"]
        listed = {line["name"]: line for line in self._lines("manifest.jsonl")}
        self.found.expect(
            self._hashes["manifest.jsonl"] == row["manifest_sha256"],
            "manifest",
            "manifest.jsonl",
            "is not the one that was sealed",
        )
        for name in sorted(set(listed) | (set(self._hashes) - OUTSIDE_MANIFEST)):
            fits = name in listed and self._hashes.get(name) == listed[name]["sha256"]
            self.found.expect(fits, "file", name, "changed, added or taken out")
        told = {key: about[key] for key in ("id", "selection", "redacted", "purpose")}
        same = told == {key: row[key] for key in told}
        self.found.expect(same, "bundle", "bundle.json", "says something else than was sealed")
        digest = hashlib.sha256(bytes.fromhex(proof["salt"]) + canonical(row)).hexdigest()
        fits = entry["digest"] == digest and (entry["table"], entry["row_id"]) == (
            "bundle",
            row["id"],
        )
        self.found.expect(fits, "manifest", "proof.json", "is not what the log committed to")
        last = self._checkpoint("checkpoint", proof["checkpoint"])
        hashed = leaf_hash(bytes.fromhex(_derived(bytes.fromhex(proof["salt"]))), entry)
        steps = [bytes.fromhex(step) for step in proof["proof"]]
        root = bytes.fromhex(last["root"])
        held = is_included(proof["leaf"], last["size"], hashed, steps, root)
        self.found.expect(held, "manifest", "proof.json", "is not in the signed log")
        steps = [bytes.fromhex(step) for step in proof["consistency"]]
        old = bytes.fromhex(first["root"])
        grown = is_consistent(first["size"], last["size"], old, root, steps)
        same_log = grown and first["origin"] == last["origin"]
        self.found.expect(same_log, "consistency", "proof.json", "the log was rewritten meanwhile")

    def _open(self, name: str) -> BinaryIO:
        # zipfile's own answers to a name that is not there, a spoilt header, an unknown packing, a password.
        try:
            return self._zip.open(name)  # type: ignore[return-value]
        except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise Broken(f"{name} cannot be read: {error}") from error

    def _json(self, name: str) -> Json:
        with self._open(name) as stream:
            return json.loads(stream.read(LONGEST_LINE))

    def _lines(self, name: str) -> Iterator[Json]:
        with self._open(name) as stream:
            while line := stream.readline(LONGEST_LINE):
                yield json.loads(line)


def _derived(salt: bytes) -> str:
    return hmac.new(salt, b"fieldapp leaf", hashlib.sha256).hexdigest()


def check(file: "str | BinaryIO", trust: "str | None") -> Json:
    """The report of one bundle. `trust`: the fingerprint of the log's key, 64 hex digits."""
    try:
        with zipfile.ZipFile(file) as archive:
            return Bundle(archive, trust).check()
    except FileNotFoundError:
        detail = f"no such file: {file}"
    except (zipfile.BadZipFile, OSError, EOFError, Broken) as error:
        detail = f"not a whole archive: {error}"
    found = Findings()
    found.expect(False, "bundle", "bundle", detail)
    return found.report()


def main(arguments: "Sequence[str] | None" = None) -> int:
    parser = argparse.ArgumentParser(description="Prove a bundle of evidence.")
    parser.add_argument("bundle", help="the ZIP file")
    parser.add_argument("--trust", metavar="FINGERPRINT", help="of the log's key, known elsewhere")
    options = parser.parse_args(arguments)
    if options.trust and not re.fullmatch(r"(?:[0-9A-Fa-f]:?){64}", options.trust):
        parser.error("a fingerprint is 64 hex digits")
    report = check(options.bundle, options.trust)
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    return 1 if report["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
