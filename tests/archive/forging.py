"""Time stamps as no authority makes them: `Forge` writes certificates and tokens, right but for what a test asks to be wrong."""

import hashlib
import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import NameOID

from fieldapp.clock import now

BODY = b'{"kind":"fieldapp checkpoint"}'
DAY = timedelta(days=1)
SHA256 = bytes.fromhex("300b0609608648016503040201")
SHA384 = bytes.fromhex("300b0609608648016503040202")
SHA1 = bytes.fromhex("300906052b0e03021a0500")
ECDSA = bytes.fromhex("300a06082a8648ce3d040302")
RSA = bytes.fromhex("300d06092a864886f70d0101010500")
PSS = bytes.fromhex("300b06092a864886f70d01010a")
ED25519 = bytes.fromhex("300506032b6570")
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
STAMP_INFO = bytes.fromhex("060b2a864886f70d0109100104")
DATA = bytes.fromhex("06092a864886f70d010701")
CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
SIGNING_CERTIFICATE = bytes.fromhex("060b2a864886f70d010910020c")
SIGNING_CERTIFICATE_V2 = bytes.fromhex("060b2a864886f70d010910022f")
serials = itertools.count(7)


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes(-(-len(body).bit_length() // 8), "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def sequence(*parts: bytes) -> bytes:
    return der(0x30, *parts)


def integer(number: int) -> bytes:
    return der(2, number.to_bytes(number.bit_length() // 8 + 1))


@dataclass
class Certified:
    """A certificate and its key."""

    key: Any
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.der).hexdigest()


def certified(name: str, issuer: Certified | None = None, **asked: Any) -> Certified:
    """`key`, `by` (another key that signs instead), `since`, `until`, `purposes`, `critical`, `ca`, `below` (how many issuers), `signs`, `more` (extensions), `hashed`."""
    key = asked.get("key") or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(next(serials))
        .not_valid_before(asked.get("since", now() - DAY))
        .not_valid_after(asked.get("until", now() + DAY))
    )
    if "ca" in asked:
        made = made.add_extension(x509.BasicConstraints(asked["ca"], asked.get("below")), True)
    if "purposes" in asked:
        made = made.add_extension(x509.ExtendedKeyUsage(asked["purposes"]), asked.get("critical", True))  # fmt: skip
    if "signs" in asked:
        usage = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only", "decipher_only"), False)  # fmt: skip
        usage |= {"digital_signature": False, "key_cert_sign": False, asked["signs"]: True}
        made = made.add_extension(x509.KeyUsage(**usage), True)
    for extension in asked.get("more", ()):
        made = made.add_extension(extension, True)
    signer = asked.get("by") or (issuer.key if issuer else key)
    return Certified(key, made.sign(signer, asked.get("hashed", hashes.SHA256())))


def ecdsa(key: Any, text: bytes) -> bytes:
    return key.sign(text, ec.ECDSA(hashes.SHA256()))


def pkcs1(key: rsa.RSAPrivateKey, text: bytes) -> bytes:
    return key.sign(text, padding.PKCS1v15(), hashes.SHA256())


def pss(key: rsa.RSAPrivateKey, text: bytes) -> bytes:
    return key.sign(text, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())


def edwards(key: ed25519.Ed25519PrivateKey, text: bytes) -> bytes:
    return key.sign(text)


def badly_padded(told: bytes, after: bytes = b""):
    """RSA over a block that says less than PKCS#1 wants of it: another DigestInfo, or something after the digest."""

    def signed(key: rsa.RSAPrivateKey, text: bytes) -> bytes:
        private, size = key.private_numbers(), key.key_size // 8
        end = b"\x00" + told + hashlib.sha256(text).digest() + after
        block = b"\x00\x01" + b"\xff" * (size - 2 - len(end)) + end
        value = pow(int.from_bytes(block, "big"), private.d, private.public_numbers.n)
        return value.to_bytes(size, "big")

    return signed


def once_around(key: rsa.RSAPrivateKey, text: bytes) -> bytes:
    """The same modulo the key's number."""
    signed, number = int.from_bytes(pkcs1(key, text)), key.public_key().public_numbers().n
    return (signed + number).to_bytes(-(-key.key_size // 8))


@dataclass
class Forge:
    """One token over BODY by `signer`, with the certificates that it carries."""

    signer: Certified
    carried: tuple[Certified, ...] = ()
    sign: Any = ecdsa
    algorithm: bytes = ECDSA
    hashed: bytes = SHA256
    at: datetime = field(default_factory=now)
    changed: dict[str, Any] = field(default_factory=dict)

    def token(self) -> bytes:
        content = self._content()
        infos = [self._info(content)] * self.changed.get("signers", 1)
        kind = der(0xA0, der(4, content))
        carried = self.changed.get("certificates", b"".join(one.der for one in self.carried))
        signed = sequence(
            b"\x02\x01\x03",
            der(0x31, SHA256),
            sequence(STAMP_INFO, kind),
            der(0xA0, carried) if carried is not None else b"",
            der(0x31, *infos),
        )
        status = self.changed.get("status", sequence(b"\x02\x01\x00"))
        return sequence(status, sequence(SIGNED_DATA, der(0xA0, signed)))

    def _content(self) -> bytes:
        imprint = sequence(SHA256, der(4, hashlib.sha256(BODY).digest()))
        at = self.at.strftime("%Y%m%d%H%M%SZ").encode()
        policy = bytes.fromhex("06032a0304")
        return sequence(b"\x02\x01\x01", policy, imprint, b"\x02\x01\x05", der(0x18, at))

    def _info(self, content: bytes) -> bytes:
        attributes = self._attributes(content)
        signature = self.sign(self.signer.key, der(0x31, attributes))
        certificate = self.signer.certificate
        issuer = certificate.issuer.public_bytes()
        number = integer(certificate.serial_number)
        return sequence(
            b"\x02\x01\x01",
            self.changed.get("named", sequence(issuer, number)),
            self.hashed,
            der(0xA0, attributes) if attributes else b"",
            self.algorithm,
            der(4, self.changed.get("signature", signature)),
        )

    def _attributes(self, content: bytes) -> bytes:
        kind = self.changed.get("kind", STAMP_INFO)
        hashed = hashlib.sha384 if self.hashed == SHA384 else hashlib.sha256
        digest = self.changed.get("digest", hashed(content).digest())
        name, algorithm = self.changed.get("told", (SIGNING_CERTIFICATE_V2, "sha256"))
        named = self.changed.get("names", self.signer)
        ess = sequence(sequence(sequence(der(4, hashlib.new(algorithm, named.der).digest()))))
        made = {
            "kind": sequence(CONTENT_TYPE, der(0x31, kind)),
            "digest": sequence(MESSAGE_DIGEST, der(0x31, der(4, digest))),
            "named": sequence(name, der(0x31, ess)),
        }
        without = self.changed.get("without", ())
        return b"".join(sorted(one for name, one in made.items() if name not in without))
