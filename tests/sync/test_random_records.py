"""Whatever happens to a good record on its way, the answer has a state and nothing falls over."""

import copy
import json
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from fieldapp.sync import reading
from fieldapp.sync.record_schema import RecordSchema
from fieldapp.sync.record_taking import taking
from tests.fixtures.phone import whole_check, with_finding

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        [
            "\x00",
            "\ud800",
            "0" * 64,
            "9999-12-31T23:59:59.999999+00:00",
            "0001-01-01T00:00:00+14:00",
            "2026-11-20T10:00:00+23:59",
            -1,
            2**31,
            2**63,
            10**400,
            1e308,
            [],
            {},
            [[]],
            {"": {}},
            "x" * 5000,
            "site",
            "@",
            "@site",
        ]
    ),
)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_change_to_a_record_still_gets_an_answer(app, zhou, give_task, data, record_of):
    record = copy.deepcopy(record_of())
    for _ in range(data.draw(st.integers(1, 4))):
        spoil(record, data)
    body = json.dumps(record).encode()

    reply = zhou.send(body, to=record_of()["id"])

    assert reply.status_code == 200, reply.json
    assert reply.json["state"] in {"accepted", "revision", "quarantined"}
    assert bool(reply.json["reasons"]) is (reply.json["state"] == "quarantined")
    assert "judging_failed" not in {reason["code"] for reason in reply.json["reasons"]}


RECORDED = Path(__file__).parent.parent / "formats" / "recorded"
RECORDS = {file.stem: file.read_bytes() for file in sorted(RECORDED.glob("*.record"))}


@pytest.mark.parametrize("body", RECORDS.values(), ids=RECORDS)
def test_the_short_way_reads_a_record_as_its_schema_does(body):
    document = json.loads(body)

    assert reading.read(body).record == RecordSchema().load(document)
    assert taking(RecordSchema())(document)["id"], "it goes the short way"


@settings(max_examples=300)
@given(data=st.data(), body=st.sampled_from(list(RECORDS.values())))
def test_the_short_way_takes_and_refuses_what_the_schema_does(data, body):
    record = json.loads(body)
    for _ in range(data.draw(st.integers(1, 2))):
        spoil(record, data)
    whole = RecordSchema()

    try:
        taken = taking(whole)(copy.deepcopy(record))
        whole.require_to_fit_its_kind(taken)
    except ValidationError:
        with pytest.raises(ValidationError):
            whole.load(record)
    else:
        assert whole.set_apart(taken) == whole.load(record)


def test_a_number_of_hundreds_of_digits_is_a_reason_and_no_fault():
    record = json.loads(next(iter(RECORDS.values())))
    record["arrival"] = {"lon": 10**400, "lat": 31, "datum": "WGS-84", "accuracy_m": 1, "age_s": 1}
    record["arrival"]["at"] = record["started_at"]

    read = reading.read(json.dumps(record).encode())

    assert [(found.code, found.where) for found in read.reasons] == [("bad_value", "/arrival/lon")]


@given(st.binary(max_size=200))
def test_any_bytes_can_be_read_or_refused_with_reasons(body):
    read = reading.read(body)

    assert (read.record is None) is bool(read.reasons)
    assert reading.claims_in(body) == ()


@pytest.fixture
def record_of(zhou, give_task):
    """One good record with a finding, the same each time."""
    made = []

    def make():
        if not made:
            made.append(with_finding(whole_check(zhou.task(give_task("zhou")))))
        return made[0]

    return make


def spoil(record, data):
    """Change, drop or repeat one part somewhere in the record."""
    place, key = data.draw(st.sampled_from(list(places(record))))
    match data.draw(st.sampled_from(["set", "drop", "repeat", "add"])):
        case "set":
            place[key] = odd(data)
        case "drop":
            del place[key]
        case "repeat" if isinstance(place, list):
            place.append(place[key])
        case _:
            if isinstance(place, dict):
                place[data.draw(st.text(max_size=8))] = odd(data)


def odd(data):
    """A copy: what is spoilt further must not spoil what the next example draws."""
    return copy.deepcopy(data.draw(ODD))


def places(part):
    """Each (container, key) below; of long lists the first three parts only."""
    if isinstance(part, dict):
        keys = list(part)
    elif isinstance(part, list):
        keys = list(range(min(len(part), 3)))
    else:
        return iter(())
    return chain(
        ((part, key) for key in keys), chain.from_iterable(places(part[key]) for key in keys)
    )
