"""A case as the viewer may see it; its media each with the viewer's own party's verdict."""

from typing import Any

from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Act, Kind, Scheme
from fieldapp.accounts.schemas import NamedSchema
from fieldapp.cases import deadlines, handing_over
from fieldapp.cases.access import media_of
from fieldapp.cases.models import AccidentCase
from fieldapp.cases.schemas import (
    CaseContractSchema,
    CaseSchema,
    DeadlineSchema,
    SurveyTaskSchema,
)
from fieldapp.cases.surveying import open_survey
from fieldapp.clock import iso
from fieldapp.db import db
from fieldapp.evidence.models import Evidence, Verdict
from fieldapp.evidence.subjects import surroundings_of


def shown(case: AccidentCase, viewer: Person) -> dict[str, Any]:
    """The case with its media, the injured person masked."""
    return {
        **CaseSchema().dump(case),
        "contract": CaseContractSchema().dump(case.contract) if case.contract else None,
        "deadlines": DeadlineSchema(many=True).dump(deadlines.of(case)),
        "evidence": media(case, viewer),
        "survey_task": _survey_task(case, viewer),
        "receivers": NamedSchema(many=True).dump(_receivers(case, viewer)),
    }


def _survey_task(case: AccidentCase, viewer: Person) -> dict[str, Any] | None:
    ours = case.service_insurer_id == viewer.organisation_id
    task = open_survey(case) if ours and viewer.may(Act.TASK_DISPATCH, Scheme.INJURY) else None
    return SurveyTaskSchema().dump(task) if task else None


def _receivers(case: AccidentCase, viewer: Person) -> list[Organisation]:
    ours = case.service_insurer_id == viewer.organisation_id
    ready = case.surveyed_at is not None and case.hand_over is None
    if not (ours and ready and viewer.may(Act.CASE_HAND_OVER, Scheme.INJURY)):
        return []
    return list(db.session.scalars(handing_over.receivers(case)))


def media(case: AccidentCase, viewer: Person) -> list[dict[str, Any]]:
    """Authorities see what was handed over, and nothing before it was."""
    if case.hand_over is None and viewer.kind is not Kind.INSURER:
        return []
    rows = db.session.scalars(
        db.select(Evidence)
        .where(media_of(case.id))
        .order_by(Evidence.position, Evidence.captured_at)
    )
    shown = rows.unique().all()
    about = surroundings_of(shown)
    return [_summary(one, viewer, about[one.id].item) for one in shown]


def _summary(evidence: Evidence, viewer: Person, item: dict[str, Any] | None) -> dict[str, Any]:
    own = [v for v in evidence.verdicts if v.party_id == viewer.organisation_id]
    return {
        "id": evidence.id,
        "shot": evidence.shot,
        "question": evidence.question,
        "item": item,
        "media_type": evidence.media_type,
        "personal": evidence.personal,
        "captured_at": iso(evidence.captured_at),
        "captured_by": {"name": evidence.captured_by.name},
        "thumb_url": f"/api/evidence/{evidence.id}/renditions/320",
        "verdict": _verdict(own[-1]) if own else None,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    party = verdict.party
    return {
        "id": verdict.id,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "words": verdict.words,
        "follow_up": verdict.follow_up,
        "how": verdict.how,
        "seen_ms": verdict.seen_ms,
        "blind": verdict.blind,
        "at": iso(verdict.at),
        "by": {"name": verdict.by.name},
        "party": {"id": party.id, "name": party.name, "kind": party.kind},
    }
