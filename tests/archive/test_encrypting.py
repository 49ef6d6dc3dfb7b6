"""Full bundles as they leave the house: no key meets a nonce twice, and no piece stands for another."""

import io
import os
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fieldapp.archive import encrypting
from fieldapp.archive.encrypting import MAGIC, PIECE, SALT, TAG, WrongPassphrase, decrypt, encrypt

PASSPHRASE = "correct horse battery"
HEAD = len(MAGIC) + 2 * SALT


@pytest.fixture
def used(monkeypatch) -> list[tuple[bytes, bytes]]:
    """Every key with every nonce that something was encrypted with."""
    seen: list[tuple[bytes, bytes]] = []

    class Watched:
        def __init__(self, key: bytes) -> None:
            self._key, self._cipher = key, AESGCM(key)

        def encrypt(self, nonce: bytes, data: bytes, bound: bytes) -> bytes:
            seen.append((self._key, nonce))
            return self._cipher.encrypt(nonce, data, bound)

        def decrypt(self, nonce: bytes, data: bytes, bound: bytes) -> bytes:
            return self._cipher.decrypt(nonce, data, bound)

    monkeypatch.setattr(encrypting, "AESGCM", Watched)
    return seen


@pytest.fixture(scope="module")
def lock() -> encrypting.Lock:
    return encrypting.lock_of(PASSPHRASE)


@pytest.fixture
def plain(tmp_path):
    """Three pieces, the last one short."""
    file = tmp_path / "plain.zip"
    file.write_bytes(os.urandom(2 * PIECE + 1000))
    return file


def opened(file, passphrase: str = PASSPHRASE) -> bytes:
    out = io.BytesIO()
    decrypt(file, out, passphrase)
    return out.getvalue()


def test_one_lock_never_meets_a_nonce_twice_however_often_a_bundle_is_made(
    plain, lock, used, tmp_path
):
    files = [tmp_path / f"{n}.full.zip" for n in range(3)]
    for file in files:
        encrypt(plain, file, lock)

    assert len(used) == len(set(used)) == 9
    assert len({key for key, _ in used}) == 3, "a key for each file"
    sealed = [file.read_bytes()[HEAD:] for file in files]
    assert all(one != other for one, other in pairwise(sealed))
    assert {opened(file) for file in files} == {plain.read_bytes()}


def test_two_bundles_of_one_passphrase_have_nothing_in_common(plain, used, tmp_path):
    for name in ("one", "other"):
        encrypt(plain, tmp_path / name, encrypting.lock_of(PASSPHRASE))

    assert len({key for key, _ in used}) == 2
    heads = {(tmp_path / name).read_bytes()[:HEAD] for name in ("one", "other")}
    assert len(heads) == 2


@pytest.fixture
def pieces(plain, lock, tmp_path) -> tuple[bytes, list[bytes]]:
    """(head, the encrypted pieces) of one file."""
    encrypt(plain, tmp_path / "whole", lock)
    data = (tmp_path / "whole").read_bytes()
    size = PIECE + TAG
    return data[:HEAD], [data[at : at + size] for at in range(HEAD, len(data), size)]


SPOILT = {
    "pieces swapped": lambda head, parts, _: head + parts[1] + parts[0] + parts[2],
    "a piece dropped": lambda head, parts, _: head + parts[0] + parts[2],
    "the end cut off": lambda head, parts, _: head + parts[0] + parts[1],
    "a piece twice": lambda head, parts, _: head + parts[0] + parts[0] + parts[1] + parts[2],
    "a piece of another file": lambda head, parts, other: head + other[1][0] + parts[1] + parts[2],
    "the head of another file": lambda _, parts, other: other[0] + b"".join(parts),
    "a bit turned": lambda head, parts, _: head + parts[0][:-1] + bytes([parts[0][-1] ^ 1])
    + parts[1] + parts[2],
}  # fmt: skip


@pytest.mark.parametrize("how", SPOILT)
def test_a_file_that_was_put_together_anew_does_not_open(pieces, plain, lock, tmp_path, how):
    encrypt(plain, tmp_path / "another", lock)
    data = (tmp_path / "another").read_bytes()
    other = (data[:HEAD], [data[HEAD : HEAD + PIECE + TAG]])
    spoilt = tmp_path / "spoilt"
    spoilt.write_bytes(SPOILT[how](*pieces, other))

    with pytest.raises(WrongPassphrase):
        opened(spoilt)


def test_a_passphrase_of_another_opens_nothing(pieces, tmp_path):
    file = tmp_path / "whole"

    with pytest.raises(WrongPassphrase):
        opened(file, "another long passphrase")
