"""A push service of our own: a real HTTPS server that takes messages for a browser, which opens them with its own keys."""

import json
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fieldapp.keys import to_text

HEAD = 16 + 4 + 1 + 65


@dataclass
class Service:
    """`status`, `location`: its answer. `heard`: (path, headers, body) of each message."""

    url: str
    status: int = 201
    location: str | None = None
    heard: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def netloc(self) -> str:
        return self.url.removeprefix("https://")


class Browser:
    """What subscribed: its address at the service, its key and its secret."""

    def __init__(self, service: Service, name: str = "phone") -> None:
        self._key, self._auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.path = f"/push/{name}"
        self.said = {
            "endpoint": service.url + self.path,
            "p256dh": to_text(self._point()),
            "auth": to_text(self._auth),
            "language": "zh",
        }

    @property
    def keys(self) -> tuple[str, str]:
        return self.said["p256dh"], self.said["auth"]

    def _point(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def opened(self, body: bytes) -> dict[str, object]:
        """As a browser opens it (RFC 8291, RFC 8188), written apart from what sealed it."""
        salt, sender, sealed = body[:16], body[21:HEAD], body[HEAD:]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self._key.exchange(ec.ECDH(), theirs)
        info = b"WebPush: info\0" + self._point() + sender
        secret = HKDF(hashes.SHA256(), 32, self._auth, info).derive(shared)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        return json.loads(plain.rstrip(b"\0").removesuffix(b"\2"))


@contextmanager
def running(folder: Path) -> Iterator[tuple[Service, Path]]:
    """The service, and the certificate that a caller must trust."""
    certificate = _certificate(folder)
    told: list[Service] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told[0].heard.append((self.path, dict(self.headers), body))
            self.send_response(told[0].status)
            if told[0].location:
                self.send_header("Location", told[0].location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    https = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    https.socket = context.wrap_socket(https.socket, server_side=True)
    Thread(target=https.serve_forever, args=(0.02,), daemon=True).start()
    told.append(Service(f"https://127.0.0.1:{https.server_port}"))
    yield told[0], certificate
    https.shutdown()
    https.server_close()


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "push service")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    day = timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - day)
        .not_valid_after(datetime.now(UTC) + day)
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file = folder / "push.pem"
    file.write_bytes(made.public_bytes(Encoding.PEM) + pem)
    return file
