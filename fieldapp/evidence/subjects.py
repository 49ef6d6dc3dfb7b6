"""What an evidence is about. The rooms that own the subjects say it; create_app introduces them here."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true

from fieldapp.accounts.models import Person
from fieldapp.evidence.models import Evidence


@dataclass(frozen=True)
class Surroundings:
    """`item` {"id","zh","en"}, `unit` {"id","name"}, `finding` and `answer` as the contract's EvidenceView has them.

    `explanations`: what surveyors said to the judge of this photo, the first first.
    """

    visit_id: str | None = None
    case_id: str | None = None
    item: dict[str, Any] | None = None
    unit: dict[str, Any] | None = None
    hint: str | None = None
    finding: dict[str, Any] | None = None
    answer: dict[str, Any] | None = None
    explanations: list[dict[str, Any]] = field(default_factory=list)


Teller = Callable[[list[Evidence]], Mapping[str, Surroundings]]

Limit = Callable[[Person], ColumnElement[bool]]

_tellers: dict[str, Teller] = {}
_limits: dict[str, Limit] = {}


def tell(subject_kind: str, teller: Teller) -> None:
    """Have `teller` say the surroundings, by evidence id, of all evidence of this kind of subject."""
    _tellers[subject_kind] = teller


def limit(subject_kind: str, condition: Limit) -> None:
    """Have `condition` say which evidence of this kind of subject a person may see, beside their tie to its project."""
    _limits[subject_kind] = condition


def open_to(person: Person) -> ColumnElement[bool]:
    """A condition on Evidence: of each kind of subject, what its own room lets the person see."""
    return and_(
        true(),
        *(
            or_(Evidence.subject_kind != kind, condition(person))
            for kind, condition in _limits.items()
        ),
    )


def surroundings_of(shown: Iterable[Evidence]) -> dict[str, Surroundings]:
    """For each evidence id; empty surroundings where nobody tells."""
    by_kind: dict[str, list[Evidence]] = defaultdict(list)
    found: dict[str, Surroundings] = {}
    for evidence in shown:
        by_kind[evidence.subject_kind].append(evidence)
        found[evidence.id] = Surroundings()
    for kind, rows in by_kind.items():
        if kind in _tellers:
            found |= _tellers[kind](rows)
    return found
