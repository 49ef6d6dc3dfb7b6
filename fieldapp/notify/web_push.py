"""A message to one browser by its maker's push service: encrypted for it alone (RFC 8291), in our name (RFC 8292).

The address comes from a phone, so it is held to the services that the configuration knows, and to no private network.
"""

import json
import os
import socket
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from ipaddress import ip_address
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fieldapp.keys import SigningKey, from_text, to_text
from fieldapp.message_settings import Push
from fieldapp.notify.gateways import NO_ANSWER, PASSING, SERVERS_FAULT, Sent

POINT, SECRET = 65, 16
"""Bytes of a browser's public key, uncompressed, and of what it shares with us."""
RECORD = (4096).to_bytes(4, "big")
LAST = b"\x02"
TOKEN_S = 12 * 3600
KEPT_S = {True: 3600, False: 24 * 3600}
"""For how long the service keeps it for a phone without network, by `urgent`."""
HTTPS = 443
GOOD = range(200, 300)
GONE = (404, 410)


@dataclass(frozen=True)
class Target:
    """One browser as it described itself; `id` is the device's."""

    id: str
    endpoint: str
    p256dh: str
    auth: str


class ElsewhereRefused(Exception):
    """The service's name leads into a private network."""


def is_endpoint(push: Push, url: str) -> bool:
    """Whether it is an address that we would send to."""
    try:
        found = urlsplit(url)
        port = found.port or HTTPS
    except ValueError:
        return False
    if found.scheme != "https" or not found.hostname or found.username or found.password:
        return False
    return push.knows(found.hostname if port == HTTPS else f"{found.hostname}:{port}")


def is_key(p256dh: str, auth: str) -> bool:
    try:
        _point(from_text(p256dh))
        return len(from_text(auth)) == SECRET
    except ValueError:
        return False


def public_key(push: Push) -> str:
    """Ours as a browser wants it: the uncompressed point, base64url."""
    return to_text(from_text(SigningKey(push.key_pem).public_key)[-POINT:])


def send(push: Push, target: Target, said: bytes, *, topic: str, urgent: bool) -> Sent:
    """One try. Never raises for what the network or the service does. `gone` names a browser that is no more."""
    if not is_endpoint(push, target.endpoint):
        return Sent("refused", "an address that is not sent to", gone=(target.id,))
    headers = {
        "Authorization": _authorization(push, target.endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_S[urgent]),
        "Topic": topic,
        "Urgency": "high" if urgent else "normal",
    }
    try:
        status = _posted(push, target.endpoint, encrypted(said, target), headers)
    except TimeoutError:
        return Sent("failed", NO_ANSWER)
    except (OSError, HTTPException, ElsewhereRefused) as error:
        return Sent("failed", f"no connection: {type(error).__name__}")
    if status in GOOD:
        return Sent("sent", "accepted")
    if status in GONE:
        return Sent("refused", f"HTTP {status}", gone=(target.id,))
    passing = status >= SERVERS_FAULT or status in PASSING
    return Sent("failed" if passing else "refused", f"HTTP {status}")


def encrypted(
    said: bytes,
    target: Target,
    own: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """One record of aes128gcm (RFC 8188). `own`, `salt`: fresh for each message."""
    own, salt = own or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(16)
    theirs, mine = from_text(target.p256dh), _bytes(own.public_key())
    shared = own.exchange(ec.ECDH(), _point(theirs))
    secret = _derived(shared, from_text(target.auth), b"WebPush: info\0" + theirs + mine, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD + bytes([POINT]) + mine
    return head + AESGCM(key).encrypt(nonce, said + LAST, None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _point(key: bytes) -> ec.EllipticCurvePublicKey:
    """Raises ValueError for what is no point of the curve."""
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)


def _bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _authorization(push: Push, endpoint: str) -> str:
    found = urlsplit(endpoint)
    claims = {
        "aud": f"https://{found.netloc}",
        "exp": int(time.time()) + TOKEN_S,
        "sub": push.contact,
    }
    parts = [
        to_text(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims)
    ]
    signed = ".".join(parts)
    return (
        f"vapid t={signed}.{SigningKey(push.key_pem).sign(signed.encode())}, k={public_key(push)}"
    )


def _posted(push: Push, endpoint: str, body: bytes, headers: dict[str, str]) -> int:
    """The status; a redirect is an answer like any other, and followed nowhere."""
    found = urlsplit(endpoint)
    connection = _Public(
        str(found.hostname),
        found.port or HTTPS,
        timeout=push.timeout_s,
        context=ssl.create_default_context(),
    )
    connection.is_trusted = found.netloc in push.trusted
    try:
        path = f"{found.path or '/'}?{found.query}" if found.query else found.path or "/"
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


class _Public(HTTPSConnection):
    """Connects to the very address that was looked at, so that a second answer of the name service changes nothing."""

    is_trusted = False

    def connect(self) -> None:
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        address = str(found[0][4][0])
        if not self.is_trusted and not ip_address(address).is_global:
            raise ElsewhereRefused
        plain = socket.create_connection((address, self.port), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)  # type: ignore[attr-defined]
