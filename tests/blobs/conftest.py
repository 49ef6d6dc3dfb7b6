"""A phone's side of an upload: what it holds, what it asks, where it PUTs."""

import hashlib
from collections.abc import Callable
from contextlib import closing
from types import SimpleNamespace

import pytest
import requests

from fieldapp import jobs
from fieldapp.blobs.store import PART_SIZE, Store, current_store
from tests.fixtures.databases import sqlite_url
from tests.fixtures.stores import s3_settings


@pytest.fixture
def store(app) -> Store:
    return current_store()


@pytest.fixture
def put(stranger) -> Callable:
    """PUT bytes to a signed URL as a phone does: to ourselves, or straight to the store. Its status and ETag."""

    def put(url: str, data: bytes) -> SimpleNamespace:
        if url.startswith("/"):
            reply = stranger.put(url, data=data)
        else:
            reply = requests.put(url, data=data, timeout=30)
        return SimpleNamespace(
            status=reply.status_code, etag=reply.headers.get("ETag"), reply=reply
        )

    return put


@pytest.fixture
def fetch(stranger) -> Callable:
    """GET a signed URL: (status, bytes, headers)."""

    def fetch(url: str, **headers: str) -> tuple:
        if url.startswith("/"):
            with closing(stranger.get(url, headers=headers)) as reply:
                return reply.status_code, reply.data, reply.headers
        reply = requests.get(url, headers=headers, timeout=30)
        return reply.status_code, reply.content, reply.headers

    return fetch


class Phone:
    """Somebody's phone with files to send."""

    def __init__(self, caller, put) -> None:
        self._caller = caller
        self._put = put

    def ask(self, *files: bytes, **changes):
        return self._caller.post(
            "/api/uploads", json={"items": [item(file, **changes) for file in files]}
        )

    def target(self, file: bytes) -> dict:
        reply = self.ask(file)
        assert reply.status_code == 200, reply.json
        return reply.json["uploads"][0]

    def send(self, target: dict, file: bytes, only: tuple[int, ...] | None = None) -> list[dict]:
        sent = []
        for part in target["parts"]:
            if only is None or part["number"] in only:
                start = (part["number"] - 1) * PART_SIZE
                put = self._put(part["url"], file[start : start + part["size"]])
                assert put.status == 200, put.reply
                sent.append({"number": part["number"], "etag": put.etag})
        return sent

    def complete(self, target: dict, parts: list[dict]):
        return self._caller.post(
            "/api/uploads/completions", json={"uploads": [{"id": target["id"], "parts": parts}]}
        )

    def outcome(self, target: dict, parts: list[dict]) -> dict:
        reply = self.complete(target, parts)
        assert reply.status_code == 200, reply.json
        return reply.json["uploads"][0]

    def settle(self, target: dict, parts: list[dict]) -> dict:
        """Complete, let the worker do what waits, and ask again."""
        first = self.outcome(target, parts)
        jobs.run_all()
        again = self.outcome(target, parts)
        assert first["state"] in ("checking", again["state"])
        return again


@pytest.fixture
def phone(sign_in, put) -> Callable[[str], Phone]:
    return lambda name: Phone(sign_in(name), put)


def item(file: bytes, **changes) -> dict:
    return {
        "sha256": hashlib.sha256(file).hexdigest(),
        "size": len(file),
        "media_type": "image/jpeg",
        "purpose": "original",
    } | changes


@pytest.fixture
def disk_environment(tmp_path) -> dict[str, str]:
    """Settings for what the folder alone does."""
    return {
        "FIELDAPP_DATA_DIR": str(tmp_path / "var"),
        "FIELDAPP_DATABASE_URL": sqlite_url(tmp_path),
        "FIELDAPP_STORE_DIR": str(tmp_path / "store"),
    }


@pytest.fixture
def s3_environment(tmp_path, swift) -> dict[str, str]:
    """Settings for what an S3 alone does."""
    return {
        "FIELDAPP_DATA_DIR": str(tmp_path / "var"),
        "FIELDAPP_DATABASE_URL": sqlite_url(tmp_path),
        **s3_settings(swift),
    }
