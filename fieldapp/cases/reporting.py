"""An accident reported: the case, and the survey that it calls for."""

from dataclasses import dataclass
from datetime import datetime

from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Act, Scheme
from fieldapp.cases.access import cases_for
from fieldapp.cases.models import AccidentCase
from fieldapp.cases.surveying import KIND, order_survey
from fieldapp.checklists.publishing import newest
from fieldapp.clock import local_date, now
from fieldapp.db import db
from fieldapp.errors import Conflict, Invalid, NotAllowed
from fieldapp.projects.access import project_for, service_of


class CaseExists(Conflict):
    zh = "这一案号已登记。"
    en = "A case of this number is there already."


class NobodyServes(Invalid):
    zh = "该项目在报告之日没有工伤协办的服务机构，无法派勘查。请先由平台运营登记服务关系。"
    en = "On the day of the report no insurer served the project in this scheme; the operator registers that first."


class NotYours(NotAllowed):
    zh = "该项目由其他机构服务，由其登记。"
    en = "Another insurer serves this project; the report is theirs to register."


class OutOfOrder(Invalid):
    zh = "事故须早于报告，报告不得晚于现在。"
    en = "An accident comes before its report, and a report is not of the future."


@dataclass(frozen=True)
class Report:
    """What is known when the call comes in. The person's number may be empty: the survey finds it."""

    number: str
    project_id: str
    accident_kind: str
    place: str
    occurred_at: datetime
    reported_at: datetime
    injured_name: str
    injured_id_number: str
    injury: str


def report(by: Person, told: Report) -> AccidentCase:
    """The case, and a survey for its service insurer to send somebody to.

    Raises NotFound, OutOfOrder, NobodyServes, NotYours, CaseExists.
    """
    project = project_for(by, told.project_id, Act.CASE_REPORT)
    if not told.occurred_at <= told.reported_at <= now():
        raise OutOfOrder(where="/reported_at")
    service = service_of(project.id, Scheme.INJURY, local_date(told.reported_at))
    if service is None:
        raise NobodyServes(where="/project_id")
    insurer = db.session.get_one(Organisation, service.service_insurer_id)
    if by.kind == insurer.kind and by.organisation_id != insurer.id:
        raise NotYours
    _require_new(by, told.number)
    case = AccidentCase(project=project, service_insurer=insurer, **_of(told))
    db.session.add(case)
    db.session.flush()
    # Whoever takes the call, the insurer answers for going there: its dispatcher names the surveyor.
    order_survey(case, insurer, newest(KIND))
    return case


def _of(told: Report) -> dict[str, object]:
    return {name: value for name, value in vars(told).items() if name != "project_id"}


def _require_new(by: Person, number: str) -> None:
    known = db.session.scalar(db.select(AccidentCase.id).where(AccidentCase.number == number))
    if known is None:
        return
    seen = db.session.scalar(cases_for(by).where(AccidentCase.id == known))
    raise CaseExists(where="/number", **({"id": known} if seen else {}))
