"""Editions as they travel: from the files of `data/`, to the JSON a phone downloads, and back.

An edition is never edited. What a phone downloads is `{"digest": hex, "edition": {...}}`, the digest being the
SHA-256 of the RFC 8785 bytes of `edition`.
"""

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import rfc8785

from fieldapp.checklists import form, sources
from fieldapp.checklists.checking import BadEdition, problems_of

DATA = Path(__file__).parent / "data"

WORD_LISTS = ("zones", "answers", "severities", "major_standards")


def load(checklist: str, edition: str, data: Path = DATA) -> form.Edition:
    """The edition in `data/<checklist>/<edition>/`. Raises BadEdition naming each file, item and field."""
    document, problems = sources.read(data / checklist / edition)
    if not document:
        raise BadEdition(problems)
    read = _edition(document)
    problems += problems_of(read)
    if problems:
        raise BadEdition(problems)
    return read


def as_json(edition: form.Edition) -> dict[str, Any]:
    """What the phone downloads and the server keeps: the same edition gives the same bytes for ever."""
    body = _plain(asdict(edition))
    return {"digest": digest_of(body), "edition": body}


def from_json(published: dict[str, Any]) -> form.Edition:
    """The edition in what `as_json` gave. Raises BadEdition where the digest does not fit the content."""
    if digest_of(published["edition"]) != published["digest"]:
        raise BadEdition(["edition: digest: does not fit the content"])
    return _edition(published["edition"])


def digest_of(body: dict[str, Any]) -> str:
    """SHA-256 of the RFC 8785 bytes, as hex."""
    return hashlib.sha256(rfc8785.dumps(body)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value


def _edition(body: dict[str, Any]) -> form.Edition:
    words = {name: tuple(form.Word(**w) for w in body[name]) for name in WORD_LISTS}
    reasons = {
        name: tuple(form.Reason(**r) for r in listed) for name, listed in body["reasons"].items()
    }
    return form.Edition(
        id=body["id"],
        edition=body["edition"],
        zh=body["zh"],
        en=body["en"],
        categories=tuple(_category(c) for c in body["categories"]),
        unit_kinds=tuple(_unit_kind(k) for k in body["unit_kinds"]),
        deadlines=tuple(form.Deadline(**d) for d in body["deadlines"]),
        reasons=form.Reasons(**reasons),
        shots=tuple(form.ShotKind(**s) for s in body["shots"]),
        proof=form.ProofRule(**{name: tuple(shots) for name, shots in body["proof"].items()}),
        **words,
    )


def _category(c: dict[str, Any]) -> form.Category:
    scale = c["danger_scale"]
    return form.Category(
        **{**c, "danger_scale": scale and _scale(scale), "items": tuple(map(_item, c["items"]))}
    )


def _scale(s: dict[str, Any]) -> form.DangerScale:
    return form.DangerScale(
        **{**s, "dangerous": tuple(s["dangerous"]), "super_dangerous": tuple(s["super_dangerous"])}
    )


def _unit_kind(k: dict[str, Any]) -> form.UnitKind:
    systems = tuple(form.System(**{**s, "shows": tuple(s["shows"])}) for s in k["systems"])
    return form.UnitKind(**{**k, "systems": systems})


def _item(i: dict[str, Any]) -> form.Item:
    return form.Item(
        **{
            **i,
            "mh_verified": tuple(i["mh_verified"]),
            "jgj59": i["jgj59"] and form.Guarantee(**i["jgj59"]),
            "basis": tuple(form.Basis(**b) for b in i["basis"]),
            "limits": tuple(_limit(limit) for limit in i["limits"]),
            "photo": tuple(form.ListedShot(**s) for s in i["photo"]),
            "phrases": tuple(i["phrases"]),
        }
    )


def _limit(limit: dict[str, Any]) -> form.Limit:
    table = limit["table"]
    return form.Limit(
        **{**limit, "table": None if table is None else tuple(form.Row(**row) for row in table)}
    )
