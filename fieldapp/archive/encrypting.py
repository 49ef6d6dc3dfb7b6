"""A full bundle leaves the house encrypted: AES-256-GCM in pieces of 1 MiB, the key from a passphrase by scrypt.

Each piece is bound to its place and the last says that it is the last, so that none is swapped, dropped or cut off.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"FIELDAPP-ENCRYPTED-1\n"
PIECE = 1 << 20
TAG = 16
SALT = 16
LEAST_PASSPHRASE = 12


class WrongPassphrase(ValueError):
    """The passphrase is not the one, or the file was changed."""


class WeakPassphrase(ValueError):
    """A passphrase that is guessed sooner than the evidence is old."""


def is_encrypted(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(MAGIC)) == MAGIC


@dataclass(frozen=True)
class Lock:
    """What one file is encrypted with. Made from the passphrase when that is given, so that nobody needs to keep it."""

    salt: bytes
    key: bytes = field(repr=False)


def lock_of(passphrase: str) -> Lock:
    """Raises WeakPassphrase."""
    if len(passphrase) < LEAST_PASSPHRASE:
        raise WeakPassphrase(f"a passphrase has at least {LEAST_PASSPHRASE} characters")
    salt = os.urandom(SALT)
    return Lock(salt, _key(passphrase, salt))


def encrypt(plain: Path, file: Path, lock: Lock) -> None:
    unique = os.urandom(SALT)  # made again after it was stored, it must not use a nonce twice
    cipher = AESGCM(_key_of_file(lock.key, unique))
    part = file.with_name(f"{file.name}.part")
    with plain.open("rb") as read, part.open("wb") as written:
        written.write(MAGIC + lock.salt + unique)
        for number, piece, last in _pieces(read, PIECE):
            written.write(cipher.encrypt(_nonce(number, last=last), piece, MAGIC))
        written.flush()
        os.fsync(written.fileno())
    part.replace(file)


def decrypt(file: Path, plain: IO[bytes], passphrase: str) -> None:
    """Raises WrongPassphrase."""
    with file.open("rb") as read:
        if read.read(len(MAGIC)) != MAGIC:
            raise WrongPassphrase("not an encrypted bundle")
        key = _key(passphrase, read.read(SALT))
        cipher = AESGCM(_key_of_file(key, read.read(SALT)))
        try:
            for number, piece, last in _pieces(read, PIECE + TAG):
                plain.write(cipher.decrypt(_nonce(number, last=last), piece, MAGIC))
        except InvalidTag as error:
            raise WrongPassphrase("the passphrase is wrong, or the file was changed") from error


def _pieces(stream: IO[bytes], size: int) -> Iterator[tuple[int, bytes, bool]]:
    number, piece = 0, stream.read(size)
    while True:
        following = stream.read(size)
        yield number, piece, not following
        if not following:
            return
        number, piece = number + 1, following


def _nonce(number: int, *, last: bool) -> bytes:
    return struct.pack(">Q?3x", number, last)


def _key_of_file(key: bytes, unique: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=unique, info=b"fieldapp bundle").derive(key)


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=1 << 15, r=8, p=1).derive(passphrase.encode())
