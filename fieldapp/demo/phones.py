"""The phones of the demo's surveyors: each seals what it takes in one chain and signs what it hands in."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fieldapp.accounts.models import Device
from fieldapp.clock import at, iso, parse
from fieldapp.config import new_signing_key
from fieldapp.db import db, new_id, transaction
from fieldapp.keys import SigningKey, canonical, sha256

CLOCK_OFFSET_MS = 420
OF_A_PHOTO = (
    *("sha256", "size", "media_type", "question", "shot"),
    *("captured_at", "fix", "capture"),
)
BEFORE_THE_VISIT = timedelta(minutes=1)


@dataclass(frozen=True)
class Signed:
    """A record's bytes as they travel, and the phone's signature over them."""

    body: bytes
    device_id: str
    signature: str


class Phone:
    """One install of the app: its key is thrown away with the demo's process, so nobody signs as it again."""

    def __init__(self, name: str) -> None:
        self.device_id = new_id()
        self._name, self._key = name, SigningKey(new_signing_key())
        self._position = 0
        self._previous: str | None = None

    def enrol(self, person_id: str, when: datetime) -> None:
        with at(when), transaction():
            device = Device(
                sent_id=self.device_id,
                person_id=person_id,
                public_key=self._key.public_key,
                name=self._name,
            )
            db.session.add(device)

    def hand_in(self, said: dict[str, Any]) -> Signed:
        """The record with its photos sealed, in the order in which they were taken, and signed. Visits come in the order of time."""
        started = iso(parse(said["started_at"]) - BEFORE_THE_VISIT)
        task = {"task_id": said["task_id"], "nonce": said["nonce"]}
        subject = {"kind": "visit", "id": said["id"]}
        of_task = {"kind": "task", "id": said["task_id"]}
        chain = [
            self._link({"kind": "task_downloaded", "subject": of_task, "at": started, **task}),
            self._link(
                {"kind": "visit_started", "subject": subject, "at": said["started_at"], **task}
            ),
        ]
        for taken in sorted(said["evidence"], key=lambda evidence: evidence["captured_at"]):
            link = self._link(
                {
                    "kind": "capture",
                    "subject": subject,
                    "evidence_id": taken["id"],
                    "position_state": "ready",
                    "fixes": 3,
                    **{name: taken[name] for name in OF_A_PHOTO},
                    **task,
                }
            )
            taken |= {"seal": link["seal"], "seal_signature": link["signature"]}
        body = json.dumps(said | {"chain": chain}, ensure_ascii=False).encode()
        return Signed(body, self.device_id, self._key.sign(body))

    def _link(self, what: dict[str, Any]) -> dict[str, str]:
        self._position += 1
        text = canonical(
            {
                "format": 2,
                "position": self._position,
                "previous": self._previous,
                "device_id": self.device_id,
                "clock_offset_ms": CLOCK_OFFSET_MS,
                **what,
            }
        )
        self._previous = sha256(text)
        return {"seal": text.decode(), "signature": self._key.sign(text)}
