"""Grounds opened down to the photo: what each is, and whether it still stands."""

from collections.abc import Iterable
from typing import Any

from fieldapp.cases.models import AccidentCase
from fieldapp.clock import iso
from fieldapp.db import db
from fieldapp.evidence.models import Evidence, Verdict
from fieldapp.evidence.subjects import surroundings_of
from fieldapp.oversight import answering
from fieldapp.oversight.absence_models import AbsenceAnswer
from fieldapp.oversight.models import AuthorityFinding, FactWithdrawal, RecordedFact
from fieldapp.oversight.showing import (
    SIGHTING,
    authority_photos,
    insurer_answer,
    item_names,
    thumb_url,
)
from fieldapp.scoring.grounds import Ref
from fieldapp.visits.models import Visit

Json = dict[str, Any]

OUTCOMES_ZH = {"accepted": "采信", "rejected": "不采信"}
REASONS_ZH = {
    "reused": "重复使用",
    "wrong_place": "地点不符",
    "wrong_time": "时间不符",
    "unclear": "看不清",
    "wrong_object": "对象不符",
    "incomplete": "内容不全",
    "other": "其他",
}
SHOTS_ZH = {
    "far": "全景",
    "near": "近景",
    "doc": "文件",
    "meter": "读数",
    "video": "视频",
    "before": "整改前",
    "after": "整改后",
    "why": "说明",
    "absence": "不存在证明",
    "refusal": "拒签现场",
    "statement": "录音",
}


class Resolved:
    """The rows behind a set of grounds, loaded together."""

    def __init__(self, refs: Iterable[Ref]) -> None:
        ids: dict[str, set[str]] = {"evidence": set(), "verdict": set(), "fact": set()}
        for kind, id_ in refs:
            ids[kind].add(id_)
        given = _rows(Verdict, Verdict.id.in_(ids["verdict"]))
        about = ids["evidence"] | {verdict.evidence_id for verdict in given.values()}
        self.evidence = _rows(Evidence, Evidence.id.in_(about))
        self.verdicts = _rows(Verdict, Verdict.evidence_id.in_(about))
        self.facts = _rows(RecordedFact, RecordedFact.id.in_(ids["fact"]))

    def stands(self, ref: Ref, authority_id: str) -> bool:
        """Evidence for as long as the authority admits it, its verdict until it judges otherwise, a fact until it is taken back.

        The insurer's verdict stands as it was given: else the insurer could undo a decision by judging anew.
        """
        kind, id_ = ref
        if kind == "fact":
            return id_ in self.facts and self.facts[id_].withdrawal is None
        if kind == "evidence":
            latest = self._latest(id_, authority_id)
            return latest is not None and latest.outcome == "accepted"
        verdict = self.verdicts[id_]
        if verdict.party_id != authority_id:
            return True
        latest = self._latest(verdict.evidence_id, authority_id)
        return latest is not None and latest.outcome == verdict.outcome

    def shown(self, ref: Ref, authority_id: str) -> Json:
        """Ground: {"kind", "id", "label", "at", "stands", …} down to the photo."""
        kind, id_ = ref
        if kind == "fact":
            return self._fact(self.facts[id_])
        verdict = self._latest(id_, authority_id) if kind == "evidence" else self.verdicts[id_]
        evidence = self.evidence[id_ if verdict is None else verdict.evidence_id]
        return {
            "kind": kind,
            "id": id_,
            "label": _label(evidence, verdict, authority_id),
            "at": iso(verdict.at if verdict else evidence.captured_at),
            "stands": self.stands(ref, authority_id),
            **_photo(evidence),
            "verdict": verdict and _verdict(verdict),
        }

    def _latest(self, evidence_id: str, party_id: str) -> Verdict | None:
        own = [
            v
            for v in self.verdicts.values()
            if v.evidence_id == evidence_id and v.party_id == party_id
        ]
        return max(own, key=lambda v: (v.at, v.id), default=None)

    def _fact(self, fact: RecordedFact) -> Json:
        finding = None
        if fact.kind == "authority_finding" and fact.source_id:
            finding = db.session.get(AuthorityFinding, fact.source_id)
        return {
            "kind": "fact",
            "id": fact.id,
            "label": f"事实 · {fact.words}",
            "at": iso(fact.recorded_at),
            "stands": fact.withdrawal is None,
            "words": fact.words,
            "fact_kind": fact.kind,
            "authority": {"id": fact.authority.id, "name": fact.authority.name},
            "recorded_by": {"name": fact.recorded_by.name},
            "finding": finding and _finding(finding),
            "answer": _answer(answering.answer_to(fact)),
            "withdrawal": _withdrawal(fact.withdrawal),
        }


def _answer(answer: AbsenceAnswer | None) -> Json | None:
    if answer is None:
        return None
    return {"stance": answer.stance, "words": answer.words, "at": iso(answer.at)}


def _withdrawal(withdrawal: FactWithdrawal | None) -> Json | None:
    if withdrawal is None:
        return None
    return {
        "words": withdrawal.words,
        "by": {"name": withdrawal.by.name},
        "at": iso(withdrawal.at),
    }


def _rows(model: Any, condition: Any) -> dict[str, Any]:
    return {row.id: row for row in db.session.scalars(db.select(model).where(condition)).unique()}


def _label(evidence: Evidence, verdict: Verdict | None, authority_id: str) -> str:
    place = _place(evidence)
    if evidence.subject_kind == SIGHTING:
        own = evidence.organisation_id == authority_id
        place = f"{'本机关' if own else evidence.organisation.short_name}照片 · {place}"
    if verdict is None:
        return f"照片 · {place}"
    reason = f"（{REASONS_ZH[verdict.reason]}）" if verdict.reason else ""
    return f"{verdict.party.short_name}{OUTCOMES_ZH[verdict.outcome]}{reason} · {place}"


def _place(evidence: Evidence) -> str:
    item = _item(evidence)
    what = item["zh"] if item else "工伤勘查" if _case(evidence) else SHOTS_ZH[evidence.shot]
    return f"{evidence.project.name} · {what}"


def _item(evidence: Evidence) -> dict[str, str] | None:
    if evidence.subject_kind == SIGHTING:
        finding = db.session.get(AuthorityFinding, evidence.subject_id)
        return item_names(finding.visit, finding.question) if finding else None
    return surroundings_of([evidence])[evidence.id].item


def _case(evidence: Evidence) -> AccidentCase | None:
    """The one whose photo it is, handed in with it or taken at its survey."""
    if evidence.subject_kind == "case":
        return db.session.get(AccidentCase, evidence.subject_id)
    visit = db.session.get(Visit, evidence.subject_id) if evidence.subject_kind == "visit" else None
    return (visit and visit.case_id and db.session.get(AccidentCase, visit.case_id)) or None


def _photo(evidence: Evidence) -> Json:
    found = _case(evidence)
    return {
        "evidence_id": evidence.id,
        "thumb_url": thumb_url(evidence.id),
        "project": {"id": evidence.project.id, "name": evidence.project.name},
        "question": evidence.question,
        "item": _item(evidence),
        "shot": evidence.shot,
        "captured_at": iso(evidence.captured_at),
        "sha256": evidence.sha256,
        "visit_id": evidence.subject_id if evidence.subject_kind == "visit" else None,
        "case": found and {"id": found.id, "number": found.number},
    }


def _verdict(verdict: Verdict) -> Json:
    party = verdict.party
    return {
        "id": verdict.id,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "words": verdict.words,
        "follow_up": verdict.follow_up,
        "at": iso(verdict.at),
        "by": {"name": verdict.by.name},
        "party": {"id": party.id, "name": party.name, "kind": party.kind},
    }


def _finding(finding: AuthorityFinding) -> Json:
    answer, response = insurer_answer(finding), finding.response
    return {
        "id": finding.id,
        "words": finding.words,
        "place": finding.place,
        "found_at": iso(finding.found_at),
        "question": finding.question,
        "item": item_names(finding.visit, finding.question),
        "project": {"id": finding.visit.project.id, "name": finding.visit.project.name},
        "comparison": finding.comparison,
        "photos": [
            {name: photo[name] for name in ("id", "shot", "thumb_url")}
            | {"captured_at": iso(photo["captured_at"])}
            for photo in authority_photos(finding)
        ],
        "response": response
        and {"stance": response.stance, "words": response.words, "at": iso(response.at)},
        "insurer_answer": {
            "visit_id": answer["visit_id"],
            "value": answer["value"],
            "answered_at": iso(answer["answered_at"]),
            "surveyor": {"name": answer["surveyor"].name},
            "photos": [
                photo | {"captured_at": iso(photo["captured_at"])} for photo in answer["photos"]
            ],
        },
    }
