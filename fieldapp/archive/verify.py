#!/usr/bin/env python3
"""Prove a bundle of evidence with Python alone: no server, no database, no other library.

    python3 verify.py BUNDLE.zip --trust FINGERPRINT [--tsa FINGERPRINT]

The fingerprint of the log's key comes from somebody whom you trust (the authority, a printed report), never from the
bundle; so does that of a time-stamping authority's certificate. What is found is written to standard output as JSON: proved, failed, not checked. Exit 1 when anything failed.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple

Json = dict[str, Any]

ENCRYPTED = b"FIELDAPP-ENCRYPTED-"
ENCRYPTED_WORDS = "this is a full bundle, encrypted: open verify.html in a browser, choose it and give its passphrase"
CHUNK = 1 << 20
LONGEST_LINE = 32 << 20
LONGEST_TOKEN = 1 << 20
MOST_TOLD = 200
UNREAD = ""  # in place of the hash of a file that cannot be read: nothing has it
OUTSIDE_MANIFEST = {"manifest.jsonl", "proof.json"}  # made when everything else stood
CHANGES = {"insert", "update", "delete"}
UNCHECKED = {
    "key": "no fingerprint was given: whose log this is remains to be compared",
    "timestamp_signature": "whose stamp it is: each stamp says why",
    "row": "withheld from a redacted bundle; the log commits to it",
    "original": "its bytes are not in this bundle",
    "seal": "there is none, its phone is not told here, or it was not valid when it came",
    "annotation": "drawings are left out of a redacted bundle",
    "record": "the phone's words are left out of a redacted bundle",
    "act": "given without a signature in a browser, which authorities alone give; or its paper is withheld",
}
"""Why something stays unchecked: what a reader is to know before resting anything on it."""


PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# What Python answers to a file of an archive that is not there, spoilt, cut or behind a password, or to JSON without end.
UNREADABLE = (KeyError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
MISMADE = (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError)


class Broken(Exception):
    """The bundle cannot be read as one of ours."""


# -- ECDSA: P-256, and P-384 where a time stamp uses it ---------------------------------------------------

Point = tuple[int, int, int]  # Jacobian: x = X / Z**2, y = Y / Z**3; Z = 0 is the point at infinity
INFINITY: Point = (0, 1, 0)


class Curve(NamedTuple):
    """y**2 = x**3 - 3x + b modulo p, its n points made by adding g."""

    p: int
    n: int
    b: int
    g: "tuple[int, int]"

    @property
    def size(self) -> int:
        return self.p.bit_length() // 8


P256 = Curve(
    p=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    n=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    g=(
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
)
P384 = Curve(
    p=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF,
    n=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    b=0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    g=(
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")


def verifies(public_key: str, signature: str, data: bytes) -> bool:
    """Whether `signature` (r‖s, base64url) over the data is by this key (SPKI of P-256, base64url)."""
    try:
        spki, raw = from_text(public_key), from_text(signature)
    except ValueError:
        return False
    if len(raw) != 64 or len(spki) != len(SPKI) + 64 or not spki.startswith(SPKI):
        return False
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    return ecdsa_verifies(P256, spki[-64:], (r, s), hashlib.sha256(data).digest())


def ecdsa_verifies(curve: Curve, key: bytes, signature: "tuple[int, int]", digest: bytes) -> bool:
    """Whether the key (x‖y) signed what has this digest."""
    p, n, size = curve.p, curve.n, curve.size
    x, y = int.from_bytes(key[:size], "big"), int.from_bytes(key[size:], "big")
    r, s = signature
    if not _on_curve(curve, x, y) or not 0 < r < n or not 0 < s < n:
        return False
    inverse = pow(s, -1, n)
    hashed = int.from_bytes(digest[:size], "big")
    first, second = (*curve.g, 1), (x, y, 1)
    found = _two_products(p, hashed * inverse % n, first, r * inverse % n, second)
    if found[2] == 0:
        return False
    return found[0] * pow(found[2], -2, p) % p % n == r


def _on_curve(curve: Curve, x: int, y: int) -> bool:
    p = curve.p
    return 0 <= x < p and 0 <= y < p and (y * y - (x * x * x - 3 * x + curve.b)) % p == 0


def _two_products(p: int, a: int, first: Point, b: int, second: Point) -> Point:
    """a * first + b * second, bit by bit together."""
    both, sums = _added(p, first, second), INFINITY
    for bit in range(max(a.bit_length(), b.bit_length()) - 1, -1, -1):
        sums = _doubled(p, sums)
        which = (a >> bit & 1, b >> bit & 1)
        if which != (0, 0):
            sums = _added(p, sums, {(1, 0): first, (0, 1): second, (1, 1): both}[which])
    return sums


def _doubled(p: int, point: Point) -> Point:
    x, y, z = point
    if z == 0 or y == 0:
        return INFINITY
    yy = y * y % p
    s = 4 * x * yy % p
    m = 3 * (x - z * z) * (x + z * z) % p
    new_x = (m * m - 2 * s) % p
    return new_x, (m * (s - new_x) - 8 * yy * yy) % p, 2 * y * z % p


def _added(p: int, one: Point, other: Point) -> Point:
    if one[2] == 0:
        return other
    if other[2] == 0:
        return one
    (x1, y1, z1), (x2, y2, z2) = one, other
    u1, u2 = x1 * z2 * z2 % p, x2 * z1 * z1 % p
    s1, s2 = y1 * z2 * z2 * z2 % p, y2 * z1 * z1 * z1 % p
    if u1 == u2:
        return _doubled(p, one) if s1 == s2 else INFINITY
    h, r = u2 - u1, s2 - s1
    h2 = h * h % p
    h3, v = h2 * h % p, u1 * h2 % p
    new_x = (r * r - h3 - 2 * v) % p
    return new_x, (r * (v - new_x) - s1 * h3) % p, h * z1 * z2 % p


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
    for step, on_left in zip(proof, sides or ()):
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
    for step, on_left in zip(steps, sides or ()):
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


# -- RFC 3161: what a time stamp says, and who signed it --------------------------------------------------
# All in DER. Names of things (OIDs) are written as the hex of their bytes.

INTEGER, BITS, OCTETS, OID, SEQUENCE, SET, FIRST, FOURTH = 2, 3, 4, 6, 0x30, 0x31, 0xA0, 0xA3
SIGNED_DATA, STAMP_INFO = "2a864886f70d010702", "2a864886f70d0109100104"
CONTENT_TYPE, MESSAGE_DIGEST = "2a864886f70d010903", "2a864886f70d010904"
SIGNED_WITH = {"2a864886f70d010910020c": "sha1", "2a864886f70d010910022f": "sha256"}  # RFC 5035
COMMON_NAME, KEY_USAGE, BASIC, PURPOSES = "550403", "551d0f", "551d13", "551d25"
UNDERSTOOD = {KEY_USAGE, BASIC, PURPOSES, "551d0e", "551d11", "551d20", "551d23"}
ONLY_TO_STAMP = "300a06082b06010505070308"  # the extension that a stamping certificate must have
HASHES = {
    "608648016503040201": "sha256",
    "608648016503040202": "sha384",
    "608648016503040203": "sha512",
}
RSA, EC = "2a864886f70d010101", "2a8648ce3d0201"
CURVES = {"2a8648ce3d030107": P256, "2b81040022": P384}
ALGORITHMS = {  # kind of key, hash
    RSA: (RSA, ""),  # with the hash that is named beside it
    "2a864886f70d01010b": (RSA, "sha256"),
    "2a864886f70d01010c": (RSA, "sha384"),
    "2a864886f70d01010d": (RSA, "sha512"),
    "2a8648ce3d040302": (EC, "sha256"),
    "2a8648ce3d040303": (EC, "sha384"),
    "2a8648ce3d040304": (EC, "sha512"),
}
MOST_CERTIFICATES = 10
RSA_BITS = range(2048, 8193)
MALFORMED = (Broken, IndexError, KeyError, ValueError)


class Wrong(Broken):
    """The signature of a stamp does not hold, and why."""


class Unknown(Broken):
    """We cannot tell, and why."""


class Value(NamedTuple):
    tag: int
    body: bytes
    whole: bytes


class Certificate(NamedTuple):
    whole: bytes
    text: bytes  # what the issuer signed
    serial: bytes
    issuer: bytes
    subject: bytes
    since: str
    until: str
    key: Value
    extensions: "dict[str, tuple[bool, bytes]]"  # whether critical, value
    algorithm: Value
    signature: bytes

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.whole).hexdigest()


def stamp_of(token: bytes) -> "tuple[str, str]":
    """(the time, the SHA-256 in hex of what was stamped), whoever signed it. Raises one of MALFORMED."""
    at, imprint = _stamped(_content(_signed_data(token)))
    return f"{at[:4]}-{at[4:6]}-{at[6:8]}T{at[8:10]}:{at[10:12]}:{at[12:]}Z", imprint


def signature_of(token: bytes, trusted: "AbstractSet[str]") -> Json:
    """Whether the stamp is signed by one of these certificates (SHA-256, hex) or below it."""
    try:
        signed_by, fingerprint = _signer(token, trusted)
    except Unknown as error:
        return {"signature": "not checked", "reason": str(error)}
    except Wrong as error:
        return {"signature": "failed", "reason": str(error)}
    except MALFORMED:
        return {"signature": "failed", "reason": "is not made as RFC 3161 has it"}
    return {"signature": "proved", "signed_by": signed_by, "trusted": fingerprint}


def _signer(token: bytes, trusted: "AbstractSet[str]") -> "tuple[str, str]":
    """(the signer's common name, the trusted fingerprint that leads to it)."""
    if not trusted:
        raise Unknown("no fingerprint of a time-stamping authority was given")
    signed_data = _signed_data(token)
    content, rest = _content(signed_data), {value.tag: value for value in signed_data[3:]}
    infos = _of(rest[SET], SET)
    if len(infos) != 1:
        raise Wrong("is not signed by exactly one")
    info = _of(infos[0], SEQUENCE)  # version, signer, hash, attributes, algorithm, signature
    carried = _certificates(rest.get(FIRST))
    signer = _named(info[1], carried)
    named = HASHES.get(_oid(_of(info[2], SEQUENCE)[0]))
    if named is None:
        raise Unknown("is signed with a hash that is not known here")
    attributes = _attributes(info[3])
    if _oid(_single(attributes[CONTENT_TYPE])) != STAMP_INFO:
        raise Wrong("is signed as something else than a time stamp")
    if _body(_single(attributes[MESSAGE_DIGEST]), OCTETS) != _digest(named, content):
        raise Wrong("says something else than was signed")
    _expect_named(signer, attributes)
    text = b"\x31" + info[3].whole[1:]  # what is signed is a SET
    if not _holds(signer.key, info[4], _body(info[5], OCTETS), text, named):
        raise Wrong("its signature is wrong")
    at, _ = _stamped(content)
    _expect_to_stamp(signer, at)
    return _common_name(signer.subject), _anchor(signer, carried, trusted, at)


def _signed_data(token: bytes) -> "list[Value]":
    """version, hashes, content, [certificates], [lists of revoked ones], signers"""
    status, signed = _of(_single(token), SEQUENCE)
    if _of(status, SEQUENCE)[0].whole not in {b"\x02\x01\x00", b"\x02\x01\x01"}:
        raise Broken("a refusal, no stamp")
    kind, data = _of(signed, SEQUENCE)
    if _oid(kind) != SIGNED_DATA:
        raise Broken("not signed data")
    return _of(_single(_body(data, FIRST)), SEQUENCE)


def _content(signed_data: "Sequence[Value]") -> bytes:
    kind, content = _of(signed_data[2], SEQUENCE)
    if _oid(kind) != STAMP_INFO:
        raise Broken("signed data, but of no time stamp")
    return _body(_single(_body(content, FIRST)), OCTETS)


def _stamped(content: bytes) -> "tuple[str, str]":
    """(the time as 14 digits, the SHA-256 in hex)"""
    parts = _of(_single(content), SEQUENCE)  # version, policy, imprint, number, time, ...
    algorithm, imprint = _of(parts[2], SEQUENCE)
    if HASHES.get(_oid(_of(algorithm, SEQUENCE)[0])) != "sha256":
        raise Broken("stamped over another hash than SHA-256")
    at = re.fullmatch(rb"(\d{14})(?:\.\d+)?Z", _body(parts[4], 0x18))
    if at is None:
        raise Broken("a stamp without a time")
    return at[1].decode(), _body(imprint, OCTETS).hex()


def _attributes(value: Value) -> "dict[str, bytes]":
    if value.tag != FIRST:
        raise Wrong("has no signed attributes")
    found = {}
    for one in _values(value.body):
        name, values = _of(one, SEQUENCE)
        if _oid(name) in found:
            raise Broken("an attribute twice")
        found[_oid(name)] = _body(values, SET)
    return found


def _named(signer: Value, carried: "Sequence[Certificate]") -> Certificate:
    if signer.tag != SEQUENCE:
        raise Unknown("names its signer in a way that is not known here")
    issuer, serial = _of(signer, SEQUENCE)
    for one in carried:
        if (one.issuer, one.serial) == (issuer.whole, serial.whole):
            return one
    raise Wrong("does not carry its signer's certificate")


def _expect_named(signer: Certificate, attributes: "dict[str, bytes]") -> None:
    """What is signed names the signer's certificate by its hash, or another one could stand in its place."""
    told = [name for name in SIGNED_WITH if name in attributes]
    for name in told:
        parts = _of(_of(_of(_single(attributes[name]), SEQUENCE)[0], SEQUENCE)[0], SEQUENCE)
        hashed: str | None = SIGNED_WITH[name]
        if parts[0].tag == SEQUENCE:
            hashed = HASHES.get(_oid(_of(parts.pop(0), SEQUENCE)[0]))
        if hashed is None:
            raise Unknown("names its signer by a hash that is not known here")
        if _body(parts[0], OCTETS) != _digest(hashed, signer.whole):
            raise Wrong("names another certificate than its signer's")
    if not told:
        raise Wrong("does not say by which certificate it is signed")


def _expect_to_stamp(signer: Certificate, at: str) -> None:
    _expect_in_force(signer, at)
    critical, purposes = signer.extensions.get(PURPOSES, (False, b""))
    if not critical or purposes.hex() != ONLY_TO_STAMP or not _usage(signer) & 0xC0:
        raise Wrong("its signer's certificate is not for time stamps alone")


def _anchor(
    signer: Certificate, carried: "Sequence[Certificate]", trusted: "AbstractSet[str]", at: str
) -> str:
    """The trusted fingerprint from which signed certificates lead to the signer's: each is come to once at most."""
    if not any(one.fingerprint in trusted for one in carried):
        raise Unknown("carries no certificate that has a given fingerprint")
    reached, hindered = [(signer, 0)], []
    for below, depth in reached:  # which grows meanwhile
        if below.fingerprint in trusted:
            return below.fingerprint
        for above in carried:
            if above.subject != below.issuer or any(above == one for one, _ in reached):
                continue
            try:
                _expect_issuer(above, below, depth, at)
                reached.append((above, depth + 1))
            except (Wrong, Unknown) as error:
                hindered.append(error)
    raise hindered[0] if hindered else Wrong("is not signed below the given fingerprint")


def _expect_issuer(above: Certificate, below: Certificate, depth: int, at: str) -> None:
    """`depth`: how many issuers are between it and the signer."""
    _expect_in_force(above, at)
    _, basic = above.extensions.get(BASIC, (False, b"\x30\x00"))
    said = _of(_single(basic), SEQUENCE)  # whether an authority, how many below it
    if not said or said[0].whole != b"\x01\x01\xff" or not _usage(above) & 0x04:
        raise Wrong("an issuer of its signer's certificate is no authority")
    if len(said) > 1 and _number(said[1]) < depth:
        raise Wrong("an issuer of its signer's certificate may not have so many below it")
    if not _holds(above.key, below.algorithm, below.signature, below.text):
        raise Wrong("a certificate is not signed by its issuer")


def _expect_in_force(certificate: Certificate, at: str) -> None:
    if not certificate.since <= at <= certificate.until:
        raise Wrong("a certificate was not valid at the time of the stamp")
    for name, (critical, _) in certificate.extensions.items():
        if critical and name not in UNDERSTOOD:
            raise Unknown("a certificate wants something that is not known here")


def _certificates(value: "Value | None") -> "list[Certificate]":
    found = [] if value is None else _values(value.body)
    if not found:
        raise Wrong("carries no certificate")
    if len(found) > MOST_CERTIFICATES:
        raise Wrong("carries too many certificates")
    return [_certificate(one) for one in found if one.tag == SEQUENCE]


def _certificate(value: Value) -> Certificate:
    text, algorithm, signature = _of(value, SEQUENCE)
    fields = _of(text, SEQUENCE)
    if fields[0].tag == FIRST:
        del fields[0]  # the version
    serial, named, issuer, validity, subject, key = fields[:6]
    if named != algorithm:
        raise Broken("a certificate with two algorithms")
    since, until = _of(validity, SEQUENCE)
    return Certificate(
        value.whole,
        text.whole,
        serial.whole,
        issuer.whole,
        subject.whole,
        _digits(since),
        _digits(until),
        key,
        _extensions(fields[6:]),
        algorithm,
        _bits(signature),
    )


def _extensions(fields: "Sequence[Value]") -> "dict[str, tuple[bool, bytes]]":
    found = {}
    for one in [
        one for field in fields if field.tag == FOURTH for one in _of(_single(field.body), SEQUENCE)
    ]:
        parts = _of(one, SEQUENCE)  # name, whether critical, value
        name, critical = _oid(parts[0]), len(parts) > 2 and parts[1].body != b"\x00"
        if name in found:
            raise Broken("an extension twice")
        found[name] = (critical, _body(parts[-1], OCTETS))
    return found


def _usage(certificate: Certificate) -> int:
    """What the key is for, as bits; one that is not told is for everything."""
    _, usage = certificate.extensions.get(KEY_USAGE, (False, b"\x03\x02\x00\xff"))
    return _body(_single(usage), BITS)[1]


def _common_name(subject: bytes) -> str:
    """The last one, as text."""
    said = ""
    for group in _of(_single(subject), SEQUENCE):
        for one in _of(group, SET):
            name, text = _of(one, SEQUENCE)
            if _oid(name) == COMMON_NAME:
                said = text.body.decode("utf-16-be" if text.tag == 0x1E else "utf-8", "replace")
    return said


def _digits(time: Value) -> str:
    """YYYYMMDDhhmmss"""
    short = time.tag == 0x17
    if not re.fullmatch(rb"\d{12}Z" if short else rb"\d{14}Z", time.body):
        raise Broken("a certificate without a time")
    digits = time.body[:-1].decode()
    return digits if not short else f"19{digits}" if digits >= "50" else f"20{digits}"


def _holds(key: Value, algorithm: Value, signature: bytes, text: bytes, beside: str = "") -> bool:
    """Whether the key (SPKI) signed the text. `beside`: the hash that is named beside the algorithm. Raises Unknown."""
    kind, hashed = ALGORITHMS.get(_oid(_of(algorithm, SEQUENCE)[0]), ("", ""))
    about, point = _of(key, SEQUENCE)
    named = _of(about, SEQUENCE)
    hashed = hashed or beside
    if kind != _oid(named[0]) or not hashed or (beside or hashed) != hashed:
        raise Unknown("is signed with an algorithm that is not known here")
    if kind == RSA:
        return _rsa_holds(_bits(point), signature, text, hashed)
    curve = CURVES.get(_oid(named[1]))
    if curve is None or len(_bits(point)) != 1 + 2 * curve.size or _bits(point)[0] != 4:
        raise Unknown("is signed with a curve that is not known here")
    r, s = map(_number, _of(_single(signature), SEQUENCE))
    return ecdsa_verifies(curve, _bits(point)[1:], (r, s), _digest(hashed, text))


def _rsa_holds(key: bytes, signature: bytes, text: bytes, hashed: str) -> bool:
    """PKCS#1 v1.5: the whole block is what it must be, not only the end of it."""
    modulus, exponent = map(_number, _of(_single(key), SEQUENCE))
    if modulus.bit_length() not in RSA_BITS or not 1 < exponent < 1 << 32 or not exponent & 1:
        raise Unknown("is signed with an RSA key of a size that is not known here")
    length, signed = (modulus.bit_length() + 7) // 8, int.from_bytes(signature, "big")
    digest = _digest(hashed, text)
    oid = next(bytes.fromhex(name) for name, one in HASHES.items() if one == hashed)
    told = (
        bytes([0x30, 17 + len(digest), 0x30, 13, OID, 9]) + oid + bytes([5, 0, OCTETS, len(digest)])
    )
    block = b"\x00\x01" + b"\xff" * (length - len(told) - len(digest) - 3) + b"\x00" + told + digest
    if len(signature) != length or signed >= modulus:
        return False
    return pow(signed, exponent, modulus) == int.from_bytes(block, "big")


def _digest(name: str, data: bytes) -> bytes:
    return hashlib.new(name, data, usedforsecurity=False).digest()  # SHA-1 only names a certificate


def _values(data: bytes) -> "list[Value]":
    """The DER values that follow one another in it."""
    found, at = [], 0
    while at < len(data):
        tag, length, body = _header(data, at)
        if tag & 0x1F == 0x1F or body + length > len(data):
            raise Broken("a value that ends too early")
        found.append(Value(tag, data[body : body + length], data[at : body + length]))
        at = body + length
    return found


def _header(data: bytes, at: int) -> "tuple[int, int, int]":
    """(tag, length, where the body begins); each length has one spelling only."""
    tag, length = data[at], data[at + 1]
    if length < 0x80:
        return tag, length, at + 2
    spelt = data[at + 2 : at + 2 + (length & 0x7F)]
    number = int.from_bytes(spelt[:5], "big")
    if len(spelt) != length & 0x7F or len(spelt) > 4 or number < 0x80 or spelt[0] == 0:
        raise Broken("a length that is none")
    return tag, number, at + 2 + len(spelt)


def _single(data: bytes) -> Value:
    [value] = _values(data)
    return value


def _body(value: Value, tag: int) -> bytes:
    if value.tag != tag:
        raise Broken("something else than was expected")
    return value.body


def _of(value: Value, tag: int) -> "list[Value]":
    return _values(_body(value, tag))


def _oid(value: Value) -> str:
    return _body(value, OID).hex()


def _bits(value: Value) -> bytes:
    """Whole bytes of bits."""
    body = _body(value, BITS)
    if body[0] != 0:
        raise Broken("bits that are no bytes")
    return body[1:]


def _number(value: Value) -> int:
    body = _body(value, INTEGER)
    if body[0] & 0x80 or (body[0] == 0 and len(body) > 1 and not body[1] & 0x80):
        raise Broken("a number that is none")
    return int.from_bytes(body, "big")


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
            "why_not_checked": {what: UNCHECKED[what] for what in self.not_checked},
            "stamps": self.stamps,
            "derived": self.derived,
        }


class Bundle:
    """One reading of a bundle, from its key down to its photos."""

    def __init__(
        self, archive: zipfile.ZipFile, trust: "str | None", tsa: Sequence[str] = ()
    ) -> None:
        self.found = Findings()
        self._zip, self._trust = archive, trust and _plain(trust)
        self._tsa = {_plain(one) for one in tsa}
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
        except Broken as error:
            if not any(fault["detail"] == str(error) for fault in self.found.failed):
                self.found.expect(False, "bundle", "bundle", str(error))
        except MISMADE as error:
            detail = f"{type(error).__name__}: {error}"
            self.found.expect(False, "bundle", "bundle", detail)
        return self.found.report()

    def _files(self) -> None:
        """Every file, read once through."""
        for name, count in Counter(info.filename for info in self._zip.infolist()).items():
            if count > 1:
                self.found.expect(False, "file", name, "stands in the archive more than once")
            try:
                self._hashes[name] = self._hashed(name)
            except Broken as error:
                self.found.expect(False, "file", name, str(error))
                self._hashes[name] = UNREAD

    def _hashed(self, name: str) -> str:
        digest = hashlib.sha256()
        with self._open(name) as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

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
        """That each stamp is over a checkpoint of this log, when, and by whom where we know whom to trust."""
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
            token = stream.read(LONGEST_TOKEN)
        try:
            at, imprint = stamp_of(token)
        except MALFORMED:
            at, imprint = "", ""
        if not self.found.expect(
            imprint == digest, "timestamp", stamp["file"], "is no stamp of its checkpoint"
        ):
            return
        signature = signature_of(token, self._tsa)
        if signature["signature"] == "not checked":
            self.found.not_checked["timestamp_signature"] += 1
        else:
            holds, detail = signature["signature"] == "proved", signature.get("reason", "")
            self.found.expect(holds, "timestamp_signature", stamp["file"], detail)
        data, token_file = f"stamps/{size}.checkpoint", stamp["file"]
        told = {
            "entries_below": size,
            "at": at,
            "by": stamp["by"],
            "over_this_log": "proved",
            **signature,
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
            if self._hashes.get(name) == UNREAD:
                continue  # told already
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

    @contextmanager
    def _open(self, name: str) -> "Iterator[BinaryIO]":
        try:
            if self._zip.getinfo(name).compress_type not in PACKINGS:
                raise Broken(f"{name} cannot be read: packed in a way that is not known here")
            with self._zip.open(name) as stream:
                yield stream  # type: ignore[misc]
        except UNREADABLE as error:
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


def _plain(fingerprint: str) -> str:
    return fingerprint.replace(":", "").lower()


def check(file: "str | BinaryIO", trust: "str | None", tsa: Sequence[str] = ()) -> Json:
    """The report of one bundle. Fingerprints, 64 hex digits: `trust` of the log's key, `tsa` of certificates that may stamp."""
    try:
        if _is_encrypted(file):
            return _failed(ENCRYPTED_WORDS)
        with zipfile.ZipFile(file) as archive:
            return Bundle(archive, trust, tsa).check()
    except FileNotFoundError:
        return _failed(f"no such file: {file}")
    except (*UNREADABLE, *MISMADE) as error:
        return _failed(f"not a whole archive: {error}")


def _is_encrypted(file: "str | BinaryIO") -> bool:
    if not isinstance(file, str):
        return False
    with open(file, "rb") as stream:  # noqa: PTH123 - one file that reads like any other script
        return stream.read(len(ENCRYPTED)) == ENCRYPTED


def _failed(detail: str) -> Json:
    found = Findings()
    found.expect(False, "bundle", "bundle", detail)
    return found.report()


def as_fingerprint(text: str) -> str:
    """For argparse."""
    if not re.fullmatch(r"(?:[0-9A-Fa-f]:?){64}", text):
        raise argparse.ArgumentTypeError(f"{text!r}: a fingerprint is 64 hex digits")
    return text


def add_trust(parser: argparse.ArgumentParser) -> None:
    """Whom to trust: given here, never taken from the bundle."""
    parser.add_argument(
        "--trust",
        metavar="FINGERPRINT",
        type=as_fingerprint,
        help="of the log's key, known elsewhere",
    )
    parser.add_argument(
        "--tsa",
        metavar="FINGERPRINT",
        type=as_fingerprint,
        action="append",
        default=[],
        help="SHA-256 of the certificate of a time-stamping authority or of one above it; may be repeated",
    )


def main(arguments: "Sequence[str] | None" = None) -> int:
    parser = argparse.ArgumentParser(description="Prove a bundle of evidence.")
    parser.add_argument("bundle", help="the ZIP file")
    add_trust(parser)
    options = parser.parse_args(arguments)
    report = check(options.bundle, options.trust, options.tsa)
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    return 1 if report["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
