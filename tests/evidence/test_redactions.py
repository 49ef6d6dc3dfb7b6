"""What the law has deleted: no byte of it is left anywhere, and everything that proves that it was there is."""

import hashlib
import json
from datetime import timedelta

import pytest

from fieldapp import jobs
from fieldapp.archive.auditing import Trusted, audit
from fieldapp.blobs import keeping
from fieldapp.blobs.erasing_models import BlobErasure
from fieldapp.blobs.store import current_store
from fieldapp.cli import run as command
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.redaction_models import Redaction
from fieldapp.keys import sha256
from fieldapp.ledger import sealing
from fieldapp.ledger.models import LedgerEntry
from fieldapp.reuse.models import Likeness
from fieldapp.waiting import overdue
from tests.evidence.deleting import LAWFUL, kept_of
from tests.evidence.photos import TAKEN, jpeg, scene
from tests.evidence.recordings import clip
from tests.fixtures.world import drawn_on


def test_no_byte_is_left_and_the_screen_says_when_why_and_by_whom(file_photo, redact, shown):
    photo = file_photo(data=jpeg(detail={TAKEN: "2026:11:20 09:30:00"}))
    before = shown(photo)
    assert len(kept_of(photo)) == 3, "the original and two copies"

    assert redact(photo).status_code == 200

    after = shown(photo)
    assert kept_of(photo) == []
    assert after["redaction"]["reason"] == "person_asked"
    assert after["redaction"]["words"] == LAWFUL["words"]
    assert after["redaction"]["by"]["name"] == "liu某"
    assert after["redaction"]["erased_at"] is not None
    assert (after["bytes"]["intake"], after["bytes"]["renditions"]) == ("redacted", [])
    assert after["bytes"]["exif"] is None
    assert after["bytes"]["sha256"] == before["bytes"]["sha256"]
    assert (after["seal"], after["verdicts"]) == (before["seal"], before["verdicts"])
    assert ("redaction", "insert") in {(e["table"], e["act"]) for e in after["custody"]}


def test_a_picture_that_says_so_stands_wherever_the_photo_stood(sign_in, file_photo, redact):
    photo = file_photo()
    redact(photo)

    reply = sign_in("sun").get(f"/api/evidence/{photo}/renditions/320")

    assert (reply.status_code, reply.mimetype) == (200, "image/svg+xml")
    assert "已依法删除" in reply.text
    assert sign_in("hu").get(f"/api/evidence/{photo}/renditions/320").status_code == 404


@pytest.mark.parametrize(
    ("method", "what", "body"),
    [
        ("get", "original", None),
        ("get", "viewing-copy", None),
        ("post", "viewing-copies", None),
        ("post", "readings", None),
        ("post", "verdicts", {"outcome": "rejected", "reason": "unclear", "follow_up": "none"}),
    ],
)
def test_what_is_gone_is_neither_handed_out_nor_judged(
    sign_in, file_photo, redact, method, what, body
):
    photo = file_photo()
    redact(photo)

    reply = getattr(sign_in("sun"), method)(f"/api/evidence/{photo}/{what}", json=body)

    assert (reply.status_code, reply.json["problem"]) == (410, "Redacted")


def test_a_video_goes_with_its_viewing_copy(file_photo, redact):
    video = file_photo(data=clip(size=(640, 480), rate=4), shot="video")
    assert len(kept_of(video)) == 4

    redact(video)

    assert kept_of(video) == []


def test_what_was_drawn_on_a_copy_of_it_goes_too(sign_in, file_photo, redact):
    photo, drawing = file_photo(), jpeg(scene(seed=9))
    with transaction():
        evidence = db.session.get_one(Evidence, photo)
        owner = evidence.organisation_id
        drawn = drawn_on(evidence)
        drawn.sha256, drawn.size = sha256(drawing), len(drawing)
        db.session.add(drawn)
    keeping.put(owner, drawing, "image/jpeg")
    jobs.run_all()
    assert len(kept_of(photo)) == 6, "two originals, and two copies of each"

    redact(photo)

    assert kept_of(photo) == []
    reply = sign_in("sun").get(f"/api/evidence/{photo}/annotation/renditions/320")
    assert (reply.status_code, reply.json["problem"]) == (410, "Redacted")


def test_what_parts_of_it_are_recognised_by_goes_and_its_hashes_stay(file_photo, redact):
    photo = file_photo(data=jpeg(scene((900, 700), seed=3)))
    redact(photo)

    with transaction(write=False):
        [row] = db.session.scalars(db.select(Likeness))
        assert row.features is None
        assert row.hashes


def test_bytes_that_another_photo_names_stay_until_that_is_deleted_too(
    file_photo, make_visit, redact, shown
):
    data = jpeg(scene(seed=9))
    first, second = (file_photo(make_visit("zhou"), data=data) for _ in range(2))

    redact(first)
    assert shown(first)["redaction"]["erased_at"] is None
    assert shown(first)["bytes"]["renditions"] == []
    assert shown(second)["redaction"] is None
    assert len(kept_of(first)) == 3

    redact(second)
    assert kept_of(first) == []


def test_the_same_file_sent_again_is_not_kept_again(file_photo, make_visit, redact, shown):
    data = jpeg(scene(seed=11))
    first = file_photo(make_visit("zhou"), data=data)
    redact(first)

    again = file_photo(make_visit("zhou"), data=None, sha256=shown(first)["bytes"]["sha256"])

    assert shown(again)["redaction"]["reason"] == "person_asked"


def test_years_of_keeping_are_kept(sign_in, file_photo, redact, shown):
    photo = file_photo()

    young = redact(photo, reason="retention_ended")
    assert (young.status_code, young.json["problem"]) == (409, "WithinRetention")
    with transaction():
        db.session.get_one(Evidence, photo).filed_at = now() - timedelta(days=5 * 366 + 1)

    assert redact(photo, reason="retention_ended").status_code == 200


@pytest.mark.parametrize(("name", "status"), [("sun", 403), ("zhou", 403), ("yun", 404)])
def test_no_insurer_deletes_what_it_is_judged_by(file_photo, redact, name, status):
    photo = file_photo()

    assert redact(photo, name).status_code == status
    assert len(kept_of(photo)) == 3


def test_a_reason_is_one_of_the_list_and_has_words(file_photo, redact):
    photo = file_photo()

    assert redact(photo, reason="tidying_up").status_code == 422
    assert redact(photo, words="  ").status_code == 422


def test_the_officer_signs_it_and_asking_again_changes_nothing(file_photo, redact):
    photo = file_photo()
    first = redact(photo).json
    again = redact(photo, reason="ordered", words="另一理由").json

    with transaction(write=False):
        entries = db.select(LedgerEntry).where(LedgerEntry.table_name == Redaction.__tablename__)
        [entry] = db.session.scalars(entries)
    assert entry.signed_act_id is not None
    assert again | {"erased_at": None} == first


def test_the_ledgers_audit_takes_it_for_deleted_and_not_for_lost(
    file_photo, redact, seal, trust, town
):
    data = jpeg(scene(seed=22))
    redact(file_photo(data=data))
    seal()

    def faults() -> tuple[set[str], int]:
        report = audit(Trusted(trust), lambda _what, _count: None, rehash=True)
        return {fault["kind"] for fault in report["faults"]}, report["erased"]

    assert faults() == (set(), 3)
    assert sealing.unsealed()[0] == 0
    current_store().put(f"{town.organisation['anxun']}/{sha256(data)}", data)
    assert faults() == ({"object_not_erased"}, 3), "put back behind the program's back"


def test_it_is_nobodys_work_any_more(sign_in, file_photo, redact):
    photo = file_photo()
    with transaction():
        db.session.get_one(Evidence, photo).filed_at = now() - timedelta(days=4)
    with transaction(write=False):
        assert overdue()["evidence.verdict"] == 1

    redact(photo)

    assert sign_in("sun").get("/api/desk").json["items"] == []
    with transaction(write=False):
        late = overdue()
        assert (late["evidence.verdict"], late["evidence.bytes"], late["bytes.to_erase"]) == (
            0,
            0,
            0,
        )


def test_the_operator_does_it_at_the_machine(environment, file_photo, shown, monkeypatch, capsys):
    photo = file_photo()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    asked = ["evidence", "redact", photo, "--reason", "ordered", "--words", "法院裁定"]
    assert command(asked) == 0
    assert json.loads(capsys.readouterr().out)["evidence"] == photo
    jobs.run_all()

    assert shown(photo)["redaction"]["by"] is None
    assert kept_of(photo) == []
    assert command(["evidence", "redact", "no-such", *asked[3:]]) == 1


def test_bytes_that_are_to_go_are_asked_for_once(file_photo, redact):
    photo = file_photo()
    redact(photo)
    redact(photo)

    with transaction(write=False):
        assert len(db.session.scalars(db.select(BlobErasure)).all()) == 3


def test_what_was_deleted_before_its_bytes_came_is_not_kept_when_they_do(file_photo, redact, town):
    data = jpeg(scene(seed=21))
    photo = file_photo(data=None, sha256=hashlib.sha256(data).hexdigest())
    redact(photo)
    with transaction(write=False):
        owner = db.session.get_one(Evidence, photo).organisation_id

    keeping.put(owner, data, "image/jpeg")
    jobs.run_all()

    assert kept_of(photo) == []
