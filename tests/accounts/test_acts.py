"""An authority decides with its officer's own key: the request as signed is kept, and nothing else is accepted for it."""

import json

import pytest

from fieldapp.accounts.models import Person, SignedAct
from fieldapp.archive.auditing import Trusted, audit
from fieldapp.clock import iso
from fieldapp.db import db, transaction
from fieldapp.evidence.models import Verdict
from fieldapp.keys import from_text, verifies
from fieldapp.ledger.models import LedgerEntry
from fieldapp.ledger.recording import row_id
from fieldapp.oversight.models import FactWithdrawal
from fieldapp.oversight.settling import Absence, record_absence
from tests.fixtures.application import Caller
from tests.fixtures.signers import Signer
from tests.fixtures.town import LIABILITY, PASSWORD

REJECTED = {"outcome": "rejected", "reason": "unclear", "words": "看不清"}
ACCEPTED = {"outcome": "rejected", "reason": "other", "words": "改了"}


@pytest.fixture
def address(world) -> str:
    return f"/api/evidence/{world['evidence']['binjiang']}/verdicts"


@pytest.fixture
def officer(app, world):
    """An officer's browser whose key is in the test's hands, sending only what the test signs."""
    signer = Signer()
    caller = Caller(app.test_client())
    asked = {"sign_in_name": "liu", "password": PASSWORD, "device": signer.device}
    signer.person_id = caller.post("/api/session", json=asked).json["person"]["id"]
    return caller, signer


def acts() -> list[SignedAct]:
    db.session.rollback()
    return list(db.session.scalars(db.select(SignedAct)))


def test_the_act_is_kept_exactly_as_signed_and_every_change_names_it(address, officer):
    caller, signer = officer
    headers = signer.headers("POST", address, REJECTED)

    reply = caller.post(address, json=REJECTED, headers=headers)

    assert reply.status_code == 201, reply.json
    [act] = acts()
    assert act.body.encode() == from_text(headers["Fieldapp-Act"])
    assert verifies(signer.key.public_key, act.signature, act.body.encode())
    made = db.select(LedgerEntry.signed_act_id).where(LedgerEntry.row_id == reply.json["id"])
    assert db.session.scalars(made).all() == [act.id]


def test_the_reply_promises_the_acts_place_in_the_log(address, officer, stranger, seal):
    caller, signer = officer
    headers = signer.headers("POST", address, REJECTED)

    reply = caller.post(address, json=REJECTED, headers=headers)

    body = from_text(reply.headers["Fieldapp-Promise"])
    key_id, _, signature = reply.headers["Fieldapp-Promise-Signature"].partition(".")
    keys = {key["id"]: key["public_key"] for key in stranger.get("/api/keys").json["keys"]}
    assert verifies(keys[key_id], signature, body)
    seal()
    promised = json.loads(body)
    proof = stranger.get(f"/api/proofs/inclusion?entry={promised['entry']}").json
    assert proof["hash"] == promised["hash"]
    assert promised["by"] > iso(acts()[0].received_at)


def test_an_unsigned_decision_of_an_authority_is_refused(address, officer):
    caller, _ = officer

    reply = caller.post(address, json=REJECTED)

    assert (reply.status_code, reply.json["problem"]) == (428, "ActNotSigned")
    assert acts() == []


def test_an_officer_who_signed_in_without_a_key_is_told_what_to_do(app, world, address):
    caller = Caller(app.test_client())
    caller.post("/api/session", json={"sign_in_name": "liu", "password": PASSWORD})

    assert "重新登录" in caller.post(address, json=REJECTED).json["detail"]


def test_an_insurers_own_verdict_needs_no_key(address, sign_in):
    body = REJECTED | {"follow_up": "none"}

    assert sign_in("sun").post(address, json=body).status_code == 201


SPOILT = {
    "another body": lambda said: said | {"body": ACCEPTED},
    "another address": lambda said: said | {"path": "/api/evidence/other/verdicts"},
    "another method": lambda said: said | {"method": "PUT"},
    "another person": lambda said: said | {"person_id": "x"},
    "another device": lambda said: said | {"device_id": "x"},
    "another version seen": lambda said: said | {"if_match": '"3"'},
    "another kind of text": lambda said: said | {"kind": "fieldapp session renewal"},
    "an old one": lambda said: said | {"at": "2020-01-01T00:00:00.000Z"},
    "no time": lambda said: said | {"at": "yesterday"},
    "a name that is none": lambda said: said | {"id": "x"},
    "a field too many": lambda said: said | {"more": 1},
    "a field missing": lambda said: {k: v for k, v in said.items() if k != "if_match"},
}


def test_a_signature_over_something_else_is_refused(address, officer):
    caller, signer = officer
    got = {}
    for name, spoil in SPOILT.items():
        text = from_text(signer.headers("POST", address, REJECTED)["Fieldapp-Act"]).decode()
        spoilt = json.dumps(spoil(json.loads(text)), sort_keys=True, separators=(",", ":"))
        reply = caller.post(address, json=REJECTED, headers=signer.sign(spoilt))
        got[name] = (reply.status_code, reply.json["problem"])

    assert got == dict.fromkeys(SPOILT, (422, "ActUnverified"))
    assert acts() == []


def test_what_is_no_act_is_refused(address, officer):
    caller, signer = officer
    texts = ["no json", "[]", "null", '{"id": NaN}', "{}", '"' + "a" * 99]
    sent = [signer.sign(text) for text in texts]
    sent += [signer.sign("{}") | {"Fieldapp-Act": "*"}]

    replies = [caller.post(address, json=REJECTED, headers=headers) for headers in sent]

    assert {reply.status_code for reply in replies} == {422}
    assert acts() == []


def test_another_browsers_key_signs_nothing_here(address, officer):
    caller, signer = officer
    other = Signer()
    other.person_id, other.device["id"] = signer.person_id, signer.device["id"]

    reply = caller.post(address, json=REJECTED, headers=other.headers("POST", address, REJECTED))

    assert reply.json["problem"] == "ActUnverified"


def test_a_signed_act_counts_once(address, officer):
    caller, signer = officer
    headers = signer.headers("POST", address, REJECTED)
    caller.post(address, json=REJECTED, headers=headers)

    reply = caller.post(address, json=REJECTED, headers=headers)

    assert (reply.status_code, reply.json["problem"]) == (409, "ActUsed")


# -- somebody who writes the database --------------------------------------------------------------


def in_silence(what: str, count: int) -> None:
    """Nobody watches the progress."""


def faults(kind: str = "act", **trusted: object) -> list[tuple[str, str]]:
    report = audit(Trusted(**trusted), in_silence)
    return [(f["kind"], f["row"]) for f in report["faults"] if f["kind"].startswith(kind)]


@pytest.fixture
def decided(address, officer):
    """One verdict that an officer signed; the rest of the world's rows were made without one."""
    caller, signer = officer
    headers = signer.headers("POST", address, REJECTED)
    return caller.post(address, json=REJECTED, headers=headers).json["id"]


def rows_of(verdict: str) -> list[str]:
    return [kind for kind, row in faults() if row == verdict]


def test_a_decision_that_its_officer_signed_is_found_to_be_so(decided, officer):
    assert rows_of(decided) == []


def test_whoever_writes_the_database_cannot_act_as_an_authority(town, world, decided):
    """The row comes through the program's own session: its entry and digest are perfect, only the signature is not."""
    with transaction():
        forged = Verdict(
            evidence_id=world["evidence"]["yunqi"],
            party_id=town.organisation["county2"],
            by_id=town.person["yun"],
            outcome="rejected",
            reason="reused",
        )
        db.session.add(forged)
        db.session.flush()
        name = row_id(forged)

    assert rows_of(name) == ["act_missing"]
    assert faults("row") == []


def test_a_changed_decision_no_longer_fits_its_signature(decided):
    with transaction():
        db.session.get_one(Verdict, decided).reason = "reused"

    assert rows_of(decided) == ["act_differs"]


def test_a_changed_act_no_longer_fits_its_signature(decided):
    with transaction():
        [act] = db.session.scalars(db.select(SignedAct))
        act.body = act.body.replace("unclear", "reused")
        db.session.get_one(Verdict, decided).reason = "reused"

    assert rows_of(decided) == ["act_bad_signature"]


def test_an_old_signature_does_not_carry_a_second_decision(town, world, decided):
    with transaction():
        first = db.session.get_one(Verdict, decided)
        [act] = db.session.scalars(db.select(SignedAct))
        copied = ("evidence_id", "party_id", "by_id", "outcome", "reason", "words", "at")
        again = Verdict(**{name: getattr(first, name) for name in copied})
        db.session.add(again)
        db.session.flush()
        name = row_id(again)
    with db.engine.begin() as connection:
        table = LedgerEntry.__table__
        named = table.update().where(table.c.row_id == name).values(signed_act_id=act.id)
        connection.execute(named)

    assert "act_used_twice" in [kind for kind, row in faults() if row in (name, decided)]


def test_a_key_that_the_authority_did_not_list_is_named(decided):
    assert ("act_unknown_key", decided) in faults(officers=frozenset({"0" * 64}))


@pytest.fixture
def absence(town) -> str:
    """A fact that liu put on record: its id."""
    of = Absence(LIABILITY, town.organisation["antai"], None, "2026", "3 月未开展月度检查")
    with transaction():
        return record_absence(db.session.get_one(Person, town.person["liu"]), of).id


def taken_back() -> list[str]:
    """What is wrong with how facts were taken back."""
    found = audit(Trusted(), in_silence)["faults"]
    return [f["kind"] for f in found if f["table"] == "fact_withdrawal"]


def test_nobody_takes_a_fact_back_without_a_signature(town, absence):
    with transaction():
        db.session.add(FactWithdrawal(fact_id=absence, words="误记", by_id=town.person["chen"]))

    assert taken_back() == ["act_missing"]


def test_a_fact_is_taken_back_in_the_words_that_were_signed(sign_in, absence):
    reply = sign_in("chen").put(
        f"/api/recorded-facts/{absence}/withdrawal", json={"words": " 误记 "}
    )
    signed = taken_back()
    with transaction():
        db.session.get_one(FactWithdrawal, absence).words = "另有原因"

    assert (reply.status_code, signed, taken_back()) == (200, [], ["act_differs"])


def test_blanks_around_what_an_officer_signed_are_no_difference(sign_in, town):
    about = {"scheme": LIABILITY, "insurer_id": town.organisation["antai"], "project_id": None}
    said = {"period": "2026", "words": "3 月未开展月度检查\n"}

    reply = sign_in("liu").post("/api/absences", json=about | said)

    assert (reply.status_code, faults()) == (201, [])
