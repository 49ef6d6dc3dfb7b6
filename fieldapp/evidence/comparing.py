"""Are two pictures the same picture? From what `likeness` keeps of each to one answer with its numbers. Pure.

Three questions, the cheapest first: the same bytes, the same picture in one of eight orientations (PDQ), a part of the same
picture (local features that agree on one plane, and grey values that agree on it). The thresholds are versioned data.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from fieldapp.evidence import likeness
from fieldapp.evidence.likeness import Array, Features
from fieldapp.evidence.thresholds import THRESHOLDS, Thresholds

EXACT, NEAR, NO = "exact", "near", "no"
SHA256, PDQ, LOCAL = "sha256", "pdq", "local"


RATIO = 0.8
RANSAC_PIXELS = 5.0
LEAST_MATCHES = 8
LEAST_SHARED = 0.15  # of the kept copy: a few pixels correlate by chance
FLATTEST = 4.0  # grey levels: a bare wall correlates with every bare wall
MOST_STRETCH = 8.0  # times larger or smaller in one direction
PERCENT = 100


@dataclass(frozen=True)
class Print:
    """One picture: its bytes' hash, eight PDQ hashes (hex, its own first), their quality, its features.

    `further`: the hashes of its other views: a video's posters, a picture within its border. `mirrored`: the features of its mirror image, which no turning makes from its own; only one of two needs them.
    """

    sha256: str
    pdq: tuple[str, ...]
    quality: int
    features: Features | None
    mirrored: Features | None = None
    further: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Agreement:
    """What two pictures' features have in common: points on one plane, correlation of the grey there in hundredths."""

    inliers: int
    correlation: int


@dataclass(frozen=True)
class Comparison:
    """`distance`: bits of 256 in which the hashes differ at least, None without hashes. `comparable`: else "no" says nothing."""

    same: str
    distance: int | None
    method: str
    comparable: bool
    agreement: Agreement | None = None


def compare(a: Print, b: Print, thresholds: Thresholds = THRESHOLDS) -> Comparison:
    comparable = is_comparable(a, thresholds) and is_comparable(b, thresholds)
    if a.sha256 == b.sha256:
        return Comparison(EXACT, 0, SHA256, comparable=True)
    away = _nearest(a, b) if a.pdq and b.pdq else None
    is_hashed = min(a.quality, b.quality) >= thresholds.quality
    if away is not None and is_hashed and away <= thresholds.same:
        return Comparison(NEAR, away, PDQ, comparable=True)
    agreed = agreement(a, b)
    if agreed is not None and is_part(agreed, thresholds):
        return Comparison(NEAR, away, LOCAL, comparable=True, agreement=agreed)
    return Comparison(NO, away, LOCAL if agreed else PDQ, comparable, agreed)


def print_of(sha256: str, said: dict[str, Any] | None, packed: bytes) -> Print:
    """`said`: what `likeness.hashes` says, None where nothing is shown; `packed`: one or two sets of features."""
    if said is None:
        return Print(sha256, (), 0, None)
    own, mirrored = likeness.both(packed)
    further = tuple(
        tuple(one["pdq"]) for one in said.get("further", ()) if one["quality"] >= THRESHOLDS.quality
    )
    return Print(sha256, tuple(said["pdq"]), said["quality"], own, mirrored, further)


def is_comparable(one: Print, thresholds: Thresholds = THRESHOLDS) -> bool:
    """Flat pictures look like each other to every method."""
    points = 0 if one.features is None else len(one.features.points)
    return one.quality >= thresholds.quality and points >= thresholds.keypoints


def is_part(agreed: Agreement, thresholds: Thresholds = THRESHOLDS) -> bool:
    return agreed.inliers >= thresholds.inliers and agreed.correlation >= thresholds.correlation


def _nearest(a: Print, b: Print) -> int:
    return min(distance(x, y) for x in (a.pdq, *a.further) for y in (b.pdq, *b.further))


def distance(turned: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Bits between `other` upright and the nearest orientation of the first."""
    upright = int(other[0], 16)
    return min((int(one, 16) ^ upright).bit_count() for one in turned)


def agreement(a: Print, b: Print) -> Agreement | None:
    """The better of the picture as it is and mirrored. None where one of them has no features."""
    if a.features is None or b.features is None:
        return None
    found = of_features(a.features, b.features)
    if a.mirrored is None or is_part(found):
        return found
    return max(found, of_features(a.mirrored, b.features), key=lambda one: one.correlation)


def of_features(a: Features, b: Features) -> Agreement:
    """How many features of the two lie on one plane, and how well the grey values agree there."""
    pairs = _matches(a.descriptors, b.descriptors)
    if len(pairs) < LEAST_MATCHES:
        return Agreement(0, 0)
    found: tuple[Array | None, Array] = cv2.findHomography(
        a.points[pairs[:, 0]], b.points[pairs[:, 1]], cv2.RANSAC, RANSAC_PIXELS
    )
    plane, kept = found
    if plane is None or not _is_photographic(plane, a.size):
        return Agreement(0, 0)
    inliers = int(kept.sum())
    if inliers < LEAST_MATCHES:
        return Agreement(inliers, 0)
    return Agreement(inliers, _correlation(a, b, plane))


def _matches(a: Array, b: Array) -> Array:
    """Index pairs: the nearest of b's, unless the second nearest is about as near."""
    if min(len(a), len(b)) < LEAST_MATCHES:
        return np.empty((0, 2), int)
    found = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(a, b, k=2)
    good = [
        (one.queryIdx, one.trainIdx) for one, two in found if one.distance < RATIO * two.distance
    ]
    return np.array(good, int).reshape(-1, 2)


def _is_photographic(plane: Array, size: tuple[int, int]) -> bool:
    """Whether a person could have made it: the corners stay in order, and nothing is stretched beyond reason."""
    width, height = size
    corners = np.array([[[0, 0]], [[width, 0]], [[width, height]], [[0, height]]], np.float32)
    moved = cv2.perspectiveTransform(corners, plane)[:, 0]
    sides = np.linalg.norm(moved - np.roll(moved, -1, axis=0), axis=1)
    before = np.array([width, height, width, height])
    stretch = np.maximum(sides / before, before / np.maximum(sides, 1e-6))
    return bool(
        cv2.isContourConvex(moved)
        and cv2.contourArea(moved, oriented=True) > 0
        and stretch.max() <= MOST_STRETCH
    )


def _correlation(a: Features, b: Features, plane: Array) -> int:
    """Pearson's, in hundredths, over what both show."""
    down, across = b.grey.shape
    onto = _scaling(b) @ plane @ np.linalg.inv(_scaling(a))
    moved = cv2.warpPerspective(a.grey, onto, (across, down))
    inside = cv2.warpPerspective(np.full_like(a.grey, 255), onto, (across, down)) == 255  # noqa: PLR2004
    if inside.sum() < LEAST_SHARED * inside.size:
        return 0
    one, two = moved[inside].astype(np.float64), b.grey[inside].astype(np.float64)
    if min(one.std(), two.std()) < FLATTEST:
        return 0
    return round(float(np.corrcoef(one, two)[0, 1]) * PERCENT)


def _scaling(one: Features) -> Array:
    """From the pixels of its points to those of its small grey copy."""
    return np.diag([one.grey.shape[1] / one.size[0], one.grey.shape[0] / one.size[1], 1.0])
