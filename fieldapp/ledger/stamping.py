"""RFC 3161: once a day a third party's clock says that the newest checkpoint existed by then.

The token proves nothing of who or where, only the latest time. It is checked before it is kept, and again by
`fieldapp ledger verify`; `openssl ts -verify` reads the same tokens.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    Verifier,
    VerifierBuilder,
    decode_timestamp_response,
)

from fieldapp.clock import iso, now
from fieldapp.db import db, transaction
from fieldapp.ledger import checkpoints
from fieldapp.ledger.auditing import Fault
from fieldapp.ledger.models import Checkpoint, Timestamp
from fieldapp.ledger.set_order import in_order

EVERY = timedelta(days=1)
PATIENCE_S = 30
BIGGEST = 1 << 20

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Authority:
    """A time-stamping authority: where it answers, and the root certificates (PEM) that we trust for it."""

    url: str
    roots: Path

    def certificates(self) -> list[Certificate]:
        return load_pem_x509_certificates(self.roots.read_bytes())


class NoStamp(Exception):
    """The authority did not answer, or not with a token that holds."""


def stamp_when_due(authority: Authority) -> Timestamp | None:
    """Have the newest checkpoint stamped if the last stamp is a day old. Opens its own transactions. Raises NoStamp."""
    with transaction(write=False):
        newest, last = checkpoints.latest(), latest()
        if newest is None or (last is not None and last.at > now() - EVERY):
            return None
        size, body = newest.size, newest.body.encode()
    token = _asked(authority, body)
    stamp = Timestamp(
        size=size, at=_checked(token, body, authority), token=token, url=authority.url
    )
    with transaction():
        db.session.add(stamp)
    return stamp


def keep_stamped(authority: Authority) -> None:
    """The same for the sequencer, which goes on sealing when the authority is away; doctor tells how old the last is."""
    try:
        stamp_when_due(authority)
    except NoStamp as error:
        log.warning("no time stamp: %s", error)


def latest() -> Timestamp | None:
    return db.session.scalar(db.select(Timestamp).order_by(Timestamp.at.desc()).limit(1))


def faults(authority: Authority | None) -> Iterator[Fault]:
    """Stamps that do not hold. Needs a transaction; without an authority's roots none is checked."""
    if authority is None:
        return
    for stamp in db.session.scalars(db.select(Timestamp).order_by(Timestamp.at)):
        checkpoint = db.session.get(Checkpoint, stamp.size)
        try:
            at = _checked(stamp.token, checkpoint.body.encode() if checkpoint else b"", authority)
        except NoStamp as error:
            yield Fault("bad_timestamp", "checkpoint_timestamp", stamp.id, str(error))
            continue
        if at != stamp.at:
            detail = f"says {iso(at)}, the row {iso(stamp.at)}"
            yield Fault("bad_timestamp", "checkpoint_timestamp", stamp.id, detail)


def _asked(authority: Authority, body: bytes) -> bytes:
    asked = TimestampRequestBuilder().data(body).hash_algorithm(HashAlgorithm.SHA256).build()
    request = Request(  # noqa: S310 - the operator's own setting
        authority.url,
        data=asked.as_bytes(),
        headers={"Content-Type": "application/timestamp-query"},
    )
    try:
        with urlopen(request, timeout=PATIENCE_S) as reply:  # noqa: S310 - as above
            return bytes(reply.read(BIGGEST))
    except (OSError, ValueError) as error:
        raise NoStamp(f"{authority.url}: {error}") from error


def _checked(token: bytes, body: bytes, authority: Authority) -> datetime:
    """The time that the token says. Raises NoStamp unless it holds for just this text."""
    try:
        response = decode_timestamp_response(in_order(token))
        _verifier(authority).verify_message(response, body)
    except (ValueError, VerificationError) as error:
        raise NoStamp(f"the token does not hold: {error}") from error
    at = response.tst_info.gen_time
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _verifier(authority: Authority) -> Verifier:
    builder = VerifierBuilder()
    for root in authority.certificates():
        builder = builder.add_root_certificate(root)
    return builder.build()
