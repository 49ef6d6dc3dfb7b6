"""The store on any S3. Photos travel between phone and store; this program signs, completes, copies and deletes."""

import hashlib
import logging
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config as BotoConfig
from botocore.exceptions import BotoCoreError, ClientError

from fieldapp.blobs.checking import NOBODY, check
from fieldapp.blobs.durable import hashed, is_spoilt
from fieldapp.blobs.locking import (
    BUCKET,
    NO_LOCK,
    REFUSED,
    TRIED,
    ObjectLock,
    Words,
    has_lock,
    hold,
)
from fieldapp.blobs.scratch import Scratch
from fieldapp.blobs.store import (
    FILE_LINK,
    PART_SIZE,
    UPLOAD_LINK,
    BytesDiffer,
    Found,
    InboxGone,
    NotStored,
    Part,
    StillLocked,
    StoreFull,
    StoreUnreachable,
    bare,
    missing_parts,
    split_final,
    split_inbox,
)
from fieldapp.config import S3Config
from fieldapp.errors import Problem

log = logging.getLogger(__name__)

IN_PARTS = TransferConfig(multipart_chunksize=16 << 20, use_threads=False)

# BrokenMPU: on Swift, a part sent again after joining spoils the joined object, which then reads as nothing.
_GONE = {"NoSuchKey", "NoSuchUpload", "404", "NotFound", "BrokenMPU"}
_CHANGED = {"PreconditionFailed", "412"}
_FULL = {"EntityTooLarge", "QuotaExceeded", "InsufficientCapacity", "XMinioStorageFull"}


class S3Store:
    checks_at_once = False

    def __init__(self, config: S3Config, scratch: Path) -> None:
        self._bucket = config.bucket
        self._client = _client(config, config.endpoint)
        self._signer = self._client
        if config.public_endpoint != config.endpoint:  # the name by which phones know the store
            self._signer = _client(config, config.public_endpoint)
        self._retained = timedelta(days=config.retain_days)
        self._scratch = Scratch(scratch)
        self._object_lock: ObjectLock | None = None

    def prepare(self, *, holds_something: bool) -> None:
        """A bucket cannot be mistaken for another. A lock that does not hold is said at once."""
        try:
            found, words = self.object_lock()
        except StoreUnreachable:
            log.warning("object lock not tried: the store cannot be reached")
            return
        if found is ObjectLock.BROKEN:
            log.error("%s", words.en)

    def begin(self, inbox: str, size: int) -> str | None:
        """What fits one part is PUT as the object it will be: nothing to open, nothing to join."""
        if size <= PART_SIZE:
            return None
        with _s3():
            return self._client.create_multipart_upload(**self._at(inbox))["UploadId"]

    def part_url(self, inbox: str, multipart_id: str | None, number: int, size: int) -> str:
        asked: dict[str, Any] = {"ContentLength": size}
        if multipart_id is None:
            return self._signed("put_object", UPLOAD_LINK.total_seconds(), self._at(inbox) | asked)
        asked |= {"UploadId": multipart_id, "PartNumber": number}
        return self._signed("upload_part", UPLOAD_LINK.total_seconds(), self._at(inbox) | asked)

    def parts(self, inbox: str, multipart_id: str | None) -> list[Part]:
        if multipart_id is None:
            return self._whole(inbox)
        with _s3():
            listed = self._client.list_parts(**self._at(inbox), UploadId=multipart_id)
        return [Part(p["PartNumber"], p["Size"], bare(p["ETag"])) for p in listed.get("Parts", [])]

    def _whole(self, inbox: str) -> list[Part]:
        with suppress(InboxGone):
            head = self._head(inbox, InboxGone)
            return [Part(1, head["ContentLength"], bare(head["ETag"]))]
        return []

    def begun(self, inbox: str) -> None:
        """A presigned URL takes a part whole or not at all."""

    def complete(
        self, inbox: str, multipart_id: str | None, sizes: Sequence[int], etags: Mapping[int, str]
    ) -> list[int]:
        try:
            arrived = self.parts(inbox, multipart_id)
            missing = missing_parts(sizes, etags, arrived)
            if not missing and multipart_id is not None:
                self._join(inbox, multipart_id, arrived[: len(sizes)])
        except InboxGone:
            self._head(inbox, InboxGone)  # joined by an earlier call, whose answer was lost
            return []
        return missing

    def _join(self, inbox: str, multipart_id: str | None, parts: list[Part]) -> None:
        listed = [{"PartNumber": part.number, "ETag": f'"{part.etag}"'} for part in parts]
        with _s3():
            self._client.complete_multipart_upload(
                **self._at(inbox), UploadId=multipart_id, MultipartUpload={"Parts": listed}
            )

    def inspect(self, inbox: str) -> Found:
        """Fetches the bytes once: they stay in the scratch folder, for the intake that follows."""
        return self._fetch(inbox, split_inbox(inbox)[1], InboxGone)

    def adopt(self, inbox: str, key: str, version: str) -> None:
        _, digest = split_final(key)
        if not self._holds(key):
            if self._head(inbox, InboxGone)["ContentLength"] <= PART_SIZE:
                self._put_what_was_hashed(inbox, key)
            else:
                with _s3():
                    self._client.copy_object(
                        **self._to_keep(key), CopySource=self._at(inbox), CopySourceIfMatch=version
                    )
        self._scratch.rename(split_inbox(inbox)[1], digest)

    def _holds(self, key: str) -> bool:
        """The phone lets its own copy go for this one: what lies there is read before it is believed."""
        if not self.has(key):
            return False
        if is_spoilt(self.open(key), split_final(key)[1]):
            log.error("%s in the store is not what its key says; replaced", key)
            return False
        return True

    def _put_what_was_hashed(self, inbox: str, key: str) -> None:
        """No copy inside the store: the phone's link still writes there, and an ETag of one PUT is an MD5, which can be met twice."""
        name, digest = split_inbox(inbox)[1], split_final(key)[1]
        with self._scratch.taken(name, lambda own: self._fetch(inbox, own, InboxGone)) as file:
            data = file.read_bytes()
            if hashlib.sha256(data).hexdigest() != digest:
                raise InboxGone
            with _s3():
                self._client.put_object(**self._to_keep(key), Body=data)
            file.replace(file.with_name(name))

    def discard(self, inbox: str, multipart_id: str | None) -> None:
        self._scratch.drop(split_inbox(inbox)[1])
        with suppress(InboxGone), _s3():
            self._client.delete_object(**self._at(inbox))
        if multipart_id:
            with suppress(InboxGone), _s3():
                self._client.abort_multipart_upload(**self._at(inbox), UploadId=multipart_id)

    def discard_older(self, organisation_id: str, before: datetime) -> int:
        with _s3():
            return sum(self._old(f"q/{organisation_id}/", before))

    def _old(self, prefix: str, before: datetime) -> Iterator[int]:
        for page in self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix
        ):
            for found in page.get("Contents", []):
                if found["LastModified"] < before:
                    self.discard(found["Key"], None)
                    yield 1
        for page in self._client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self._bucket, Prefix=prefix
        ):
            for found in page.get("Uploads", []):
                if found["Initiated"] < before:
                    self.discard(found["Key"], found["UploadId"])
                    yield 1

    def put(self, key: str, data: bytes) -> None:
        if split_final(key)[1] != hashlib.sha256(data).hexdigest():
            raise BytesDiffer(key)
        if not self.has(key):
            with _s3():
                self._client.put_object(**self._to_keep(key), Body=data)

    def put_file(self, key: str, file: Path) -> None:
        with file.open("rb") as source:
            if hashed(source)[0] != split_final(key)[1]:
                raise BytesDiffer(key)
        with _s3():
            self._client.upload_file(str(file), self._bucket, key, Config=IN_PARTS)

    def open(self, key: str, offset: int = 0) -> IO[bytes]:
        split_final(key)
        there = {"Range": f"bytes={offset}-"} if offset else {}
        with _s3(NotStored):
            return self._client.get_object(**self._at(key), **there)["Body"]

    @contextmanager
    def as_file(self, key: str) -> Iterator[Path]:
        _, digest = split_final(key)
        with self._scratch.taken(digest, lambda name: self._fetch(key, name, NotStored)) as path:
            yield path

    def has(self, key: str) -> bool:
        try:
            self._head(key, NotStored)
        except NotStored:
            return False
        return True

    def size(self, key: str) -> int:
        return int(self._head(key, NotStored)["ContentLength"])

    def delete(self, key: str) -> None:
        split_final(key)
        with suppress(NotStored), _s3(NotStored):
            self._client.delete_object(**self._at(key))

    def erase(self, key: str) -> None:
        """A versioned bucket keeps what was deleted under its version: each is named."""
        self._scratch.drop(split_final(key)[1])
        versions = self._versions(key)
        if versions is None:
            self.delete(key)
        for version in versions or ():
            with _s3(NotStored, locked=True):
                self._client.delete_object(**self._at(key), VersionId=version)

    def _versions(self, key: str) -> list[str] | None:
        """None where the bucket keeps none: there, a deletion leaves no mark of itself."""
        with _s3(NotStored):
            if "Status" not in self._client.get_bucket_versioning(Bucket=self._bucket):
                return None
            listed = self._client.list_object_versions(Bucket=self._bucket, Prefix=key)
        kept = [*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())]
        return [one["VersionId"] for one in kept if one["Key"] == key]

    def link(self, key: str, media_type: str, disposition: str, filename: str) -> str:
        split_final(key)
        headers = {
            "ResponseContentType": media_type,
            "ResponseContentDisposition": f"{disposition}; filename*=UTF-8''{quote(filename, safe='')}",
        }
        return self._signed("get_object", FILE_LINK.total_seconds(), self._at(key) | headers)

    def object_lock(self) -> tuple[ObjectLock, Words]:
        if self._object_lock is None:
            self._object_lock = self._tried_lock() if self._says_it_locks() else ObjectLock.NONE
        return self._object_lock, BUCKET[self._object_lock]

    def _says_it_locks(self) -> bool:
        with _s3(NotStored):
            try:
                return has_lock(self._client.get_object_lock_configuration(Bucket=self._bucket))
            except ClientError as error:
                if _code(error) in NO_LOCK:
                    return False
                raise

    def _tried_lock(self) -> ObjectLock:
        data = secrets.token_bytes(64)
        key = f"{NOBODY}/{hashlib.sha256(data).hexdigest()}"
        with _s3(NotStored):
            put = self._client.put_object(
                **self._at(key),
                Body=data,
                **hold(TRIED),
            )
            try:
                self._client.delete_object(**self._at(key), VersionId=put["VersionId"])
            except ClientError as error:
                if _code(error) in REFUSED:
                    return ObjectLock.PROVED
                raise
        return ObjectLock.BROKEN

    def self_check(self) -> None:
        check(self)

    def _fetch(self, key: str, name: str, gone: Callable[[], Problem]) -> Found:
        with _s3(gone):
            reply = self._client.get_object(**self._at(key))
            digest, size = self._scratch.fetch(reply["Body"], name)
        return Found(digest, size, version=reply["ETag"])

    def _head(self, key: str, gone: Callable[[], Problem]) -> dict[str, Any]:
        with _s3(gone):
            return self._client.head_object(**self._at(key))

    def _signed(self, call: str, seconds: float, parameters: dict[str, Any]) -> str:
        return self._signer.generate_presigned_url(call, Params=parameters, ExpiresIn=int(seconds))

    def _at(self, key: str) -> dict[str, Any]:
        return {"Bucket": self._bucket, "Key": key}

    def _to_keep(self, key: str) -> dict[str, Any]:
        """Of nobody are the bytes of a check, which are to go again; a bundle, whose file is put by itself, goes in a week."""
        is_held = self._retained and split_final(key)[0] != NOBODY
        return self._at(key) | (hold(self._retained) if is_held else {})


def _client(config: S3Config, endpoint: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=config.access_key,
        aws_secret_access_key=config.secret_key,
        region_name=config.region,
        config=BotoConfig(
            signature_version="s3v4",
            s3={"addressing_style": config.addressing},
            request_checksum_calculation="when_required",  # older stores refuse the trailers that are the default
            response_checksum_validation="when_required",
            connect_timeout=5,
            read_timeout=60,
            max_pool_connections=64,
            retries={"mode": "standard", "max_attempts": 3},
        ),
    )


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def _s3(gone: Callable[[], Problem] = InboxGone, *, locked: bool = False) -> Iterator[None]:
    """What the store says, as a Problem. `locked`: a refusal means that an object lock holds it."""
    try:
        yield
    except ClientError as error:
        code = _code(error)
        if code in _GONE or code in _CHANGED:
            raise gone() from error
        if locked and code in REFUSED:
            raise StillLocked from error
        log.exception("the store refused %s", error.operation_name)
        raise (StoreFull() if code in _FULL else StoreUnreachable()) from error
    except BotoCoreError as error:
        log.exception("the store cannot be reached")
        raise StoreUnreachable(headers={"Retry-After": "10"}) from error
