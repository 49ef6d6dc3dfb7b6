"""What a surveyor said of a hazard on going back to it, by how the plan has it end."""

from datetime import date, datetime, timedelta
from typing import Any

from fieldapp.clock import at_local, iso, local_date
from fieldapp.demo.history import PlannedFinding
from fieldapp.demo.proving import CLOSED
from fieldapp.visits.tasking import EVENING

WORDS = {
    "closed": "复查合格，已整改",
    "submitted": "租赁单位配件晚到，逾期两日整改；复查合格",
    "notified": "配件已订未到，现场已停用并围挡，约定新期限",
    "overdue": "班组退场未补人，只整改一半，约定新期限",
    "refused": "项目经理称工期紧，拒绝停工整改，已当面告知风险",
}


def outcome_of(finding: PlannedFinding | None, at: datetime, today: date) -> dict[str, Any]:
    """The record's `re_inspection` without its ids: put right; refused; or late, with the reason and a new deadline."""
    closing = finding.closing if finding else "closed"
    if closing in CLOSED:
        return {"outcome": "rectified", "words": WORDS[closing]}
    until = {
        "refused": local_date(at) + timedelta(days=5),
        "overdue": today - timedelta(days=1),
        "notified": today + timedelta(days=2),
    }[closing]
    return {
        "outcome": "not_rectified",
        "refused": closing == "refused",
        "words": WORDS[closing],
        "deadline": {"kind": "date", "at": iso(at_local(until, EVENING))},
    }
