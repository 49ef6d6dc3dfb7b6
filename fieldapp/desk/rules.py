"""Which photos are judged one by one, and how far two judges agree. From values to values; see decision 21."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from fieldapp.evidence.flags import NOTICES

# Kinds of visit all of whose photos are judged singly, and why.
WHOLE_VISITS = {
    "re_inspection": "re_inspection",
    "re_shoot": "re_shot",
    "explain": "re_shot",
    "accident_survey": "identity",
    "medical_check": "identity",
    "blocked_access": "absence",
}
ABSENCES = ("absence", "refusal", "why")
"""Shots that stand for something that is not there: one photo of nothing looks like any other."""
CORRECTIONS = ("before", "after")

SAMPLE = 10
"""One in so many of the rest is judged singly as well."""


@dataclass(frozen=True)
class Photo:
    """What decides how one photo is judged. `flags`: the codes of all its flags; `answer`: the one it proves."""

    id: str
    visit_kind: str
    shot: str
    media_type: str
    personal: bool
    is_visible: bool
    has_finding: bool
    answer: str | None
    drawn: bool
    explained: bool
    flags: frozenset[str]


def singly(photos: Iterable[Photo], key: bytes) -> dict[str, tuple[str, ...]]:
    """Of all photos of one visit, by id: why each is judged singly; nothing for those of the contact sheet.

    `key` is known to the server alone, so that nobody on a phone or at the desk chooses what `sampled` falls on.
    """
    found = {photo.id: tuple(_reasons(photo)) for photo in photos}
    rest = sorted((one for one, why in found.items() if not why), key=lambda one: _rank(key, one))
    return found | dict.fromkeys(rest[: -(-len(rest) // SAMPLE)], ("sampled",))


def _reasons(photo: Photo) -> Iterable[str]:
    of_visit = WHOLE_VISITS.get(photo.visit_kind)
    said: Mapping[str, bool] = {
        "finding": photo.has_finding or photo.answer == "fail" or photo.shot in CORRECTIONS,
        "re_inspection": of_visit == "re_inspection",
        "re_shot": of_visit == "re_shot" or photo.explained,
        "identity": of_visit == "identity" or photo.personal,
        "absence": of_visit == "absence" or photo.shot in ABSENCES,
        "drawn": photo.drawn,
        "flagged": bool(photo.flags - NOTICES),
        "video": photo.media_type.startswith("video/"),
        "no_copy": not photo.is_visible,
    }
    return (code for code, is_so in said.items() if is_so)


def _rank(key: bytes, photo_id: str) -> str:
    return hmac.new(key, photo_id.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Agreement:
    """Two judges over the same photos. `first` is the supervisor, `second` the authority, who did not know the first."""

    both_accepted: int = 0
    both_rejected: int = 0
    only_first_accepted: int = 0
    only_second_accepted: int = 0

    @property
    def judged(self) -> int:
        return self.agreed + self.only_first_accepted + self.only_second_accepted

    @property
    def agreed(self) -> int:
        return self.both_accepted + self.both_rejected

    @property
    def kappa(self) -> float | None:
        """Cohen's: 1 complete, 0 no better than chance. None where chance alone explains everything."""
        if not self.judged:
            return None
        first = (self.both_accepted + self.only_first_accepted) / self.judged
        second = (self.both_accepted + self.only_second_accepted) / self.judged
        by_chance = first * second + (1 - first) * (1 - second)
        if by_chance == 1:
            return None
        return (self.agreed / self.judged - by_chance) / (1 - by_chance)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The share agreed, between these with 95 % confidence (Wilson); None of nothing."""
        n, z = self.judged, 1.959964
        if not n:
            return None
        share = self.agreed / n
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)
