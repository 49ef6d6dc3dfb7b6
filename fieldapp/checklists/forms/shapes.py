"""What a raw answer of each type must look like before anybody judges it. Pure.

Only what no form engine ever writes is refused here. A number with a typing error, an ID that fails its check: those are
answers, and what is wrong with them is told in `lacking`.
"""

from typing import Any

from fieldapp.checklists.forms.answering import read_as
from fieldapp.checklists.forms.template import Field

MOST_TEXT = 5000
MOST_SIGNERS = 20
TYPED = ("text", "number", "person_id", "organisation_code", "phone")
FIX = {"lon", "lat", "datum", "accuracy_m", "age_s", "at"}
BOUNDS = {"lon": 180, "lat": 90}


def problem_of(asked: Field, raw: Any) -> str | None:
    """A sentence, or None where the answer has the shape of its type."""
    if asked.computed is not None:
        return "由系统计算，不应填写"
    fits = _FITS.get(asked.type, _typed)(asked, raw)
    return None if fits else f"不是 {asked.type} 的值"


def _typed(_: Field, raw: Any) -> bool:
    return isinstance(raw, str) and len(raw) <= MOST_TEXT


def _moment(asked: Field, raw: Any) -> bool:
    return read_as(asked.type, raw) is not None


def _choice(asked: Field, raw: Any) -> bool:
    return raw in {choice.id for choice in asked.choices} if isinstance(raw, str) else False


def _many(asked: Field, raw: Any) -> bool:
    return (
        isinstance(raw, list)
        and all(_choice(asked, each) for each in raw)
        and len(set(raw)) == len(raw)
    )


def _yes_no(_: Field, raw: Any) -> bool:
    return isinstance(raw, bool)


def _unavailable(_: Field, raw: Any) -> bool:
    return _is_texts(raw, {"unavailable"})


def _signature(_: Field, raw: Any) -> bool:
    if not isinstance(raw, dict):
        return False
    if raw.get("outcome") == "refused":
        said = _is_texts(raw, {"outcome", "kind", "reason", "witness"})
        return said and raw["kind"] in ("refused", "absent")
    signers = raw.get("signers")
    return (
        raw.keys() == {"outcome", "signers"}
        and raw["outcome"] == "signed"
        and isinstance(signers, list)
        and len(signers) <= MOST_SIGNERS
        and all(_is_texts(signer, {"name", "evidence_id"}) for signer in signers)
    )


def _position(_: Field, raw: Any) -> bool:
    if not isinstance(raw, dict) or raw.keys() != FIX or raw["datum"] != "WGS-84":
        return False
    numbers = [raw[name] for name in ("lon", "lat", "accuracy_m", "age_s")]
    if any(isinstance(n, bool) or not isinstance(n, int | float) for n in numbers):
        return False
    inside = all(abs(raw[name]) <= most for name, most in BOUNDS.items())
    return inside and read_as("time", raw["at"]) is not None


def _is_texts(raw: Any, names: set[str]) -> bool:
    return (
        isinstance(raw, dict)
        and raw.keys() == names
        and all(isinstance(text, str) and len(text) <= MOST_TEXT for text in raw.values())
    )


_FITS = {
    "date": _moment,
    "time": _moment,
    "choice": _choice,
    "many": _many,
    "yes_no": _yes_no,
    "photos": _unavailable,
    "signature": _signature,
    "position": _position,
}
