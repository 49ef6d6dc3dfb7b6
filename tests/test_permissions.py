"""Every route, asked by every person and by nobody, for what is theirs and what is others'. Read the table; it is the law."""

import sys
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from flask import Flask

from fieldapp.accounts.permissions import POLICY, Act, Kind, schemes_of
from fieldapp.app import UndeclaredRoute, check_every_route_declares_access, create_app
from fieldapp.clock import local_date, now
from fieldapp.config import from_environment
from fieldapp.db import new_id
from fieldapp.routing import BY_TOKEN, PUBLIC, SIGNED_IN
from tests.fixtures.application import Caller
from tests.fixtures.town import INJURY, LIABILITY, ORGANISATIONS, PEOPLE
from tests.fixtures.world import YEAR

NOBODY = "nobody"
EVERYBODY = (*PEOPLE, NOBODY)

# Whose things are whose: thing -> who is shown it. To everybody else of the act it does not exist.
# antai (wang sun qian), its agency anxun (zhou deng) and county 1 (liu chen) have binjiang; hengxin (he hu) and
# county 2 (yun) have yunqi; the city (shi) has both; she, bao and ren have the injury scheme; rui is in a pool with antai.
PROJECT = {
    "binjiang": "wang sun qian rui zhou deng liu chen shi she bao ren admin",
    "yunqi": "he hu yun shi admin",
}
TASK = {"binjiang": "zhou", "injury": "wang", "yunqi": "he"}
ISSUED = {"binjiang": "sun deng", "injury": "sun", "yunqi": "hu"}
NOTICE = {"binjiang": "zhou", "yunqi": "he"}
VISIT = {
    "binjiang": "wang sun qian zhou deng liu chen shi",
    "injury": "wang sun qian she bao ren",
    "yunqi": "he hu yun shi",
}
EVIDENCE = VISIT | {"case": "wang sun she bao ren"}
JUDGE = {
    # thing: (who may judge it, who sees it and may not)
    "binjiang": ("sun liu chen shi", "wang qian zhou deng"),
    "injury": ("sun she bao", "wang qian ren"),
    "yunqi": ("hu yun shi", "he"),
    "case": ("sun she bao", "wang ren"),
}
DESK = {"binjiang": "sun liu chen shi", "injury": "sun she bao", "yunqi": "hu yun shi"}
# A pair across insurers is the authorities' alone: no insurer knows of it.
RESEMBLANCE = {"antai": "sun", "across": "liu chen shi yun"}
HAZARD = {"binjiang": VISIT["binjiang"], "yunqi": VISIT["yunqi"]}
RECORD = {"binjiang": "sun deng", "antai": "sun", "yunqi": "hu"}
SENT = {"binjiang": "zhou", "antai": "wang", "yunqi": "he"}
CASE = {"injury": "sun she bao ren"}
INSPECTION = {"binjiang": "liu chen shi", "yunqi": "yun shi"}
OWN_INSPECTION = {"binjiang": ("liu chen", "shi"), "yunqi": ("yun", "shi")}
AUTHORITY_FINDING = {"binjiang": "sun qian liu chen shi", "yunqi": "hu yun shi"}
OCCURRENCE = {
    "binjiang": "sun liu chen shi",
    "untold": "liu chen shi",
    "injury": "sun she bao",
    "yunqi": "hu yun shi",
}
OWN_OCCURRENCE = {
    "binjiang": ("liu chen", "shi"),
    "untold": ("liu chen", "shi"),
    "injury": ("she bao", ""),
    "yunqi": ("yun", "shi"),
}
COLLEAGUES_OCCURRENCE = {  # who proposed it neither verifies it nor hears the appeal against it
    "binjiang": ("chen", "liu shi"),
    "untold": ("chen", "liu shi"),
    "injury": ("bao", "she"),
    "yunqi": ("", "yun shi"),
}
FORM = {"binjiang": "sun liu chen shi", "city": "sun liu chen shi", "yunqi": "hu yun shi"}
OWN_FORM = {"binjiang": ("liu chen", "shi"), "city": ("shi", "liu chen"), "yunqi": ("yun", "shi")}
SHEET = {
    (LIABILITY, "antai"): "sun liu chen shi",
    (LIABILITY, "hengxin"): "hu yun shi",
    (LIABILITY, "ruifeng"): "rui",
    (INJURY, "antai"): "sun she bao",
    (INJURY, "hengxin"): "hu",
    (INJURY, "ruifeng"): "rui",
}
SHEETS_LISTED = {
    insurer: people for (scheme, insurer), people in SHEET.items() if scheme == LIABILITY
}
SCORED_BY = {
    (LIABILITY, "antai"): "liu chen shi",
    (LIABILITY, "hengxin"): "yun shi",
    (LIABILITY, "ruifeng"): "",
    (INJURY, "antai"): "she bao",
    (INJURY, "hengxin"): "",
}
# A year's figures and policyholders' forms are of the whole city.
CITYS = {"antai": ("shi", "liu chen"), "hengxin": ("shi", "yun"), "ruifeng": ""}
PERSON = {"antai": "gu", "hengxin": "mo"}
DEVICE = {"antai": "gu", "yunqi": "mo", "binjiang": ""}
MANAGED = {"binjiang": "admin", "yunqi": "admin"}
SITE = {"binjiang": ("admin sun", "rui"), "yunqi": ("admin hu", "")}
REGISTER = {"binjiang": ("admin sun deng", "rui"), "yunqi": ("admin hu", "")}
OPERATORS = {"pool": "admin"}
A_POLICY = {
    "scheme": LIABILITY,
    "number": "--",
    "insurer_id": "-",
    "starts_on": "2026-01-01",
    "ends_on": "2026-01-02",
}
A_SERVICE = {
    "scheme": LIABILITY,
    "originating_insurer_id": "-",
    "service_insurer_id": "-",
    "starts_on": "2026-01-01",
}
A_PICTURE = {
    "id": "0199f1a2-0000-7000-8000-000000000001",
    "sha256": "b" * 64,
    "size": 9,
    "media_type": "image/jpeg",
    "captured_at": "2026-01-01T00:00:00Z",
}
A_CONTRACT = {
    "authority_id": "-",
    "insurer_id": "-",
    "number": "--",
    "clause": "--",
    "starts_on": "2026-01-01",
}
SAME_PLACE = {"name": "-名", "address": "-地址", "area": "339901", "stage": "-"}
BUNDLE = {"sun": "sun", "liu": "liu"}  # an order is its orderer's alone
LEDGER = {
    ("visit", "binjiang"): "sun qian deng liu chen shi",
    ("visit", "injury"): "sun qian she bao ren",
    ("visit", "yunqi"): "hu yun shi",
    ("evidence", "binjiang"): "sun qian deng liu chen shi",
    ("evidence", "injury"): "sun qian she bao ren",
    ("evidence", "yunqi"): "hu yun shi",
    ("evidence", "case"): "sun she bao ren",
    ("finding", "binjiang"): "sun qian deng liu chen shi",
    ("finding", "yunqi"): "hu yun shi",
    ("hazard", "binjiang"): "sun qian deng liu chen shi",
    ("hazard", "yunqi"): "hu yun shi",
    ("case", "injury"): "",
}


@dataclass(frozen=True)
class Route:
    """`things`: thing -> who gets through, or (who gets through, who sees it but lacks the power). No things: all of the act.

    `kind` says which of the world's ids fills the address, `json` what is sent (the thing's id for "$"), `only` whom a
    route without things lets in, `lists` which ids must come back to whom.
    """

    things: dict = field(default_factory=dict)
    kind: str = ""
    json: object = None
    query: dict = field(default_factory=dict)
    only: str | None = None
    lists: tuple[str, dict, str] | None = None


WORDS = {"words": "经核查"}
ROUTES = {
    "GET /": Route(),
    "GET /<any(field, console):name>/": Route(),
    "GET /<any(field, console):name>/<path:path>": Route(),
    "GET /api/openapi.json": Route(),
    "GET /api/keys": Route(),
    "GET /api/checkpoints/latest": Route(),
    "GET /api/checkpoints/<int:size>": Route(),
    "GET /api/restorations": Route(),
    "GET /api/proofs/consistency": Route(query={"from": "1", "to": "1"}),
    "GET /api/proofs/inclusion": Route(query={"leaf": "0"}),
    "POST /api/session": Route(json={}),
    "POST /api/session/nonces": Route(json={}),
    "POST /api/session/renewals": Route(json={}),
    "PUT /api/session/password": Route(json={}),
    "GET /api/session": Route(),
    "GET /api/session/recovery-key": Route(),
    "DELETE /api/session": Route(),
    "PUT /uploads/<token>": Route(),
    "PATCH /uploads/<token>": Route(),
    "HEAD /uploads/<token>": Route(),
    "GET /files/<token>": Route(),
    "GET /api/projects": Route(lists=("project", PROJECT, "id")),
    "GET /api/projects/<project_id>": Route(PROJECT, "project"),
    "GET /api/checklists/<checklist>/<edition>": Route(),
    "GET /api/tasks": Route(lists=("task", TASK, "id")),
    "POST /api/tasks": Route(
        # rui is in the pool of binjiang and serves nothing there.
        {"binjiang": ("sun deng", "rui"), "yunqi": "hu"},
        "project",
        json={"kind": "monthly_check", "project_id": "$"},
    ),
    "GET /api/tasks/issued": Route(lists=("task", ISSUED, "id")),
    "GET /api/tasks/candidates": Route(),
    "GET /api/tasks/<task_id>": Route(ISSUED, "task"),
    "PUT /api/tasks/<task_id>/withdrawal": Route(
        # The program issued it: the service insurer takes it back, not the agency that has it.
        {"binjiang": ("sun", "deng"), "injury": "sun", "yunqi": "hu"},
        "task",
        json=WORDS,
    ),
    "PUT /api/tasks/<task_id>/surveyor": Route(ISSUED, "task", json={}),
    # Of a task that goes back to nothing there is no photo; hazards' own tests have one that does.
    "GET /api/tasks/<task_id>/photos/<evidence_id>": Route({"binjiang": "", "yunqi": ""}, "task"),
    "PUT /api/tasks/<task_id>/acknowledgement": Route(ISSUED, "task", json=WORDS),
    "GET /api/monthly-checks/<month>": Route(),
    "POST /api/monthly-checks/<month>/issues": Route(),
    "GET /api/startable": Route(),
    "GET /api/home": Route(),
    "GET /api/notices": Route(),
    "PUT /api/notices/<notice_id>/sight": Route(NOTICE, "notice"),
    "GET /api/mutings": Route(),
    "PUT /api/mutings/<kind>": Route(),
    "DELETE /api/mutings/<kind>": Route(),
    "GET /api/push": Route(),
    "PUT /api/push/subscription": Route(json={}),
    "DELETE /api/push/subscription": Route(),
    "GET /api/visits": Route(lists=("visit", VISIT, "id")),
    "GET /api/visits/<visit_id>": Route(VISIT, "visit"),
    "GET /api/visits/<visit_id>/personal-answers": Route(
        {"binjiang": "sun", "injury": "sun she bao ren", "yunqi": "hu"},
        "visit",
        query={"purpose": "complaint"},
    ),
    "PUT /api/visits/<visit_id>": Route(json={}),
    "GET /api/visits/<visit_id>/seals": Route(VISIT, "visit"),
    "POST /api/seals": Route(json={"seals": []}),
    "GET /api/phones": Route(),
    "GET /api/phones/<phone_id>": Route({"zhou": "deng", "wang": "sun", "he": "hu"}, "phone"),
    "GET /api/visits/<visit_id>/receipt": Route(SENT, "sent"),
    "POST /api/uploads": Route(
        json={
            "items": [
                {"sha256": "b" * 64, "size": 9, "media_type": "image/jpeg", "purpose": "original"}
            ]
        }
    ),
    "POST /api/uploads/completions": Route(
        SENT, "upload", json={"uploads": [{"id": "$", "parts": []}]}
    ),
    "GET /api/evidence/<evidence_id>": Route(EVIDENCE, "evidence"),
    "GET /api/evidence/<evidence_id>/renditions/<int:longest_side>": Route(EVIDENCE, "evidence"),
    "GET /api/evidence/<evidence_id>/annotation/renditions/<int:longest_side>": Route(
        EVIDENCE, "evidence"
    ),
    "GET /api/evidence/<evidence_id>/original": Route(EVIDENCE, "evidence"),
    "GET /api/evidence/<evidence_id>/recording": Route(
        {"statement": EVIDENCE["binjiang"]}, "evidence"
    ),
    "GET /api/evidence/<evidence_id>/viewing-copy": Route(EVIDENCE, "evidence"),
    "POST /api/evidence/<evidence_id>/viewing-copies": Route(EVIDENCE, "evidence", json={}),
    "POST /api/evidence/<evidence_id>/verdicts": Route(
        JUDGE, "evidence", json={"outcome": "rejected"}
    ),
    "PUT /api/evidence/<evidence_id>/redaction": Route(
        # Refused for its reason alone: what is young is kept.
        {"binjiang": "liu chen shi", "injury": "she bao", "yunqi": "yun shi"},
        "evidence",
        json={"reason": "retention_ended", **WORDS},
    ),
    "POST /api/evidence/<evidence_id>/readings": Route(JUDGE, "evidence", json={}),
    "GET /api/ledger/<table>/<path:row_id>": Route(LEDGER),
    "GET /api/verifiers/<name>": Route(),
    "GET /api/bundles": Route(lists=("bundle", BUNDLE, "id")),
    "POST /api/bundles": Route(
        # Who sees the visit and works in an office; surveyors take nothing out of the house.
        {
            "binjiang": "sun qian deng liu chen shi",
            "injury": "sun qian she bao ren",
            "yunqi": "hu yun shi",
        },
        "visit",
        json={"kind": "visit", "id": "$"},
    ),
    "GET /api/bundles/<bundle_id>": Route(BUNDLE, "bundle"),
    "PUT /api/bundles/<bundle_id>/cancellation": Route(BUNDLE, "bundle"),
    "POST /api/bundles/<bundle_id>/links": Route(BUNDLE, "bundle"),
    "GET /api/bundles/<bundle_id>/file": Route(BUNDLE, "bundle"),
    "GET /api/desk": Route(
        only="sun hu rui liu chen yun shi she bao", lists=("visit", DESK, "visit_id")
    ),
    "GET /api/desk/visits/<visit_id>": Route(VISIT, "visit"),
    "POST /api/desk/visits/<visit_id>/sheets": Route(
        {"binjiang": "sun", "injury": "sun", "yunqi": "hu"}, "visit"
    ),
    # A sheet is its opener's alone.
    "POST /api/desk/sheets/<sheet_id>/displays": Route(
        {"binjiang": "sun"}, "sheet", json={"photos": [{"evidence_id": "-", "dwell_ms": 1}]}
    ),
    "PUT /api/desk/sheets/<sheet_id>/acceptance": Route(
        {"binjiang": "sun"}, "sheet", json={"photos": ["-"]}
    ),
    "GET /api/agreement": Route(
        only="liu chen yun shi", query={"scheme": LIABILITY, "period": YEAR}
    ),
    "GET /api/agreement/disagreements": Route(
        only="she bao", query={"scheme": INJURY, "period": YEAR}
    ),
    "GET /api/hazards": Route(lists=("finding", HAZARD, "finding/id")),
    "GET /api/hazards/<hazard_id>": Route(HAZARD, "hazard"),
    "PUT /api/findings/<finding_id>/severity-decision": Route(
        {"binjiang": "qian", "yunqi": ""}, "finding", json={"severity": "general", **WORDS}
    ),
    "GET /api/resemblances": Route(lists=("resemblance", RESEMBLANCE, "id")),
    "GET /api/resemblances/<resemblance_id>": Route(RESEMBLANCE, "resemblance"),
    "PUT /api/resemblances/<resemblance_id>/review": Route(
        RESEMBLANCE, "resemblance", json={"outcome": "different"}
    ),
    "GET /api/cases": Route(lists=("case", CASE, "id")),
    "GET /api/cases/<case_id>": Route(CASE, "case"),
    "GET /api/cases/<case_id>/injured-person": Route(CASE, "case", query={"purpose": "complaint"}),
    # binjiang is insured in the injury scheme too; the pool that rui is in is not.
    "POST /api/cases": Route(
        {"binjiang": "sun she bao ren", "yunqi": ""},
        "project",
        json={
            "number": "--",
            "project_id": "$",
            "accident_kind": "-",
            "place": "-",
            "occurred_at": "2026-01-02T00:00:00Z",
            "reported_at": "2026-01-01T00:00:00Z",
            "injured_name": "-",
            "injury": "-",
        },
    ),
    "PUT /api/cases/<case_id>/hand-over": Route(
        {"injury": "sun"}, "case", json={"receiver_id": "-"}
    ),
    "GET /api/quarantine": Route(lists=("record", RECORD, "id")),
    "GET /api/quarantine/<record_id>": Route(RECORD, "record"),
    "POST /api/quarantine/<record_id>/decisions": Route(
        {"binjiang": ("deng", "sun"), "antai": "sun", "yunqi": "hu"},
        "record",
        json={"decision": "judge_again", **WORDS},
    ),
    "GET /api/spot-inspections": Route(lists=("inspection", INSPECTION, "id")),
    "POST /api/spot-inspections": Route(INSPECTION, "project", json={"project_id": "$"}),
    "POST /api/spot-inspections/<inspection_id>/findings": Route(
        OWN_INSPECTION,
        "inspection",
        json={
            "question": "no.such@site",
            "visit_id": "-",
            "place": "-",
            "found_at": "2026-01-01T00:00:00Z",
            **WORDS,
        },
    ),
    "POST /api/authority-findings/<finding_id>/photos": Route(
        {"binjiang": ("liu chen", "shi"), "yunqi": ("yun", "shi")},
        "authority_finding",
        json={"photos": [A_PICTURE]},
    ),
    "GET /api/authority-findings": Route(lists=("authority_finding", AUTHORITY_FINDING, "id")),
    "GET /api/authority-findings/<finding_id>": Route(AUTHORITY_FINDING, "authority_finding"),
    "PUT /api/authority-findings/<finding_id>/response": Route(
        {"binjiang": "sun", "yunqi": "hu"},
        "authority_finding",
        json={"stance": "contested", "words": None},
    ),
    "PUT /api/authority-findings/<finding_id>/recorded-fact": Route(
        OWN_INSPECTION, "authority_finding", json={"words": None}
    ),
    "PUT /api/recorded-facts/<fact_id>/withdrawal": Route(
        {"antai": ("chen", "liu")}, "absence", json=WORDS
    ),
    "GET /api/grounds": Route(SCORED_BY),
    "GET /api/occurrences": Route(lists=("occurrence", OCCURRENCE, "id")),
    "POST /api/occurrences": Route(SCORED_BY, json={"clause": "no_such", "grounds": [], **WORDS}),
    "GET /api/occurrences/<occurrence_id>": Route(OCCURRENCE, "occurrence"),
    "PUT /api/occurrences/<occurrence_id>/verification": Route(
        COLLEAGUES_OCCURRENCE, "occurrence", json=WORDS
    ),
    "PUT /api/occurrences/<occurrence_id>/notice": Route(OWN_OCCURRENCE, "occurrence", json=WORDS),
    "PUT /api/occurrences/<occurrence_id>/appeal": Route(
        {"binjiang": "sun", "untold": "", "injury": "sun", "yunqi": "hu"}, "occurrence", json=WORDS
    ),
    "PUT /api/occurrences/<occurrence_id>/appeal-decision": Route(
        COLLEAGUES_OCCURRENCE, "occurrence", json={"outcome": "dismissed", **WORDS}
    ),
    "PUT /api/occurrences/<occurrence_id>/finality": Route(
        OWN_OCCURRENCE, "occurrence", json=WORDS
    ),
    "PUT /api/occurrences/<occurrence_id>/withdrawal": Route(
        OWN_OCCURRENCE, "occurrence", json=WORDS
    ),
    "GET /api/year-records/<scheme>/<insurer_id>/<period>": Route(SHEET),
    "POST /api/absences": Route(SCORED_BY, json=WORDS),
    "PUT /api/absences/<fact_id>/answer": Route(
        {"antai": "sun"}, "absence", json={"stance": "contested", "words": None}
    ),
    "POST /api/year-figures": Route(
        CITYS,
        "organisation",
        json={"insurer_id": "$", "period": YEAR, "counts": {}, "replaces": None},
    ),
    "PUT /api/policyholder-forms/<holder_id>": Route(
        CITYS,
        "organisation",
        json={"insurer_id": "$", "period": YEAR, "grades": {}, **WORDS},
    ),
    "POST /api/satisfaction-answers": Route(
        {"antai": "she bao", "hengxin": ""},
        "organisation",
        json={
            "insurer_id": "$",
            "period": YEAR,
            "voucher": "--",
            "respondent_kind": "insured_employer",
            "channel": "phone",
            "satisfied": True,
        },
    ),
    "PUT /api/satisfaction-answers/<answer_id>/withdrawal": Route(
        {"antai": "she bao"}, "satisfaction_answer", json=WORDS
    ),
    "GET /api/opinion-forms": Route(lists=("form", FORM, "id")),
    "POST /api/opinion-forms": Route(
        {"antai": "liu chen shi", "hengxin": "yun shi", "ruifeng": ""},
        "organisation",
        json={"insurer_id": "$", "period": YEAR},
    ),
    "GET /api/opinion-forms/<form_id>": Route(FORM, "form"),
    "PUT /api/opinion-forms/<form_id>/grades/<item>": Route(
        OWN_FORM, "form", json={"grade": "no_such"}
    ),
    "PUT /api/opinion-forms/<form_id>/submission": Route(OWN_FORM, "form"),
    "GET /api/organisations": Route(
        lists=("organisation", dict.fromkeys(ORGANISATIONS, "admin"), "id")
    ),
    "POST /api/organisations": Route(json={}),
    "GET /api/organisations/<organisation_id>": Route({"antai": "admin"}, "organisation"),
    "PUT /api/organisations/<organisation_id>": Route(
        {"antai": "admin"}, "organisation", json={"name": "-名", "short_name": "-"}
    ),
    "GET /api/people": Route(lists=("person", PERSON, "id")),
    "POST /api/people": Route(json={}),
    "GET /api/people/<person_id>": Route(PERSON, "person"),
    "GET /api/people/<person_id>/phone-number": Route(PERSON, "person"),
    "PUT /api/people/<person_id>": Route(PERSON, "person", json={"name": "-"}),
    "PUT /api/people/<person_id>/roles/<role>": Route(PERSON, "person"),
    "DELETE /api/people/<person_id>/roles/<role>": Route(PERSON, "person"),
    "PUT /api/people/<person_id>/partner": Route(PERSON, "person", json={"partner_id": None}),
    "PUT /api/people/<person_id>/access-ending": Route(PERSON, "person", json={"reason": "-"}),
    "DELETE /api/people/<person_id>/access-ending": Route(PERSON, "person"),
    "POST /api/people/<person_id>/one-time-passwords": Route(PERSON, "person"),
    "PUT /api/devices/<device_id>/revocation": Route(DEVICE, "device", json={"reason": "-"}),
    "POST /api/projects": Route(json={}),
    "PUT /api/projects/<project_id>": Route(MANAGED, "project", json=SAME_PLACE),
    "PUT /api/projects/<project_id>/site": Route(
        SITE, "project", json={"lon": 119.9, "lat": 29.2, "polygon": [[119.9, 29.2]]}
    ),
    "GET /api/projects/<project_id>/first-fixes": Route(SITE, "project"),
    "POST /api/projects/<project_id>/parties": Route(
        MANAGED, "project", json={"party": "contractor", "organisation_id": "-"}
    ),
    "DELETE /api/parties/<party_id>": Route(MANAGED, "party"),
    "POST /api/projects/<project_id>/units": Route(
        REGISTER, "project", json={"kind": "pit", "sub": "coupler", "name": "-"}
    ),
    "PUT /api/units/<unit_id>": Route(REGISTER, "unit", json={"name": "-"}),
    "PUT /api/units/<unit_id>/removal": Route(REGISTER, "unit"),
    "DELETE /api/units/<unit_id>/removal": Route(REGISTER, "unit"),
    "POST /api/projects/<project_id>/policies": Route(MANAGED, "project", json=A_POLICY),
    "PUT /api/policies/<policy_id>": Route(MANAGED, "policy", json=A_POLICY),
    "POST /api/projects/<project_id>/services": Route(MANAGED, "project", json=A_SERVICE),
    "PUT /api/services/<service_id>": Route(MANAGED, "service", json={"ends_on": None}),
    "GET /api/pools": Route(lists=("pool", OPERATORS, "id")),
    "GET /api/service-contracts": Route(lists=("contract", {"contract": "admin"}, "id")),
    "POST /api/service-contracts": Route(json={}),
    "PUT /api/service-contracts/<contract_id>": Route(
        {"contract": "admin"}, "contract", json=A_CONTRACT
    ),
    "POST /api/pools": Route(json={}),
    "POST /api/pools/<pool_id>/members": Route(
        OPERATORS, "pool", json={"insurer_id": "-", "starts_on": "2026-01-01"}
    ),
    "PUT /api/pool-members/<member_id>": Route(
        {"member": "admin"}, "member", json={"ends_on": "2020-01-01"}
    ),
    "GET /api/sheets": Route(
        query={"scheme": LIABILITY, "period": YEAR},
        lists=("organisation", SHEETS_LISTED, "insurer/id"),
    ),
    "GET /api/sheets/<scheme>/<insurer_id>/<period>": Route(SHEET),
}
ON_DISK_ONLY = {
    *(f"{method} /uploads/<token>" for method in ("PUT", "PATCH", "HEAD")),
    "GET /files/<token>",
}
ORDER = ("HEAD", "GET", "POST", "PUT", "PATCH", "DELETE")  # looking first
SIGN_OUT = "DELETE /api/session"  # last of all
FIXED = {
    "size": "1",
    "checklist": "monthly_check",
    "edition": "2026-1",
    "name": "verify.html",
    "longest_side": "320",
    "item": "technical_service",
    "kind": "due_soon",
    "role": "dispatcher",  # which no insurer has: refused to those who may, without changing anything
    "period": YEAR,
    "month": f"{local_date(now()):%Y-%m}",
    "token": "forged",
    "any(field, console):name": "field",
    "path:path": "tasks",
}


@dataclass(frozen=True)
class Ask:
    """One request, ready to send. `through` and `powerless`: who must get through, who must be told it is not theirs to do."""

    name: str
    thing: object
    address: str
    body: object
    through: frozenset[str]
    powerless: frozenset[str]


def test_everybody_gets_exactly_as_far_as_the_table_says(app, world, sign_in):
    callers = {name: sign_in(name) for name in PEOPLE} | {NOBODY: Caller(app.test_client())}
    declared = declarations(app)
    counts = dict.fromkeys(declared, 0)
    wrong = []
    for name in in_order(declared):
        for ask in asks(name, world):
            for who in EVERYBODY:
                with send(callers[who], name, ask) as reply:
                    problem = judged(reply, expected(declared[name], ask, who))
                counts[name] += 1
                if problem:
                    wrong.append(f"{who} {name} of {ask.thing}: {problem}")
    told = f"{sum(counts.values())} cases: {len(counts)} routes x {len(EVERYBODY)} people x things of theirs and others'"
    sys.stdout.write(f"\n{told}\n")
    assert wrong == []
    assert min(counts.values()) > 0


def test_a_list_shows_everybody_what_is_theirs_and_nothing_else(app, world, sign_in):
    callers = {name: sign_in(name) for name in PEOPLE}
    declared = declarations(app)
    wrong = []
    for name, route in ROUTES.items():
        if route.lists is None:
            continue
        kind, table, key = route.lists
        names = {id_: thing for thing, id_ in world[kind].items()}
        for who, caller in callers.items():
            if not holds(who, declared[name]) or who not in (route.only or who).split():
                continue
            reply = caller.get(filled(name.removeprefix("GET "), {}, route.query)).json
            ids = {dug(item, key) for item in reply.get("items", reply.get("tasks"))}
            shown = {names[id_] for id_ in ids if id_ in names}
            due = {thing for thing, people in table.items() if who in people.split()}
            if shown != due:
                wrong.append(f"{who} {name}: sees {sorted(shown)}, should see {sorted(due)}")
    assert wrong == []


def test_every_route_stands_in_the_table(app):
    routes = set(declarations(app))

    assert routes - set(ROUTES) == set(), "say in ROUTES whom it lets in"
    assert set(ROUTES) - routes - ON_DISK_ONLY == set(), "ROUTES names what is not there"


def test_the_table_lets_nobody_through_whose_act_it_is_not(app):
    declared = declarations(app)
    people = {
        (name, who)
        for name, route in ROUTES.items()
        for inside, powerless in map(parted, route.things.values())
        for who in inside | powerless
    }

    assert [f"{name}: {who}" for name, who in people if not holds(who, declared[name])] == []


@pytest.mark.parametrize("act", Act)
def test_every_act_is_somebodys(act):
    assert act in POLICY
    assert any(POLICY[act].values())


def test_a_route_that_declares_no_access_stops_the_start():
    app = Flask("open_door")
    app.add_url_rule("/wide-open", view_func=lambda: "everything")

    with pytest.raises(UndeclaredRoute, match="/wide-open"):
        check_every_route_declares_access(app)


def test_the_whole_program_refuses_to_start_with_such_a_route(environment, monkeypatch):
    from fieldapp import frontend

    register = frontend.register

    def with_an_open_door(app, config):
        register(app, config)
        app.add_url_rule("/wide-open", view_func=lambda: "everything")

    monkeypatch.setattr(frontend, "register", with_an_open_door)

    with pytest.raises(UndeclaredRoute, match="/wide-open"):
        create_app(from_environment(environment))


FOREIGN = [
    {"X-Fieldapp": "0"},
    {"X-Fieldapp": "1", "Sec-Fetch-Site": "cross-site"},
    {"X-Fieldapp": "1", "Sec-Fetch-Site": "same-site"},
    {"X-Fieldapp": "1", "Origin": "https://elsewhere.example"},
    {"X-Fieldapp": "1", "Origin": "null"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_other_sites_change_nothing_on_any_route(app, world, sign_in, headers):
    caller, declared = sign_in("sun"), declarations(app)
    changing = [n for n in declared if not n.startswith("GET ") and declared[n] != BY_TOKEN]
    assert changing

    for name in changing:
        method, _, rule = name.partition(" ")
        address = rule.replace("<", "").replace(">", "")
        reply = getattr(caller, method.lower())(address, json={}, headers=headers)
        assert (reply.status_code, reply.json["problem"]) == (403, "ForeignOrigin"), name
    assert caller.get("/api/session").status_code == 200


def test_our_own_pages_may_change_things(sign_in):
    caller = sign_in("sun")
    ours = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}

    assert caller.delete("/api/session", headers=ours).status_code == 204


# -- what the table means -------------------------------------------------------------------------


def declarations(app) -> dict[str, str]:
    """ "GET /api/tasks" -> what the route declares."""
    return {
        f"{method} {rule.rule}": app.view_functions[rule.endpoint].access
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def in_order(names) -> list[str]:
    def turn(name: str) -> tuple[bool, int, str]:
        return name == SIGN_OUT, ORDER.index(name.split(maxsplit=1)[0]), name

    return sorted(names, key=turn)


def holds(who: str, declared: str) -> bool:
    if declared in (PUBLIC, BY_TOKEN, SIGNED_IN):
        return True
    organisation, role = PEOPLE[who]
    return bool(schemes_of(Act(declared), Kind(ORGANISATIONS[organisation][1]), frozenset({role})))


def expected(declared: str, ask: Ask, who: str) -> str | int:
    """A status, or "through"; "open" for what asks nobody's name."""
    if declared in (PUBLIC, BY_TOKEN):
        return "open" if declared == PUBLIC else 403  # the token is forged
    if who == NOBODY:
        return 401
    if not holds(who, declared) or who in ask.powerless:
        return 403
    return "through" if who in ask.through else 404


def judged(reply, due: str | int) -> str | None:
    status = reply.status_code
    refusals = {"open": {401, 403}, "through": {401, 403, 404}}
    right = status not in refusals[due] and status < 500 if due in refusals else status == due
    return None if right else f"{status} {(reply.json or {}).get('problem')} instead of {due}"


def parted(people: str | tuple[str, str]) -> tuple[frozenset[str], frozenset[str]]:
    inside, powerless = (people, "") if isinstance(people, str) else people
    return frozenset(inside.split()), frozenset(powerless.split())


def asks(name: str, world) -> list[Ask]:
    route, rule = ROUTES[name], name.split(" ", 1)[1]
    if not route.things:
        inside = frozenset(route.only.split()) if route.only else frozenset(PEOPLE)
        address = filled(rule, {"visit_id": new_id()}, route.query)
        return [Ask(name, "all", address, route.json, inside, frozenset(PEOPLE) - inside)]
    return [
        Ask(name, thing, *addressed(route, rule, thing, world), *parted(people))
        for thing, people in route.things.items()
    ]


def addressed(route: Route, rule: str, thing, world) -> tuple[str, object]:
    """The address and the body of asking for this thing."""
    if route.things in (SHEET, SCORED_BY):
        scheme, insurer = thing
        about = {"scheme": scheme, "insurer_id": world["organisation"][insurer], "period": YEAR}
        query = about if rule == "/api/grounds" else {}
        return filled(rule, about, query), route.json and route.json | about
    if route.things is LEDGER:
        table, which = thing
        return filled(rule, {"table": table, "path:row_id": world[table][which]}, {}), None
    id_ = world[route.kind][thing]
    body = route.json
    if isinstance(body, dict):
        body = {key: id_ if value == "$" else value for key, value in body.items()}
        if "uploads" in body:
            body = {"uploads": [{"id": id_, "parts": []}]}
    return filled(rule, {ANY_ID: id_}, route.query), body


def dug(item: dict, path: str) -> str:
    for key in path.split("/"):
        item = item[key]
    return item


ANY_ID = "*"


def filled(rule: str, values: dict[str, str], query: dict[str, str]) -> str:
    parts = []
    for part in rule.split("/"):
        name = part[1:-1].removeprefix("int:") if part.startswith("<") else None
        parts.append(
            part if name is None else FIXED.get(name) or values.get(name) or values[ANY_ID]
        )
    return "/".join(parts) + (f"?{urlencode(query)}" if query else "")


def send(caller: Caller, name: str, ask: Ask):
    method = name.split(maxsplit=1)[0].lower()
    headers = {"If-Match": "*"} if "opinion-forms" in name else {}
    if method == "patch":
        headers["Upload-Offset"] = "0"  # or nobody gets as far as the token
    return getattr(caller, method)(ask.address, json=ask.body, headers=headers)
