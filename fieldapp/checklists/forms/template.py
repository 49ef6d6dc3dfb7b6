"""A form edition as data: what is asked, of whom and when. Drawn by the phone's one engine, judged by one set of rules.

Expressions stand here as text in the language of docs/form-language.md; a published edition's are all proven.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

FORM_KINDS = (
    "accident_survey",
    "medical_check",
    "training",
    "publicity",
    "drill",
    "risk_assessment",
    "spot_inspection",
    "blocked_access",
    "vehicle_dispatch",
    "return_visit",
    "consultation_call",
)
"""Kinds of visit that are filled in as a form; the edition of a kind has the kind as its id."""

FieldType = Literal[
    "text", "number", "date", "time", "choice", "many", "yes_no", "photos", "signature", "person_id",
    "organisation_code", "phone", "position",
]  # fmt: skip
Personal = Literal["none", "personal", "sensitive"]
FormShot = Literal["far", "near", "doc", "meter", "video", "statement"]


@dataclass(frozen=True)
class Choice:
    id: str
    zh: str
    en: str


@dataclass(frozen=True)
class Field:
    """`least`, `most`: of a number its bounds, of text its characters, of photos and signatures how many.

    `check_if`: check digits are judged only while it is true. `computed`: worked out, never asked. `prefill`: a name of
    the form's context that the field starts with. `lines`: text of more than one line.
    """

    id: str
    zh: str
    en: str
    type: FieldType
    required: bool = False
    required_if: str | None = None
    applies_if: str | None = None
    rule: str | None = None
    rule_zh: str | None = None
    rule_en: str | None = None
    computed: str | None = None
    check_if: str | None = None
    prefill: str | None = None
    choices: tuple[Choice, ...] = ()
    least: str | None = None
    most: str | None = None
    unit: str | None = None
    lines: bool = False
    shot: FormShot | None = None
    personal: Personal = "none"
    hint_zh: str | None = None
    hint_en: str | None = None


@dataclass(frozen=True)
class Group:
    """Rows of the same fields: several injured people, several witnesses."""

    id: str
    zh: str
    en: str
    least: int = 0
    most: int = 50
    least_if: str | None = None


@dataclass(frozen=True)
class Section:
    """A page of the form. Of a group: one page a row; several sections may ask about the rows of one group."""

    id: str
    zh: str
    en: str
    fields: tuple[Field, ...]
    group: str | None = None
    applies_if: str | None = None


@dataclass(frozen=True)
class FormEdition:
    """`context`: names that the server says when it issues the task, with their types. `unplanned`: may be begun without one."""

    id: str
    edition: str
    zh: str
    en: str
    language: int
    schemes: tuple[str, ...]
    sections: tuple[Section, ...]
    groups: tuple[Group, ...] = ()
    unplanned: bool = False
    context: dict[str, str] = field(default_factory=dict)

    def fields(self) -> Iterator[tuple[Section, Field]]:
        return ((section, asked) for section in self.sections for asked in section.fields)
