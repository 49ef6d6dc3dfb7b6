"""Keys: P-256 signing with key ids, personal columns encrypted, canonical JSON."""

import base64
import hashlib
import hmac
import json
import os
import re
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, String, TypeDecorator

SIGNATURE_BYTES = 64
HEAD, TAIL = 3, 4  # what a masked number still shows


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes: the one spelling of a JSON value, fit for hashing and signing."""
    return rfc8785.dumps(value)


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
)
_BEYOND_BMP = re.compile(rb"[\xf0-\xf4]")


def canonical_row(value: Any) -> bytes:
    """The same bytes, far cheaper, of a value that holds no float: a row, an entry of the ledger.

    RFC 8785 sorts names by their UTF-16 units, Python by code points: that differs only beyond the basic plane.
    """
    spelled = _ENCODER.encode(value).encode()
    return canonical(value) if _BEYOND_BMP.search(spelled) else spelled


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def to_text(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """Raises ValueError when it is not base64url."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


class SigningKey:
    """The server's own P-256 key. Its id is the start of its public key's hash."""

    def __init__(self, pem: str) -> None:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("the signing key must be a P-256 private key in PEM")
        self._key = key
        self.public_key = to_text(
            key.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        self.id = sha256(from_text(self.public_key))[:16]

    def sign(self, data: bytes) -> str:
        """r‖s as base64url: the form that WebCrypto verifies."""
        r, s = decode_dss_signature(self._key.sign(data, ec.ECDSA(hashes.SHA256())))
        return to_text(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def is_public_key(text: str) -> bool:
    try:
        return _p256(text) is not None
    except ValueError:
        return False


def verifies(public_key: str, signature: str, data: bytes) -> bool:
    """Whether `signature` (r‖s, base64url) over `data` is by the key; False for anything malformed."""
    try:
        raw = from_text(signature)
        if len(raw) != SIGNATURE_BYTES:
            return False
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        _p256(public_key).verify(der, data, ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True


def _p256(public_key: str) -> ec.EllipticCurvePublicKey:
    key = serialization.load_der_public_key(from_text(public_key))
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a P-256 public key")
    return key


class _ColumnKey:
    """Set once by create_app; personal columns cannot be read or written before."""

    def __init__(self) -> None:
        self.secret = b""

    def use(self, hex_key: str) -> None:
        self.secret = hashlib.sha256(bytes.fromhex(hex_key)).digest()


column_key = _ColumnKey()


class Personal(TypeDecorator[str]):
    """Text that is personal data: AES-256-GCM in its column, plain only in memory."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: object) -> str | None:
        if value is None:
            return None
        nonce = os.urandom(12)
        return "1." + to_text(
            nonce + AESGCM(column_key.secret).encrypt(nonce, value.encode(), None)
        )

    def process_result_value(self, value: str | None, dialect: object) -> str | None:
        if value is None:
            return None
        raw = from_text(value.removeprefix("1."))
        return AESGCM(column_key.secret).decrypt(raw[:12], raw[12:], None).decode()


class PersonalBytes(TypeDecorator[bytes]):
    """Bytes that may hold personal data: AES-256-GCM in their column, plain only in memory."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: object) -> bytes | None:
        if value is None:
            return None
        nonce = os.urandom(12)
        return nonce + AESGCM(column_key.secret).encrypt(nonce, value, None)

    def process_result_value(self, value: bytes | None, dialect: object) -> bytes | None:
        if value is None:
            return None
        return AESGCM(column_key.secret).decrypt(value[:12], value[12:], None)


def derived(purpose: bytes) -> bytes:
    """A key for this purpose alone, the same at every call; nobody without the column key can make it."""
    return hmac.new(column_key.secret, b"derived\n" + purpose, hashlib.sha256).digest()


def search_hash(text: str) -> str:
    """For finding a personal value without reading it: keyed hash of the normalised text."""
    return hmac.new(column_key.secret, text.strip().upper().encode(), hashlib.sha256).hexdigest()


def mask_name(name: str) -> str:
    """张*, 欧阳** - the family name's first character only."""
    return name[:1] + "*" * max(len(name) - 1, 0)


def mask_number(number: str) -> str:
    """110***********002X: first three and last four."""
    shown = HEAD + TAIL
    if len(number) <= shown:
        return "*" * len(number)
    return number[:HEAD] + "*" * (len(number) - shown) + number[-TAIL:]
