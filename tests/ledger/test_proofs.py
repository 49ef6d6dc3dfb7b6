"""What the log hands out proves itself with the key alone: nobody has to believe the server."""

import json

import pytest

from fieldapp.db import db, transaction
from fieldapp.keys import verifies
from fieldapp.ledger import checkpoints, merkle
from fieldapp.ledger.models import LedgerEntry
from fieldapp.projects.models import Pool
from tests.fixtures.phone import whole_check


def hashes(steps: list[str]) -> list[bytes]:
    return [bytes.fromhex(step) for step in steps]


def add_pool(town, name: str = "另一共保体") -> str:
    with transaction():
        row = Pool(name=name, lead_insurer_id=town.organisation["antai"])
        db.session.add(row)
        db.session.flush()
        return db.session.scalar(db.select(LedgerEntry.id).where(LedgerEntry.row_id == row.id))


def test_anybody_gets_the_checkpoint_and_its_signature_holds(town, seal, stranger, sequencer):
    assert stranger.get("/api/checkpoints/latest").status_code == 404, "nothing is sealed yet"
    made = seal()

    given = stranger.get("/api/checkpoints/latest").json

    [key] = [k for k in stranger.get("/api/keys").json["keys"] if k["use"] == "checkpoint"]
    assert key["public_key"] == sequencer.key.public_key
    assert verifies(key["public_key"], given["signature"], given["body"].encode())
    assert checkpoints.read(given["body"]).size == given["size"] == made.size
    assert stranger.get(f"/api/checkpoints/{made.size}").json == given
    assert stranger.get(f"/api/checkpoints/{made.size + 1}").status_code == 404


def test_a_later_checkpoint_is_proved_to_begin_with_an_earlier(town, seal, stranger):
    first = checkpoints.read(seal().body)
    for number in range(300):
        add_pool(town, f"{number}")
    second = checkpoints.read(seal().body)

    given = stranger.get(f"/api/proofs/consistency?from={first.size}&to={second.size}").json

    old, new = bytes.fromhex(first.root), bytes.fromhex(second.root)
    assert merkle.is_consistent(first.size, second.size, old, new, hashes(given["proof"]))


def test_an_entry_is_proved_to_be_in_the_log(town, seal, stranger):
    entry = add_pool(town)
    assert stranger.get(f"/api/proofs/inclusion?entry={entry}").json["problem"] == "NotSealedYet"
    seal()

    given = stranger.get(f"/api/proofs/inclusion?entry={entry}").json

    said = checkpoints.read(given["checkpoint"]["body"])
    path, root = hashes(given["proof"]), bytes.fromhex(said.root)
    hashed = bytes.fromhex(given["hash"])
    assert merkle.is_included(given["leaf"], said.size, hashed, path, root)
    assert stranger.get(f"/api/proofs/inclusion?leaf={given['leaf']}").json["hash"] == given["hash"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/proofs/inclusion?leaf=100000", 404),
        ("/api/proofs/inclusion?entry=nobody", 404),
        ("/api/proofs/inclusion", 422),
        ("/api/proofs/inclusion?leaf=1&entry=x", 422),
        ("/api/proofs/inclusion?leaf=-1", 422),
        ("/api/proofs/consistency?from=1&to=2", 404),
        ("/api/proofs/consistency?from=0&to=2", 422),
        ("/api/checkpoints/99999999999999999999999", 404),
    ],
)
def test_a_proof_of_what_is_not_there(town, seal, stranger, address, status):
    seal()

    assert stranger.get(address).status_code == status


def test_proofs_tell_nothing_of_anybody(town, seal, stranger):
    entry = add_pool(town)
    seal()

    told = json.dumps(stranger.get(f"/api/proofs/inclusion?entry={entry}").json)

    for secret in (town.organisation["antai"], town.person["wang"], "pool"):
        assert secret not in told


def test_the_receipt_promises_the_leaf_of_each_record_and_file(
    town, edition, phone, give_task, seal, stranger
):
    zhou = phone("zhou")
    record = whole_check(zhou.task(give_task("zhou")))
    zhou.send(record)

    body = json.loads(zhou.caller.get(f"/api/visits/{record['id']}/receipt").json["body"])

    [promised] = [kept["leaf"] for kept in body["records"]]
    assert promised["number"] is None
    assert promised["by"] > body["made_at"]
    seal()
    proof = stranger.get(f"/api/proofs/inclusion?entry={promised['entry']}").json
    assert proof["hash"] == promised["hash"], "the leaf is the one that was promised"
