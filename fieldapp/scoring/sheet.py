"""Facts in, sheet out: the JSON that explains a score, and the digest that pins it."""

import hashlib

import rfc8785

from fieldapp.scoring.amounts import Rounding, plain
from fieldapp.scoring.deduction import deduct
from fieldapp.scoring.facts import DeductionFacts, GradedFacts, deduction_facts, graded_facts
from fieldapp.scoring.grading import grade
from fieldapp.scoring.outcome import DeductedItem, FormScore, ItemGrade, Line, Note, Outcome
from fieldapp.scoring.scheme import DeductionScheme, Scheme

Json = dict[str, object]
Judged = DeductionFacts | GradedFacts


def evaluate(scheme: Scheme, facts: object) -> Json:
    """The sheet of these facts, as JSON. Numbers are decimal strings.

    `facts` is the parsed JSON document. Raises Unacceptable with every fault in it.
    """
    sheet = _shown(scheme, *judged(scheme, facts))
    return sheet | {"digest": digest(scheme, facts, sheet)}


def digest(scheme: Scheme, facts: object, sheet: Json) -> str:
    """SHA-256, in hex, of the RFC 8785 JSON of {facts, scheme, sheet without digest}."""
    # The scheme's own canonical form is made once; the three keys stand in sorted order.
    canonical = b'{"facts":%b,"scheme":%b,"sheet":%b}' % (
        rfc8785.dumps(facts),  # type: ignore[arg-type]
        scheme.head.canonical,
        rfc8785.dumps(sheet),  # type: ignore[arg-type]
    )
    return hashlib.sha256(canonical).hexdigest()


def judged(scheme: Scheme, facts: object) -> tuple[Judged, Outcome]:
    """The facts as read, and what the rules find in them. Raises Unacceptable."""
    if isinstance(scheme, DeductionScheme):
        deducted = deduction_facts(facts, scheme)
        return deducted, deduct(scheme, deducted)
    graded = graded_facts(facts, scheme)
    return graded, grade(scheme, graded)


def _shown(scheme: Scheme, facts: Judged, outcome: Outcome) -> Json:
    rounding = scheme.head.rounding
    sheet: Json = {
        "scheme": scheme.head.id,
        "scheme_version": scheme.head.edition,
        "subject": facts.subject,
        "period": facts.period,
        "items": None,
        "parts": None,
        "total": None if outcome.total is None else rounding.shown(outcome.total),
        "grade": outcome.grade,
        "vetoes": [_note(note) for note in outcome.vetoes],
        "missing": [_note(note) for note in outcome.missing],
    }
    if outcome.items is not None:
        sheet["items"] = [_deducted(item) for item in outcome.items]
    if outcome.parts is not None:
        means = outcome.parts.items()
        sheet["parts"] = {p: None if m is None else rounding.shown(m) for p, m in means}
    if outcome.forms is not None:
        sheet["forms"] = [_form(form, rounding) for form in outcome.forms]
    return sheet


def _deducted(item: DeductedItem) -> Json:
    raw = {} if item.raw is None else {"raw": plain(item.raw)}
    return {
        "id": item.id,
        "max": plain(item.max),
        "score": None if item.score is None else plain(item.score),
        **raw,
        "lines": [_line(line) for line in item.lines],
    }


def _form(form: FormScore, rounding: Rounding) -> Json:
    return {
        "form": form.form,
        "part": form.part,
        "assessor": form.assessor,
        "valid": form.valid,
        "total": None if form.total is None else rounding.shown(form.total),
        "items": [_graded(item) for item in form.items],
    }


def _graded(item: ItemGrade) -> Json:
    return {
        "id": item.id,
        "max": plain(item.max),
        "grade": item.grade,
        "score": None if item.score is None else plain(item.score),
        "from": item.source,
        "unused_grade": item.unused_grade,
        "lines": [_line(line) for line in item.lines],
    }


def _line(line: Line) -> Json:
    count = {} if line.count is None else {"count": line.count}
    points = {} if line.points is None else {"points": plain(line.points)}
    return {
        "source": line.source,
        "clause": line.clause,
        **count,
        **points,
        "counted": line.counted,
        "evidence": list(line.evidence),
        "why": line.why,
    }


def _note(note: Note) -> Json:
    return {"id": note.id, "where": note.where, "why": note.why}
