"""From when on two pictures count as the same, as versioned data. Apart from what compares them and brings in libraries for pictures."""

import json
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Thresholds:
    """PDQ: `same` and `similar` bits of 256; comparable from `quality` and `keypoints`.

    Local: `inliers` and `correlation` (a hundredth) from which a part counts as the same.
    """

    version: int
    same: int
    similar: int
    quality: int
    keypoints: int
    inliers: int
    correlation: int


VERSIONS = tuple(
    Thresholds(**{name: value for name, value in one.items() if name != "since"})
    for one in json.loads(files("fieldapp.evidence").joinpath("thresholds.json").read_text())
)
"""A version is added, never changed: each pair that was found names the one that it was found by."""
THRESHOLDS = VERSIONS[-1]
