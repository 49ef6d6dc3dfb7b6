"""What this room tells the rooms below it, in the transaction in which it happens."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class BytesRead:
    """Intake has read a file. `likeness`: {"pdq": [hex], "quality", "keypoints", "further": [..]}, None of what shows nothing.

    `features`: see `likeness.both`.
    """

    organisation_id: str
    sha256: str
    likeness: dict[str, Any] | None
    features: bytes


@dataclass(frozen=True)
class EvidenceRead:
    """The file of this evidence has been read, now or when it served another one."""

    evidence_id: str


@dataclass(frozen=True)
class VerdictGiven:
    """A party judged one evidence. `outcome`: accepted | rejected; `follow_up`: re_shoot | explain | none | None."""

    verdict_id: str
    evidence_id: str
    outcome: str
    follow_up: str | None


@dataclass(frozen=True)
class BytesRedacted:
    """The bytes of this evidence were deleted by law: what was made of them, or holds them, goes as well."""

    evidence_id: str
    organisation_id: str
    sha256: str
