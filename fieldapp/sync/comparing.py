"""A newer record beside the one that stands: may it take its place by itself? Pure.

More may always be found. What was found is not made smaller without a person who looks at it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fieldapp.sync.comparing_forms import form_softenings
from fieldapp.sync.reasons import Reason, pointer, reason


@dataclass(frozen=True)
class StandingFinding:
    question: str
    severity: str
    words: str
    place: str
    fixed_on_site: bool


@dataclass(frozen=True)
class Standing:
    """What was accepted under this id before. `answers`: value by question; `findings`: by sent id.

    `outcome`: of a re-inspection. `form`: raw answers by path. `handed_over`: the survey's case left the insurer.
    """

    task_id: str | None
    surveyor_id: str
    answers: Mapping[str, str]
    findings: Mapping[str, StandingFinding]
    outcome: str | None = None
    form: Mapping[str, Any] = field(default_factory=dict)
    handed_over: bool = False


def softenings(record: Mapping[str, Any], standing: Standing) -> Iterator[Reason]:
    """Every place where the record says less than what stands."""
    yield from _of_answers(record["answers"], standing)
    yield from _of_findings(record["findings"], standing)
    yield from form_softenings(record, standing.form)
    said = record["re_inspection"]
    if standing.outcome == "not_rectified" and (not said or said["outcome"] != "not_rectified"):
        yield reason("softened", "/re_inspection/outcome", "未整改改为已整改")


def _of_answers(answers: list[dict[str, Any]], standing: Standing) -> Iterator[Reason]:
    places = {answer["question"]: (n, answer["value"]) for n, answer in enumerate(answers)}
    for question, value in standing.answers.items():
        if value != "fail":
            continue
        n, now = places.get(question, (None, None))
        if now is None:
            yield reason("softened", "/answers", f"不合格的回答被撤去 {question}")
        elif now != "fail":
            yield reason("softened", pointer("answers", n, "value"), f"不合格改为其他 {question}")


def _of_findings(findings: list[dict[str, Any]], standing: Standing) -> Iterator[Reason]:
    places = {finding["id"]: (n, finding) for n, finding in enumerate(findings)}
    for sent_id, was in standing.findings.items():
        if sent_id not in places:
            yield reason("softened", "/findings", f"隐患被撤去 {sent_id}")
            continue
        n, finding = places[sent_id]
        # A finding is one observation, never changed: a second thought is a second finding.
        for name in ("question", "severity", "words", "place", "fixed_on_site"):
            if finding[name] != getattr(was, name):
                yield reason("softened", pointer("findings", n, name), "已记录的隐患不可改写")
