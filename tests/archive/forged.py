"""What a checker must say of time stamps that no authority makes, and of some that one might."""

from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from fieldapp.clock import now
from tests.archive.forging import (
    DATA,
    DAY,
    ECDSA,
    ED25519,
    PSS,
    RSA,
    SHA1,
    SHA384,
    SIGNING_CERTIFICATE,
    Certified,
    Forge,
    badly_padded,
    certified,
    der,
    ecdsa,
    edwards,
    once_around,
    pkcs1,
    pss,
    sequence,
)

TO_STAMP = (ExtendedKeyUsageOID.TIME_STAMPING,)


@dataclass
class Forged:
    token: bytes
    trusted: Certified
    outcome: str
    reason: str  # what it holds


def forged() -> dict[str, Forged]:
    """By name."""
    all_of_them = _of_chains() | _of_certificates() | _of_attributes() | _of_algorithms()
    return {name: Forged(forge.token(), *said) for name, (forge, *said) in all_of_them.items()}


ROOT = {"ca": True, "signs": "key_cert_sign"}
Case = tuple[Forge, Certified, str, str]


def _chain(name: str = "", **asked: Any) -> tuple[Certified, Certified]:
    """(a signer, its root); what is asked goes for the signer."""
    root = certified(f"root {name}", **ROOT)
    return certified(f"时间戳 {name}", root, **({"purposes": TO_STAMP} | asked)), root


def _of_chains() -> dict[str, Case]:
    signer, root = _chain()
    other, elsewhere = _chain("elsewhere")
    between = certified("between", root, **ROOT)
    below = certified("时间戳 below", between, purposes=TO_STAMP)
    chain = (root, below, between)
    narrow = certified("narrow", below=0, **ROOT)
    narrowed = certified("narrowed", narrow, **ROOT)
    too_deep = certified("too deep", narrowed, purposes=TO_STAMP)
    no_authority = certified("no authority", root)
    of_none = certified("of none", no_authority, purposes=TO_STAMP)
    may_not = certified("may not", root, ca=True, signs="digital_signature")
    of_may_not = certified("of one that may not", may_not, purposes=TO_STAMP)
    old = certified("old", root, since=now() - 3 * DAY, until=now() - DAY, **ROOT)
    of_old = certified("of an old one", old, purposes=TO_STAMP)
    pretended = certified("root ", **ROOT)
    first, second = certified("ring", **ROOT), certified("rung", **ROOT)
    ring = (
        certified("ring", second, key=first.key, **ROOT),
        certified("rung", first, key=second.key, **ROOT),
    )
    in_ring = certified("in a ring", ring[0], purposes=TO_STAMP)
    return {
        "sound": (Forge(signer, (signer, root)), signer, "proved", ""),
        "sound below its root": (Forge(signer, (signer, root)), root, "proved", ""),
        "sound with one between": (Forge(below, chain), root, "proved", ""),
        "below the one between": (Forge(below, chain), between, "proved", ""),
        "without its root": (Forge(signer, (signer,)), root, "not checked", "no certificate that has a given"),
        "of another": (Forge(other, (other, elsewhere)), root, "not checked", "no certificate that has a given"),
        "beside the trusted one": (Forge(other, (other, root)), root, "failed", "not signed below"),
        "without the one between": (Forge(below, (below, root)), root, "failed", "not signed below"),
        "below a root of the same name": (Forge(signer, (signer, pretended)), pretended, "failed", "not signed by its issuer"),
        "deeper than allowed": (Forge(too_deep, (too_deep, narrowed, narrow)), narrow, "failed", "so many below"),
        "below no authority": (Forge(of_none, (of_none, no_authority, root)), root, "failed", "no authority"),
        "below one that may not": (Forge(of_may_not, (of_may_not, may_not)), may_not, "failed", "no authority"),
        "below an old one": (Forge(of_old, (of_old, old, root)), root, "failed", "not valid at the time"),
        "in a ring": (Forge(in_ring, (in_ring, *ring, root)), root, "failed", "not signed below"),
    }  # fmt: skip


def _of_certificates() -> dict[str, Case]:
    def of(outcome: str, reason: str, **asked: Any) -> Case:
        signer, root = _chain(**asked)
        return Forge(signer, (signer, root)), root, outcome, reason

    both = (ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING)
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    limited = x509.NameConstraints([x509.DNSName("example.org")], None)
    stranger = ec.generate_private_key(ec.SECP256R1())
    alone = "not for time stamps alone"
    return {
        "may sign": of("proved", "", signs="digital_signature"),
        "expired": of("failed", "not valid at the time", since=now() - 3 * DAY, until=now() - DAY),
        "not yet valid": of("failed", "not valid at the time", since=now() + DAY / 2),
        "for something else": of("failed", alone, purposes=(ExtendedKeyUsageOID.CODE_SIGNING,)),
        "for something else too": of("failed", alone, purposes=both),
        "not critically for stamps": of("failed", alone, critical=False),
        "for keys, not to sign": of("failed", alone, signs="key_cert_sign"),
        "signed by a stranger": of("failed", "not signed by its issuer", by=stranger),
        "with a strange demand": of("not checked", "wants something", more=(strange,)),
        "with limited names": of("not checked", "wants something", more=(limited,)),
        "signed over SHA-224": of("not checked", "algorithm", hashed=hashes.SHA224()),
    }


def _of_attributes() -> dict[str, Case]:
    signer, root = _chain()
    other, _ = _chain("other")

    def of(outcome: str, reason: str, **changed: Any) -> Case:
        return Forge(signer, (signer, root), changed=changed), root, outcome, reason

    many = b"".join([signer.der] * 11)
    malformed = "not made as RFC 3161"
    return {
        "named by SHA-1": of("proved", "", told=(SIGNING_CERTIFICATE, "sha1")),
        "granted with a change": of("proved", "", status=sequence(b"\x02\x01\x01")),
        "refused": of("failed", malformed, status=sequence(b"\x02\x01\x02")),
        "with a length spelt long": of("failed", malformed, status=b"\x30\x81\x03\x02\x01\x00"),
        "of other content": of("failed", "something else than a time stamp", kind=DATA),
        "of another digest": of("failed", "something else than was signed", digest=b"\x00" * 32),
        "naming another": of("failed", "names another certificate", names=other),
        "naming none": of("failed", "does not say by which", without=("named",)),
        "without content type": of("failed", malformed, without=("kind",)),
        "without digest": of("failed", malformed, without=("digest",)),
        "without attributes": of("failed", "no signed attributes", without=("kind", "digest", "named")),
        "of two signers": of("failed", "exactly one", signers=2),
        "of no signer": of("failed", "exactly one", signers=0),
        "without certificates": of("failed", "carries no certificate", certificates=None),
        "with an empty set of them": of("failed", "carries no certificate", certificates=b""),
        "with too many": of("failed", "too many", certificates=many),
        "with certificates that are none": of("failed", malformed, certificates=sequence(b"\x05\x00")),
        "without its signer's": of("failed", "does not carry its signer's", certificates=root.der),
        "named by its key": of("not checked", "names its signer", named=der(0x80, b"key")),
        "of another signature": of("failed", "signature is wrong", signature=ecdsa(signer.key, b"another")),
        "of an empty signature": of("failed", malformed, signature=b""),
        "of a huge signature": of("failed", "signature is wrong", signature=sequence(der(2, b"\x01" * 9999), der(2, b"\x01"))),
        "of a signature of nothing": of("failed", "signature is wrong", signature=sequence(der(2, b"\x00"), der(2, b"\x00"))),
    }  # fmt: skip


def _of_algorithms() -> dict[str, Case]:
    big, small = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 1024)  # noqa: S505 - too short, which is said
    other, odd = (rsa.generate_private_key(65537, size) for size in (2048, 2050))
    curved = ec.generate_private_key(ec.SECP256R1())
    info = bytes.fromhex("3031300d060960864801650304020105000420")
    shorter = bytes.fromhex("302f300b0609608648016503040201 0420")

    def of(
        key: Any, sign: Any, algorithm: bytes, outcome: str, reason: str = "", **asked: Any
    ) -> Case:
        signer, root = _chain(key=key)
        made = Forge(signer, (signer, root), sign=sign, algorithm=algorithm, **asked)
        return made, root, outcome, reason

    unknown, wrong = "algorithm that is not known", "signature is wrong"
    koblitz = ec.generate_private_key(ec.SECP256K1())
    return {
        "RSA": of(big, pkcs1, RSA, "proved"),
        "RSA, padded by hand": of(big, badly_padded(info), RSA, "proved"),
        "RSA, with something after": of(big, badly_padded(info, b"\x00" * 100), RSA, "failed", wrong),
        "RSA, without a parameter": of(big, badly_padded(shorter), RSA, "failed", wrong),
        "RSA, of the digest alone": of(big, badly_padded(b""), RSA, "failed", wrong),
        "RSA, by another key": of(big, lambda _key, text: pkcs1(other, text), RSA, "failed", wrong),
        "RSA, with zeros before": of(big, lambda key, text: b"\x00" + pkcs1(key, text), RSA, "failed", wrong),
        "RSA of an odd size": of(odd, pkcs1, RSA, "proved"),
        "RSA, once around": of(odd, once_around, RSA, "failed", wrong),
        "RSA, too short": of(small, pkcs1, RSA, "not checked", "RSA key of a size"),
        "RSA-PSS": of(big, pss, PSS, "not checked", unknown),
        "RSA key, ECDSA": of(big, pkcs1, ECDSA, "not checked", unknown),
        "Ed25519": of(ed25519.Ed25519PrivateKey.generate(), edwards, ED25519, "not checked", unknown),
        "of two hashes": of(curved, ecdsa, ECDSA, "not checked", unknown, hashed=SHA384),
        "another curve": of(koblitz, ecdsa, ECDSA, "not checked", "curve"),
        "SHA-1": of(big, pkcs1, RSA, "not checked", "hash that is not known", hashed=SHA1),
    }  # fmt: skip
