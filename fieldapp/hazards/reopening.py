"""What was called rectified rests on its photo of 整改后: rejected by the service insurer or never arrived, the hazard is open again."""

from datetime import timedelta

from sqlalchemy import or_

from fieldapp import jobs
from fieldapp.blobs.models import Blob
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.evidence.announcements import VerdictGiven
from fieldapp.evidence.judging import latest_of
from fieldapp.evidence.models import Evidence, Verdict
from fieldapp.hazards.models import Finding, Hazard, HazardClosure, HazardReopening
from fieldapp.hazards.re_inspecting import PROOF_JOB, reopen
from fieldapp.visits.models import Visit

REJECTED = "整改后的照片不予采信"
NEVER_CAME = "整改后的照片一周内没有传到"
ACCEPTED_AFTER_ALL = "整改后的照片重新判定为采信"
TIME_TO_RECTIFY = timedelta(days=1)


def follow_verdict(given: VerdictGiven) -> None:
    """Only the service insurer's own verdict: an authority's is not known to the insurer before it is notified."""
    verdict = db.session.get_one(Verdict, given.verdict_id)
    photo = db.session.get_one(Evidence, given.evidence_id)
    judges = verdict.party_id == photo.service_insurer_id
    if photo.shot != "after" or photo.subject_kind != "visit" or not judges:
        return
    if given.outcome == "rejected":
        _fall(photo, verdict)
    else:
        _stand_again(photo, verdict)


@jobs.handles(PROOF_JOB)
def open_what_was_not_shown(visit_id: str) -> None:
    """What a visit called rectified, and no photo of that ever came."""
    with transaction():
        visit = db.session.get_one(Visit, visit_id, with_for_update={"of": Visit})
        claimed = db.select(Evidence).where(
            Evidence.subject_kind == "visit",
            Evidence.subject_id == visit_id,
            Evidence.shot == "after",
        )
        photos = list(db.session.scalars(claimed).unique())
        came = {_about(photo) for photo in photos if _is_stored(photo)}
        for photo in {_about(each): each for each in photos}.values():
            if _about(photo) not in came:
                _open_again(photo, visit.surveyor_id, NEVER_CAME, None)


def _about(photo: Evidence) -> tuple[str | None, str | None]:
    return photo.question, photo.finding_sent_id


def _is_stored(photo: Evidence) -> bool:
    return db.session.get(Blob, (photo.organisation_id, photo.sha256)) is not None


def _fall(photo: Evidence, verdict: Verdict) -> None:
    # Two who reject the last two photos at the same moment must not each take the other's for standing.
    db.session.get_one(Visit, photo.subject_id, with_for_update={"of": Visit})
    if not _all_rejected(photo, verdict.party_id):
        return
    _open_again(photo, verdict.by_id, _words(verdict), verdict.id)


def _open_again(photo: Evidence, by_id: str, words: str, verdict_id: str | None) -> None:
    """What rests on such photos: a closure, or that a finding had been put right on the spot."""
    for closure in _standing(photo):
        _lock(closure.hazard_id)
        reopen(closure.hazard, closure, by_id, words, verdict_id)
    finding = _fixed_on_site(photo)
    if finding is not None and finding.hazard is None:
        finding.hazard = Hazard(
            project_id=finding.project_id, opened_at=now(), due_at=now() + TIME_TO_RECTIFY
        )
        db.session.flush()
        reopen(finding.hazard, None, by_id, words, verdict_id)


def _stand_again(photo: Evidence, verdict: Verdict) -> None:
    """The insurer changed its mind: what fell by this photo, and nobody has looked at since, is closed again."""
    fallen = db.session.scalars(
        db.select(HazardReopening)
        .join(Verdict, Verdict.id == HazardReopening.verdict_id)
        .join(Evidence, Evidence.id == Verdict.evidence_id)
        .where(
            Evidence.subject_id == photo.subject_id,
            Evidence.question == photo.question,
            Evidence.finding_sent_id.is_not_distinct_from(photo.finding_sent_id),
        )
    )
    for fell in fallen:
        hazard = _lock(fell.hazard_id)
        is_last = hazard.reopenings[-1] is fell
        looked_at_since = any(
            each.inspected_at > fell.reopened_at for each in hazard.re_inspections
        )
        if hazard.closure is None and is_last and not looked_at_since:
            hazard.closures.append(
                HazardClosure(
                    visit_id=photo.subject_id,
                    closed_by_id=verdict.by_id,
                    words=ACCEPTED_AFTER_ALL,
                )
            )
    db.session.flush()


def _lock(hazard_id: str) -> Hazard:
    return db.session.get_one(
        Hazard, hazard_id, with_for_update={"of": Hazard}, populate_existing=True
    )


def _all_rejected(photo: Evidence, party_id: str) -> bool:
    """Of several photos of the same rectification one is enough."""
    others = db.session.scalars(
        db.select(Evidence)
        .where(
            Evidence.subject_kind == "visit",
            Evidence.subject_id == photo.subject_id,
            Evidence.question == photo.question,
            Evidence.finding_sent_id.is_not_distinct_from(photo.finding_sent_id),
            Evidence.shot == "after",
        )
        .execution_options(populate_existing=True)
    ).unique()
    latest = [latest_of(each.verdicts, party_id) for each in others]
    return all(verdict is not None and verdict.outcome == "rejected" for verdict in latest)


def _standing(photo: Evidence) -> list[HazardClosure]:
    # A re-inspection looks at one finding of another visit; a check may have put several right at one question.
    shown = or_(Finding.visit_id != photo.subject_id, Finding.sent_id == photo.finding_sent_id)
    closures = db.session.scalars(
        db.select(HazardClosure)
        .join(Hazard, Hazard.id == HazardClosure.hazard_id)
        .join(Finding, Finding.id == Hazard.finding_id)
        .where(
            HazardClosure.visit_id == photo.subject_id, Finding.question == photo.question, shown
        )
    ).unique()
    return [closure for closure in closures if closure.reopening is None]


def _fixed_on_site(photo: Evidence) -> Finding | None:
    finding: Finding | None = db.session.scalar(
        db.select(Finding).where(
            Finding.organisation_id == photo.organisation_id,
            Finding.sent_id == photo.finding_sent_id,
            Finding.fixed_on_site,
        )
    )
    return finding


def _words(verdict: Verdict) -> str:
    return f"{REJECTED}：{verdict.words}"[:500] if verdict.words else REJECTED
