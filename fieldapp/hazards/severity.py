"""疑似重大 is in force on site at once; the insurer's qualified reviewer confirms or lowers it, once, with words."""

from fieldapp.accounts.models import Person
from fieldapp.db import db
from fieldapp.errors import Conflict, NotAllowed
from fieldapp.hazards.models import Finding, SeverityDecision
from fieldapp.visits.models import Visit


class NotSuspected(Conflict):
    zh = "这条隐患未报为疑似重大，无需复核。"
    en = "This finding was not reported as suspected major; there is nothing to decide."


class AlreadyDecided(Conflict):
    zh = "这条隐患的等级已由复核工程师确定，不可更改。"
    en = "The severity of this finding was decided already and stays."


def decide_severity(by: Person, finding: Finding, severity: str, words: str) -> Finding:
    """`severity`: major (confirmed) or general (lowered). The same decision again changes nothing."""
    _require_reviewer(by, finding)
    if finding.severity != "suspected_major":
        raise NotSuspected
    known = finding.severity_decision
    if known is not None:
        if (known.severity, known.words, known.decided_by_id) != (severity, words, by.id):
            raise AlreadyDecided
        return finding
    finding.severity_decision = SeverityDecision(
        severity=severity, words=words, decided_by_id=by.id
    )
    db.session.flush()
    return finding


def _require_reviewer(by: Person, finding: Finding) -> None:
    visit = db.session.get_one(Visit, finding.visit_id)
    if visit.service_insurer_id != by.organisation_id:
        raise NotAllowed(
            "由服务该项目的保险公司复核。", "The service insurer's reviewer decides this."
        )
    if visit.surveyor_id == by.id:
        raise NotAllowed("不能复核自己发现的隐患。", "Nobody decides on a finding of their own.")
