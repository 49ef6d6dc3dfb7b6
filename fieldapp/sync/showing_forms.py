"""A visit's form as people read it: section by section, what applies, what was worked out; personal answers masked."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from fieldapp.accounts.models import Person
from fieldapp.accounts.permissions import Act
from fieldapp.checklists import publishing
from fieldapp.checklists.forms.answering import Answers, Place, Row
from fieldapp.checklists.forms.template import FORM_KINDS, Field, FormEdition, Section
from fieldapp.checklists.language.values import Value, spelled
from fieldapp.clock import iso
from fieldapp.db import db
from fieldapp.evidence.models import Evidence
from fieldapp.keys import mask_name, mask_number
from fieldapp.ledger.recording import record_read
from fieldapp.sync.models import Record
from fieldapp.sync.reading import parse_json
from fieldapp.visits.access import visit_for
from fieldapp.visits.forming import filled_in
from fieldapp.visits.models import Visit, VisitForm

HIDDEN = "***"
SHORT_NAME = 4
NUMBERS = ("person_id", "organisation_code", "phone")
TEXTS = ("text", *NUMBERS)
MASKED_BODY = "（含个人信息，请在检查页按用途查看）"


def form_of(visit: Visit) -> dict[str, Any] | None:
    """{"sections": [{"id","zh","en","row","row_id","fields": [{"path","zh","en","type","answer",...}]}]}, masked."""
    if visit.form is None:
        return None
    answers = _answers(visit, visit.form)
    return {
        "zh": answers.edition.zh,
        "en": answers.edition.en,
        "sections": [
            page
            for section in answers.edition.sections
            for n, row in enumerate(answers.rows(section), start=1)
            if (page := _page(section, row, n, answers))
        ],
    }


def personal_answers(person: Person, visit_id: str, purpose: str) -> dict[str, Any]:
    """{"answers": {path: answer}} as filled in; the read goes on record. Raises NotFound for outsiders."""
    visit = visit_for(person, visit_id, Act.VISIT_READ_PERSONAL)
    if visit.form is None:
        return {"answers": {}}
    record_read(visit.form, purpose)
    answers = _answers(visit, visit.form)
    return {
        "answers": {
            place.path: _answer(place, answers)
            for place in answers.places()
            if place.field.personal != "none" and place.field.type not in ("photos", "signature")
        }
    }


def readable_body(record: Record) -> str:
    """What the phone sent, as text; of a form without the answers that could name somebody."""
    try:
        document = parse_json(record.body)
    except ValueError:
        return record.body.decode("utf-8", "replace")
    if not isinstance(document, dict) or not _speaks_of_people(document):
        return record.body.decode("utf-8", "replace")
    return json.dumps({**document, "form": MASKED_BODY}, ensure_ascii=False)


def _speaks_of_people(document: dict[str, Any]) -> bool:
    return "form" in document or document.get("kind") in FORM_KINDS


def _answers(visit: Visit, kept: VisitForm) -> Answers:
    photos = db.session.scalars(
        db.select(Evidence.question).where(
            Evidence.subject_kind == "visit",
            Evidence.subject_id == visit.id,
            Evidence.question.is_not(None),
        )
    )
    return Answers(_edition(visit), filled_in(kept, visit, [p for p in photos if p]))


def _edition(visit: Visit) -> FormEdition:
    return publishing.read_form(publishing.published(visit.checklist, visit.edition))


def _page(section: Section, row: Row | None, n: int, answers: Answers) -> dict[str, Any] | None:
    places = [Place(section, asked, row) for asked in section.fields]
    fields = [_field(place, answers) for place in places if answers.applies(place)]
    if not fields:
        return None
    return {
        "id": section.id,
        "zh": section.zh,
        "en": section.en,
        "row": n if section.group else None,
        "row_id": row and row.id,
        "fields": fields,
    }


def _field(place: Place, answers: Answers) -> dict[str, Any]:
    asked, answer = place.field, _answer(place, answers)
    return {
        "path": place.path,
        "zh": asked.zh,
        "en": asked.en,
        "type": asked.type,
        "unit": asked.unit,
        "computed": asked.computed is not None,
        "personal": asked.personal,
        "answer": answer if asked.personal == "none" else _masked(asked, answer),
        "photos": answers.photos_at(place),
    }


def _answer(place: Place, answers: Answers) -> dict[str, Any] | None:
    """{"zh", "en"} of a choice or yes/no, {"text"}, {"at"}, {"position"}, {"signature"} or {"unavailable"}."""
    asked = place.field
    raw = _written(answers.value(place)) if asked.computed is not None else answers.raw(place)
    if raw is None or raw == "":
        return None
    match asked.type:
        case "choice" | "many":
            return _picked(asked, raw)
        case "yes_no":
            return {"zh": "是", "en": "Yes"} if raw else {"zh": "否", "en": "No"}
        case "photos":
            return dict(raw)
    return {_NAMED.get(asked.type, "text"): raw}


_NAMED = {"time": "at", "signature": "signature", "position": "position"}


def _picked(asked: Field, raw: Any) -> dict[str, Any]:
    picked = raw if isinstance(raw, list) else [raw]
    words = [choice for choice in asked.choices if choice.id in picked]
    return {
        "zh": "、".join(choice.zh for choice in words),
        "en": ", ".join(choice.en for choice in words),
    }


def _written(value: Value) -> Any:
    """A computed value as a raw answer of its type."""
    match value:
        case datetime():
            return iso(value)
        case date():
            return value.isoformat()
        case Decimal():
            return spelled(value)
    return value


def _masked(asked: Field, answer: dict[str, Any] | None) -> dict[str, Any] | None:
    if answer is None or asked.type == "photos":
        return answer
    if asked.type == "signature":
        return {"signature": _masked_signature(answer["signature"])}
    if asked.type not in TEXTS or (asked.personal == "sensitive" and asked.type not in NUMBERS):
        return {"text": HIDDEN}
    text = answer["text"]
    if asked.type in NUMBERS:
        return {"text": mask_number(text)}
    return {"text": mask_name(text) if len(text) <= SHORT_NAME else HIDDEN}


def _masked_signature(said: dict[str, Any]) -> dict[str, Any]:
    if said["outcome"] == "refused":
        return {**said, "witness": mask_name(said["witness"])}
    signers = [{**signer, "name": mask_name(signer["name"])} for signer in said["signers"]]
    return {**said, "signers": signers}
