"""What happened in the demo's months, planned from rules and a seed: checks, findings, photos, verdicts, forms."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from random import Random
from typing import Any

from fieldapp.demo.city import City, Project, Unit

CHINA = timezone(timedelta(hours=8))
ITEM_AT_SITE = "site"


@dataclass(frozen=True)
class PlannedFinding:
    """`closing`: fixed_on_site, closed, submitted, notified, overdue or refused, as things stand on the city's today."""

    item: str
    unit: str | None  # its name in the register; None = the site
    severity: str
    words: str
    place: str
    deadline: str
    closing: str
    major_answer: bool | None


@dataclass(frozen=True)
class PlannedPhoto:
    """One photo. `fault` is the reason code by which it is (to be) rejected; `unsafe` shows the finding's defect.

    `copies` names the older photo that a `reused` one repeats.
    """

    item: str
    unit: str | None
    shot: str
    at: datetime
    seed: int
    project: str
    unsafe: bool = False
    fault: str | None = None
    verdict: str | None = None  # accepted, rejected or None while it waits
    follow_up: str | None = None
    copies: "PlannedPhoto | None" = None


@dataclass(frozen=True)
class PlannedVisit:
    """A monthly check: done, missed (nobody came) or due (still a task)."""

    project: str
    period: str
    state: str
    surveyor: str
    at: datetime
    findings: tuple[PlannedFinding, ...] = ()
    photos: tuple[PlannedPhoto, ...] = ()


@dataclass(frozen=True)
class PlannedForm:
    """附件1 or 附件2. `grades`: item -> (grade, key of the fact it rests on or None)."""

    insurer: str
    form: str
    part: str
    assessor: str
    by: str | None  # sign-in name; None = the respondent of a policyholder
    grades: dict[str, tuple[str, str | None]]


@dataclass(frozen=True)
class PlannedAnswer:
    insurer: str
    respondent_kind: str
    channel: str
    satisfied: bool
    at: datetime


@dataclass(frozen=True)
class History:
    city: City

    @cached_property
    def visits(self) -> tuple[PlannedVisit, ...]:
        """Every project's check of every month, oldest first within a project."""
        done: list[PlannedVisit] = []
        for project in self.city.projects:
            for period in self._plan["months"]:
                done.append(
                    self._visit(project, period, earlier=[p for v in done for p in v.photos])
                )
        return tuple(done)

    @property
    def photos(self) -> tuple[PlannedPhoto, ...]:
        """All photos of the checks and of the accident."""
        return tuple(p for v in self.visits for p in v.photos) + self.accident_photos

    @cached_property
    def accident_photos(self) -> tuple[PlannedPhoto, ...]:
        """The survey's photos; those with a fault are the nonconforming ones."""
        case = self.city.plan["accident"]
        start = moment(case["arrived_at"])
        return tuple(
            PlannedPhoto(
                subject,
                None,
                "",
                start + timedelta(minutes=6 * (k + 1)),
                900 + k,
                case["project"],
                fault=fault,
            )
            for k, (subject, _, _, fault) in enumerate(case["evidence"])
        )

    @cached_property
    def forms(self) -> tuple[PlannedForm, ...]:
        """附件1 by each authority and 附件2 by each contractor, for every insurer."""
        return tuple(
            f
            for o in self.city.insurers()
            for f in (*self._opinions(o.key), *self._policyholders(o.key))
        )

    @cached_property
    def answers(self) -> tuple[PlannedAnswer, ...]:
        """The injury scheme's valid answers; 满意 as many as the plan says."""
        answers = []
        for insurer, row in self.city.plan["satisfaction"].items():
            rng = Random(f"{self._plan['seed']}/answers/{insurer}")
            for k in range(row["valid"]):
                kind = rng.choices(
                    ("insured_employer", "insured_person", "related_unit"), (3, 5, 2)
                )[0]
                at = datetime(self.city.year, 11, 2, 9, tzinfo=CHINA) + timedelta(
                    minutes=37 * k + rng.randrange(30)
                )
                answers.append(
                    PlannedAnswer(
                        insurer,
                        kind,
                        rng.choice(("questionnaire", "phone")),
                        k < row["satisfied"],
                        at,
                    )
                )
        return tuple(answers)

    @property
    def _plan(self) -> dict[str, Any]:
        return self.city.plan["history"]

    def _visit(self, project: Project, period: str, earlier: list[PlannedPhoto]) -> PlannedVisit:
        rng = Random(f"{self._plan['seed']}/{project.key}/{period}")
        year, month = map(int, period.split("-"))
        latest = 20 if (year, month) == (self.city.today.year, self.city.today.month) else 27
        at = datetime(
            year,
            month,
            rng.randint(3, latest),
            rng.choice((8, 9, 9, 10, 13, 14, 15)),
            rng.randrange(60),
            tzinfo=CHINA,
        )
        visit = PlannedVisit(
            project.key, period, self._state(project, period), project.surveyor, at
        )
        if visit.state != "done":
            return visit
        findings = self._findings(project, at.date(), rng)
        return replace(
            visit, findings=findings, photos=self._photos(project, visit, findings, rng, earlier)
        )

    def _state(self, project: Project, period: str) -> str:
        if [project.key, period] in self._plan["missed"]:
            return "missed"
        current = period == f"{self.city.today:%Y-%m}"
        return "due" if current and project.key in self._plan["due"] else "done"

    def _findings(self, project: Project, on: date, rng: Random) -> tuple[PlannedFinding, ...]:
        fitting = [
            (row, units) for row in self._plan["findings"] if (units := _units_for(project, row[0]))
        ]
        picked = rng.sample(fitting, min(len(fitting), rng.choice(self._plan["per_visit"])))
        return tuple(self._finding(row, rng.choice(units), on, rng) for row, units in picked)

    def _finding(self, row: list[Any], unit: Unit | None, on: date, rng: Random) -> PlannedFinding:
        _, item, severity, words, place, deadline = row
        age = (self.city.today.year - on.year) * 12 + self.city.today.month - on.month
        weights = dict(
            self._plan["closing"]["new" if age == 0 else "recent" if age == 1 else "old"]
        )
        if severity != "suspected_major":
            weights.pop("refused", None)  # the copy to owner and supervision firm is for 重大 alone
        else:
            weights.pop("fixed_on_site", None)
        closing = rng.choices(list(weights), list(weights.values()))[0]
        major = True if severity == "suspected_major" else None
        return PlannedFinding(
            item, unit.name if unit else None, severity, words, place, deadline, closing, major
        )

    def _photos(
        self,
        project: Project,
        visit: PlannedVisit,
        findings: tuple[PlannedFinding, ...],
        rng: Random,
        earlier: list[PlannedPhoto],
    ) -> tuple[PlannedPhoto, ...]:
        wanted = [
            (item, unit.name if unit else None, shot, False)
            for unit in (*project.units, None)
            for item, shot in self._shots(unit, rng)
        ]
        found = {(f.item, f.unit) for f in findings}
        wanted = [w for w in wanted if (w[0], w[1]) not in found]
        wanted += [(f.item, f.unit, shot, True) for f in findings for shot in ("far", "near")]
        photos, at = [], visit.at
        for item, unit, shot, unsafe in wanted:
            at += timedelta(seconds=rng.randint(50, 260))
            photo = PlannedPhoto(
                item, unit, shot, at, rng.randrange(1_000_000), project.key, unsafe
            )
            photos.append(self._judged(photo, visit, rng, earlier))
        return tuple(photos)

    def _shots(self, unit: Unit | None, rng: Random) -> list[tuple[str, str]]:
        """The unit's standing photo and what was drawn besides, which differs from month to month."""
        table = self._plan["photos"]
        rows = (
            table[ITEM_AT_SITE]
            if unit is None
            else table.get(unit.kind) or table[f"{unit.kind}/{unit.sub}"]
        )
        more = 2 if unit is None else rng.choice((0, 0, 0, 1))
        extra = rng.sample(rows[1:], min(len(rows) - 1, more))
        return [tuple(row) for row in (rows[0], *extra)]

    def _judged(
        self, photo: PlannedPhoto, visit: PlannedVisit, rng: Random, earlier: list[PlannedPhoto]
    ) -> PlannedPhoto:
        weights = self._plan["verdicts"]
        outcome = rng.choices(list(weights), list(weights.values()))[0]
        twins = [
            p
            for p in earlier
            if p.item == photo.item and p.shot == photo.shot and not p.fault and not p.unsafe
        ]
        if outcome == "reused" and (photo.unsafe or not twins):
            outcome = "accepted"
        fault = None if outcome == "accepted" else outcome
        copies = rng.choice(twins) if outcome == "reused" else None
        photo = replace(photo, fault=fault, copies=copies)
        if visit.period == f"{self.city.today:%Y-%m}" and rng.random() < 0.8:
            return photo  # this month's are mostly still on the desk
        return replace(
            photo,
            verdict="rejected" if fault else "accepted",
            follow_up=self._plan["follow_ups"].get(fault or ""),
        )

    def _opinions(self, insurer: str) -> list[PlannedForm]:
        plan = self.city.plan["authority_opinion"]
        forms = []
        for assessor, by in plan["assessors"].items():
            grades: dict[str, tuple[str, str | None]] = dict.fromkeys(
                plan["judged"], ("excellent", None)
            )
            for whose, at, item, grade, fact in plan["below"]:
                if (whose, at) == (insurer, assessor):
                    grades[item] = (grade, fact)
            level = self.city.organisations[assessor].level
            forms.append(
                PlannedForm(
                    insurer, "authority_opinion", f"{level}_authority", assessor, by, grades
                )
            )
        return forms

    def _policyholders(self, insurer: str) -> list[PlannedForm]:
        plan = self.city.plan["policyholder_satisfaction"]
        forms = []
        for contractor in sorted(
            {p.parties["contractor"] for p in self.city.originated_by(insurer)}
        ):
            rng = Random(f"{self._plan['seed']}/{insurer}/{contractor}")
            drawn = rng.choices(
                list(plan["grades"]), list(plan["grades"].values()), k=len(plan["items"])
            )
            grades: dict[str, tuple[str, str | None]] = {
                item: (grade, None) for item, grade in zip(plan["items"], drawn, strict=True)
            }
            forms.append(
                PlannedForm(
                    insurer, "policyholder_satisfaction", "policyholder", contractor, None, grades
                )
            )
        return forms


def moment(text: str) -> datetime:
    """A local time of city.yaml."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)


def _units_for(project: Project, where: str) -> list[Unit | None]:
    """Units that a finding's `kind` or `kind/sub` fits; [None] for the site."""
    if where == ITEM_AT_SITE:
        return [None]
    kind, _, sub = where.partition("/")
    return [u for u in project.units if u.kind == kind and (not sub or u.sub == sub)]
