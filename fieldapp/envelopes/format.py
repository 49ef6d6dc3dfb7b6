"""An envelope: a capture that only the server's worker can open. docs/envelopes.md gives the bytes.

The phone makes a fresh content key, seals the content with it, and wraps it to a published P-256 key of ours. What it then
keeps, it cannot read itself.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from fieldapp.keys import from_text, sha256, to_text

MEDIA_TYPE = "application/vnd.fieldapp.envelope"
MAGIC = b"FAE1"
PIECE = 1 << 20
TAG = 16
_INFO = b"fieldapp envelope 1"
_HEAD = struct.Struct(">4s8s65s40sQ32sI")
_NONCE = struct.Struct(">8xI")
_POINT = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
_SPKI = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


class Unopened(Exception):
    """`reason`: not_an_envelope | unknown_key | tampered."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Head:
    """What stands before the sealed pieces. `size` and `sha256` are the content's."""

    key_id: str
    ephemeral: bytes
    wrapped: bytes
    size: int
    sha256: str
    piece: int
    raw: bytes


class Opener:
    """A private key that opens what was sealed to its public half. Its id is the start of that half's hash."""

    def __init__(self, pem: str) -> None:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(
            key.curve, ec.SECP256R1
        ):
            raise ValueError("an envelope key must be a P-256 private key in PEM")
        self._key = key
        self.public_key = to_text(key.public_key().public_bytes(*_SPKI))
        self.id = key_id(self.public_key)

    def open(self, envelope: bytes) -> bytes:
        """The content. Raises Unopened: nothing of it is given unless all of it is as it was sealed."""
        head = read_head(envelope)
        if head.key_id != self.id:
            raise Unopened("unknown_key")
        try:
            cipher = AESGCM(aes_key_unwrap(self._wrapping_key(head), head.wrapped))
            content = b"".join(
                cipher.decrypt(_NONCE.pack(n), piece, head.raw)
                for n, piece in enumerate(_pieces(envelope, head))
            )
        except (InvalidUnwrap, InvalidTag) as error:
            raise Unopened("tampered") from error
        if sha256(content) != head.sha256:
            raise Unopened("tampered")
        return content

    def _wrapping_key(self, head: Head) -> bytes:
        try:
            sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), head.ephemeral)
        except ValueError as error:
            raise Unopened("not_an_envelope") from error
        shared = self._key.exchange(ec.ECDH(), sender)
        return _derived(shared, head.ephemeral, self._key.public_key().public_bytes(*_POINT))


def key_id(public_key: str) -> str:
    return sha256(from_text(public_key))[:16]


def read_head(envelope: bytes) -> Head:
    """Raises Unopened: not_an_envelope."""
    if len(envelope) < _HEAD.size:
        raise Unopened("not_an_envelope")
    magic, named, ephemeral, wrapped, size, digest, piece = _HEAD.unpack_from(envelope)
    if magic != MAGIC or not 0 < piece <= PIECE or size == 0:
        raise Unopened("not_an_envelope")
    if len(envelope) != sealed_size(size, piece):
        raise Unopened("tampered")
    return Head(named.hex(), ephemeral, wrapped, size, digest.hex(), piece, envelope[: _HEAD.size])


def sealed_size(size: int, piece: int = PIECE) -> int:
    """Bytes of the envelope of `size` bytes."""
    return _HEAD.size + size + TAG * -(-size // piece)


def seal(content: bytes, public_key: str) -> bytes:
    """The envelope of this content to this key (SPKI, base64url), as phones make them. Raises ValueError for a key that is none."""
    recipient = serialization.load_der_public_key(from_text(public_key))
    if not isinstance(recipient, ec.EllipticCurvePublicKey):
        raise ValueError("not a P-256 public key")
    own, content_key = ec.generate_private_key(ec.SECP256R1()), os.urandom(32)
    ephemeral = own.public_key().public_bytes(*_POINT)
    shared = own.exchange(ec.ECDH(), recipient)
    wrapping = _derived(shared, ephemeral, recipient.public_bytes(*_POINT))
    head = _HEAD.pack(
        MAGIC,
        bytes.fromhex(key_id(public_key)),
        ephemeral,
        aes_key_wrap(wrapping, content_key),
        len(content),
        bytes.fromhex(sha256(content)),
        PIECE,
    )
    cipher = AESGCM(content_key)
    sealed = (
        cipher.encrypt(_NONCE.pack(n), content[at : at + PIECE], head)
        for n, at in enumerate(range(0, len(content), PIECE))
    )
    return head + b"".join(sealed)


def _pieces(envelope: bytes, head: Head) -> Iterator[bytes]:
    step = head.piece + TAG
    return (envelope[at : at + step] for at in range(_HEAD.size, len(envelope), step))


def _derived(shared: bytes, ephemeral: bytes, recipient: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=ephemeral + recipient, info=_INFO).derive(shared)
