"""The API's description: valid, the same as the one in the repository, and nothing it allows makes the server fall over."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema_rs import Draft202012Validator
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from fieldapp.cli import run
from fieldapp.describing import as_text
from tests.fixtures.application import Caller
from tests.fixtures.town import PEOPLE
from tests.test_permissions import ROUTES, asks, declarations, holds

KEPT = Path(__file__).parent.parent / "static" / "openapi.json"


@pytest.fixture
def description(app) -> dict:
    return app.test_client().get("/api/openapi.json").json


def test_it_is_valid_openapi_3_1(description):
    assert description["openapi"].startswith("3.1")
    OPENAPI_31_VALIDATOR.validate(description)


def test_every_reference_leads_somewhere(description):
    for reference in references(description):
        found = description
        for part in reference.removeprefix("#/").split("/"):
            assert part in found, reference
            found = found[part]


def references(part) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [found for inner in part.values() for found in references(inner)]
    return (
        [found for inner in part for found in references(inner)] if isinstance(part, list) else []
    )


def test_every_operation_says_what_it_does(description):
    silent = [
        f"{method} {path}"
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
        if isinstance(operation, dict) and not operation.get("summary")
    ]

    assert silent == []


def test_every_api_route_is_described(app, description):
    routes = Counter(
        rule.rule.count("/")
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") and rule.rule != "/api/openapi.json"
    )
    described = Counter(
        path.count("/")
        for path, operations in description["paths"].items()
        for method in operations
        if method in {"get", "put", "post", "delete"}
    )

    assert described == routes


def test_the_front_ends_copy_is_up_to_date(description):
    # Not `==`: hundreds of lines of difference would hide what to do.
    same = as_text(description) == KEPT.read_text()

    assert same, "run `fieldapp openapi > static/openapi.json` and `npm run types` in static/"


def test_the_command_writes_it_and_leaves_nothing(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert run(["openapi"]) == 0

    assert json.loads(capsys.readouterr().out)["info"]["title"] == "fieldapp"
    assert list(tmp_path.iterdir()) == []


def test_what_the_server_answers_is_what_it_describes(app, world, sign_in, description):
    callers = {who: sign_in(who) for who in PEOPLE}
    declared, judged, wrong = declarations(app), set(), set()

    for name in ROUTES:
        schema = described(name, description)
        if schema is None:
            continue
        validator = Draft202012Validator(schema | {"components": description["components"]})
        for ask in asks(name, world):
            for who in sorted(who for who in ask.through if holds(who, declared[name])):
                reply = callers[who].get(ask.address)
                if reply.status_code == 200:
                    judged.add(name)
                    wrong |= {
                        f"{name}: {fault.schema_path} {fault.message[:200]}"
                        for fault in validator.iter_errors(reply.json)
                    }

    assert wrong == set(), "\n".join(sorted(wrong))
    assert len(judged) > 40


def described(name: str, description: dict) -> dict | None:
    """The schema of the route's reply, by the table's name of the route; None where it answers no JSON or changes things."""
    method, _, rule = name.partition(" ")
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
    operation = (
        description["paths"].get(path, {}).get(method.lower(), {}) if method == "GET" else {}
    )
    content = operation.get("responses", {}).get("200", {}).get("content", {})
    return content.get("application/json", {}).get("schema")


def test_no_allowed_question_makes_the_server_fall_over(app, world, sign_in):
    callers = [sign_in(who) for who in ("sun", "liu", "she", "zhou")]
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    asked, wrong = Counter(), []

    for found in schema.include(method="GET").get_all_operations():
        questions(found.ok(), callers, asked, wrong)()

    assert wrong == []
    assert len(asked) > 20


def questions(operation, callers, asked, wrong):
    @few
    @given(operation.as_strategy())
    def put(case):
        asked[operation.label] += 1
        for caller in callers:
            reply = caller.get(case.formatted_path, query_string=case.query or {})
            if reply.status_code >= 500:
                wrong.append(f"{operation.label} {case.path_parameters} {case.query}")

    return put


few = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)

# What a database or a number's limits may choke on.
AWKWARD = {"NUL": "%00", "half a character": "%ED%A0%80", "huge": "9" * 40}


@pytest.mark.parametrize("awkward", AWKWARD.values(), ids=AWKWARD)
def test_awkward_addresses_are_refused_and_not_stumbled_over(app, description, sign_in, awkward):
    callers = [sign_in(who) for who in ("sun", "liu", "she")]
    wrong = []
    for path, operations in description["paths"].items():
        if "get" not in operations:
            continue
        parameters = [p for p in operations["get"].get("parameters", ()) if p["in"] == "query"]
        address = "/".join(awkward if part.startswith("{") else part for part in path.split("/"))
        for query in ["", *(f"?{p['name']}={awkward}" for p in parameters)]:
            worst = max(caller.get(address + query).status_code for caller in callers)
            if worst >= 500:
                wrong.append(f"{worst} {path}{query[:40]}")

    assert wrong == []


def test_awkward_bodies_are_refused_and_not_stumbled_over(sign_in):
    liu: Caller = sign_in("liu")
    bodies = [
        "",
        "nul\0",
        "{",
        "[]",
        '"\\u0000"',
        '{"project_id": "\\u0000"}',
        '{"project_id": 1e400}',
    ]

    statuses = [
        liu.post("/api/spot-inspections", data=body, content_type="application/json").status_code
        for body in bodies
    ]

    assert [status for status in statuses if status >= 500] == []
