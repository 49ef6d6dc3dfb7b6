"""Every change of every table leaves an entry that commits to the row as it stands, and tells nothing else."""

import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import fieldapp
import fieldapp.waiting
from fieldapp import jobs
from fieldapp.accounts.models import Device, DeviceRevocation, OneTimePassword, Person
from fieldapp.accounts.standing_in import StandIn
from fieldapp.archive import bundling
from fieldapp.archive.order_models import BundleLink, BundleOrder
from fieldapp.blobs.erasing_models import BlobErasure
from fieldapp.blobs.models import Blob
from fieldapp.calendar import CalendarDay
from fieldapp.clock import now
from fieldapp.db import db, new_id, transaction
from fieldapp.envelopes.models import EnvelopeKey
from fieldapp.evidence.models import BlindDraw, Evidence, Opening, Reading
from fieldapp.evidence.redaction_models import Redaction
from fieldapp.evidence.viewing_models import ViewingCopy
from fieldapp.hazards.models import Hazard, HazardClosure, HazardReopening, ReInspection
from fieldapp.jobs import Job
from fieldapp.ledger.actor import Actor, acting
from fieldapp.ledger.models import LedgerEntry, LedgerKey, Restoration
from fieldapp.ledger.recording import LedgerRewritten, UnrecordedChange, row_digest, row_id
from fieldapp.notify.models import Delivery, Muting, Notice, PushSubscription
from fieldapp.oversight.absence_models import AbsenceAnswer
from fieldapp.oversight.models import AuthorityFinding, InsurerResponse, RecordedFact
from fieldapp.projects.contract_models import ServiceContract
from fieldapp.projects.models import Pool, Unit, UnitChange
from fieldapp.reuse.models import Resemblance, ResemblanceReview
from fieldapp.scoring import opening
from fieldapp.scoring.models import (
    FormSubmission,
    OccurrenceGround,
    SatisfactionAnswer,
    SatisfactionWithdrawal,
)
from fieldapp.visits.call_models import TaskAcknowledgement, TaskCall
from fieldapp.visits.models import MonthIssue, TaskAssignment, VisitForm
from tests.fixtures.phone import bytes_of, whole_check, with_finding
from tests.fixtures.score_facts import FACTS
from tests.fixtures.world import YEAR

CLASSES = {mapper.class_.__tablename__: mapper.class_ for mapper in db.Model.registry.mappers}
RECORDED = sorted(name for name, row in CLASSES.items() if row.ledger_exempt is None)
EXEMPT = {
    "bundle_key",
    "checkpoint",
    "checkpoint_timestamp",
    "job",
    "ledger_entry",
    "ledger_tile",
    "likeness",
    "renewal_nonce",
    "seal_link",
    "sequencer_lease",
    "sheet_display",
    "sign_in_failure",
}


def test_only_these_tables_go_unrecorded_and_each_says_why():
    unrecorded = {name: row.ledger_exempt for name, row in CLASSES.items() if name not in RECORDED}

    assert set(unrecorded) == EXEMPT
    assert all(len(reason) > 10 for reason in unrecorded.values())


def test_every_table_of_the_database_is_one_of_the_mapped():
    assert set(db.metadata.tables) == set(CLASSES)


# -- a real flow -----------------------------------------------------------------------------------


@pytest.fixture
def lived(app, town, world, past, phone, give_task, sign_in):
    """Everything that people do, once: checks with photos, verdicts, findings, grades, appeals, answers."""
    zhou = phone("zhou")
    check = with_finding(whole_check(zhou.task(give_task("zhou"))))
    reply = zhou.send(check)
    assert reply.json["state"] == "accepted", reply.json
    for upload in reply.json["uploads"][:2]:
        zhou.put_bytes(upload, bytes_of(upload["evidence_ids"][0]))
    unanswered = next(answer for answer in check["answers"] if answer["value"] == "pass")
    answers = [answer for answer in check["answers"] if answer is not unanswered]
    assert zhou.send(check | {"answers": answers}).json["state"] == "revision"

    photo, sun, liu = world["evidence"]["binjiang"], sign_in("sun"), sign_in("liu")
    ok(sun.post(f"/api/evidence/{photo}/verdicts", json=REJECTED))
    ok(liu.post(f"/api/evidence/{photo}/verdicts", json={"outcome": "accepted"}))
    ok(liu.get(f"/api/evidence/{photo}/original"), 302)
    found = world["finding"]["binjiang"]
    ok(sign_in("qian").put(f"/api/findings/{found}/severity-decision", json=MAJOR))
    seen = world["authority_finding"]["binjiang"]
    ok(sun.put(f"/api/authority-findings/{seen}/response", json={"stance": "accepted"}))
    fact = liu.put(f"/api/authority-findings/{seen}/recorded-fact", json={})
    ok(fact)
    wrong = {"words": "所摄为相邻塔机"}
    ok(sign_in("chen").put(f"/api/recorded-facts/{fact.json['id']}/withdrawal", json=wrong))
    form = f"/api/opinion-forms/{world['form']['binjiang']}"
    ok(liu.put(f"{form}/grades/technical_service", json=GOOD | grounds(photo), headers=ANY))
    ok(
        sun.put(
            f"/api/occurrences/{world['occurrence']['binjiang']}/appeal", json={"words": "申辩"}
        )
    )
    ok(sign_in("she").get(f"/api/cases/{world['case']['injury']}/injured-person?purpose=complaint"))
    seldom(town, world, zhou)
    with acting(Actor("system", "worker")):
        jobs.run_all()
    return world


ANY = {"If-Match": "*"}
REJECTED = {"outcome": "rejected", "reason": "unclear", "follow_up": "re_shoot", "words": "看不清"}
MAJOR = {"severity": "major", "words": "确属重大"}
GOOD = {"grade": "good", "words": "漏检"}


def grounds(photo: str) -> dict:
    return {"grounds": [{"kind": "evidence", "id": photo}]}


def ok(reply, status: int | None = None) -> None:
    assert reply.status_code == status if status else reply.status_code < 300, reply.json


def seldom(town, world, phone) -> None:
    """What no route does yet, or only in a case of its own."""
    with transaction():
        officer = db.session.get_one(Person, town.person["shi"])
        antai = town.organisation["antai"]
        opening.record_figures(antai, YEAR, dict(FACTS), by=officer)
        answer = {"respondent_kind": "insured_person", "channel": "phone", "satisfied": True}
        opening.record_satisfaction(antai, YEAR, [answer])
        hazard = db.session.scalar(db.select(Hazard).limit(1))
        db.session.add(HazardClosure(hazard_id=hazard.id, closed_by_id=officer.id, words="已整改"))
        device = db.session.scalar(db.select(Device).where(Device.sent_id == phone.device_id))
        db.session.add(
            DeviceRevocation(device_id=device.id, revoked_by_id=officer.id, reason="手机遗失")
        )
        db.session.add(
            CalendarDay(
                day=date(2026, 10, 1), is_workday=False, name="国庆节", source="国务院办公厅"
            )
        )
        db.session.add(FormSubmission(form_id=world["form"]["yunqi"], submitted_by_id=officer.id))
        occurrence, photo = world["occurrence"]["binjiang"], world["evidence"]["binjiang"]
        ground = {"occurrence_id": occurrence, "position": 0, "kind": "evidence", "ref_id": photo}
        db.session.add(OccurrenceGround(**ground))
        bundling.order(bundling.Order(f"visit:{world['visit']['binjiang']}"))
        db.session.add(LedgerKey(id="0" * 16, public_key="key"))
        unit = db.session.get_one(Unit, town.unit["tc1"])
        unit.details, unit.removed_at = NASTY, now()
        db.session.add_all(seldom_rows(officer, hazard, unit, world))


def seldom_rows(officer, hazard, unit, world) -> list:
    by, visit = officer.id, world["visit"]["binjiang"]
    own = officer.organisation_id
    closed = HazardClosure(hazard_id=hazard.id, closed_by_id=by, words="再次整改")
    review = ResemblanceReview(by_id=by, party_id=own, outcome="different")
    review.resemblance_id = db.session.scalar(db.select(Resemblance.id).limit(1))
    again = HazardReopening(hazard_id=hazard.id, closure=closed, reopened_by_id=by, words="反弹")
    looked = ReInspection(
        visit_id=visit, hazard_id=hazard.id, outcome="rectified", inspected_at=now()
    )
    month = MonthIssue(
        organisation_id=own, period="2026-11", by_id=by, issued=1, unassigned=0, already=0
    )
    once = OneTimePassword(person_id=by, password="hash", made_by_id=by, ends_at=now())
    change = UnitChange(unit_id=unit.id, by_id=by, what="changed", name="塔机", details=NASTY)
    contract = ServiceContract(number="1", clause="六", starts_on=date(2026, 1, 1))
    contract.authority_id = contract.insurer_id = own
    form = VisitForm(visit_id=visit, rows={}, values={"地点": "东门"}, personal="{}")
    return [
        closed,
        again,
        looked,
        month,
        once,
        review,
        change,
        form,
        contract,
        *told(by),
        *sealed(by, world),
    ]


def told(by: str) -> list:
    """Of calls, notices and what else is told."""
    given = db.session.scalars(db.select(TaskAssignment).limit(1)).one()
    place = {"task_id": given.task_id, "assignment_id": given.id, "person_id": by}
    notice = Notice(kind="due_soon", subject_id=given.task_id, edition="1", facts=NASTY)
    notice.recipient_id = by
    return [
        TaskCall(**place, step="partner", rules_version=1),
        TaskAcknowledgement(**place, how="desk", said_at=now(), words="电话确认"),
        notice,
        Delivery(notice=notice, channel="sms", due_at=now()),
        Muting(person_id=by, kind="due_soon"),
        PushSubscription(
            device_id=db.session.scalars(db.select(Device.id).limit(1)).one(),
            endpoint="https://push.example/1",
            endpoint_hash="0" * 64,
            p256dh="p",
            auth="a",
            language="zh",
            since=now(),
        ),
        StandIn(person_id=by, partner_id=by),
        Restoration(id=new_id(), at=now(), body="{}", key_id="0" * 16, signature="", words="演练"),
    ]


def sealed(by: str, world) -> list:
    """Of envelopes and blind photos, and an answer that was withdrawn."""
    blob = db.session.scalars(db.select(Blob).limit(1)).one()
    answer = db.session.scalars(db.select(SatisfactionAnswer).limit(1)).one()
    return [
        EnvelopeKey(id="0" * 16, public_key="key"),
        Opening(organisation_id=blob.organisation_id, sha256=blob.sha256),
        BlindDraw(evidence_id=world["evidence"]["yunqi"]),
        SatisfactionWithdrawal(answer_id=answer.id, words="录错", by_id=by),
        *handed_out(by),
        BlobErasure(organisation_id=blob.organisation_id, sha256=blob.sha256),
        Redaction(evidence_id=world["evidence"]["yunqi"], reason="ordered", words="判决", by_id=by),
    ]


def handed_out(by: str) -> list:
    """Of bundles, videos and what an insurer says to a fact."""
    read = db.session.scalars(db.select(Reading).limit(1)).one()
    fact = db.session.scalars(db.select(RecordedFact).limit(1)).one()
    bundle = db.session.scalars(db.select(BundleOrder).limit(1)).one()
    return [
        ViewingCopy(organisation_id=read.organisation_id, original_sha256=read.sha256),
        AbsenceAnswer(fact_id=fact.id, stance="contested", words="已到场", by_id=by),
        BundleLink(bundle_id=bundle.bundle_id, token_sha256="0" * 64, expires_at=now()),
    ]


NASTY = {
    "最大": 2**60,
    "小": 0.1,
    "零": -0.0,
    "很小": 1e-9,
    "大": 1e22,
    "整": 8.0,
    "串": "塔\u2028机",
    "嵌": [{"a": None}],
}


def test_each_row_is_what_its_latest_entry_committed_to(app, lived):
    """Loaded anew: a value that the database spells otherwise than the flush did would show here."""
    wrong, counted = [], dict.fromkeys(RECORDED, 0)
    with Session(db.engine) as fresh:
        entries = latest_entries(fresh)
        for table in RECORDED:
            for row in fresh.scalars(db.select(CLASSES[table])).unique():
                counted[table] += 1
                entry = entries.get((table, row_id(row)))
                if entry is None:
                    wrong.append(f"{table} {row_id(row)} has no entry")
                elif entry.digest != row_digest(row, entry.salt):
                    wrong.append(f"{table} {row_id(row)} is not what its {entry.act} committed to")

    assert wrong == []
    assert [table for table, count in counted.items() if not count] == [], (
        f"the flow misses these {[t for t, c in counted.items() if not c]}"
    )


def latest_entries(session: Session) -> dict:
    changes = db.select(LedgerEntry).where(LedgerEntry.act.in_(("insert", "update")))
    ordered = session.scalars(changes.order_by(LedgerEntry.at, LedgerEntry.id))
    return {(entry.table_name, entry.row_id): entry for entry in ordered}


def test_a_changed_row_is_noticed(app, lived):
    """What somebody does behind the program's back no longer fits the entry."""
    with db.engine.begin() as connection:
        table = Evidence.__table__
        connection.execute(
            table.update().where(table.c.id == lived["evidence"]["yunqi"]).values(shot="near")
        )

    with Session(db.engine) as fresh:
        row = fresh.get(Evidence, lived["evidence"]["yunqi"])
        entry = latest_entries(fresh)["evidence", row.id]
        assert entry.digest != row_digest(row, entry.salt)


def test_entries_hold_no_personal_data(app, lived):
    with transaction(write=False):
        entries = db.session.scalars(db.select(LedgerEntry)).all()
    columns = [column.name for column in LedgerEntry.__table__.c]
    told = " ".join(str(getattr(entry, name)) for entry in entries for name in columns)

    assert len(entries) > 100
    for secret in (
        "张建国",
        "33010219800101002X",
        "右前臂骨折",
        "wang某",
        "zhou",
        "看不清",
        "申辩",
    ):
        assert secret not in told
    assert {e.purpose for e in entries} <= {None, "original", "complaint"}


def test_the_same_row_commits_to_another_digest_each_time(app, town):
    """Salted: two rows with the same content cannot be found by guessing it."""
    with transaction():
        row = db.session.get_one(Person, town.person["wang"])

        assert row_digest(row, "00" * 16) != row_digest(row, "01" * 16)
    salts = db.session.scalars(db.select(LedgerEntry.salt)).all()
    assert len(set(salts)) == len(salts)


# -- who -------------------------------------------------------------------------------------------


def acts(table: str, row: str | None = None) -> list[tuple]:
    wanted = db.select(LedgerEntry).where(LedgerEntry.table_name == table)
    if row:
        wanted = wanted.where(LedgerEntry.row_id == row)
    found = db.session.scalars(wanted.order_by(LedgerEntry.at, LedgerEntry.id)).all()
    return [(e.act, e.actor_kind, e.actor_id, e.organisation_id) for e in found]


def test_the_entry_names_the_person_and_their_organisation(town, world, sign_in):
    photo = world["evidence"]["binjiang"]
    verdict = sign_in("sun").post(f"/api/evidence/{photo}/verdicts", json=REJECTED).json

    assert acts("verdict", verdict["id"]) == [
        ("insert", "person", town.person["sun"], town.organisation["antai"])
    ]


def test_what_a_program_did_is_the_programs(town, edition, phone, give_task):
    zhou = phone("zhou")
    reply = zhou.send(whole_check(zhou.task(give_task("zhou")))).json
    upload = reply["uploads"][0]
    zhou.put_bytes(upload, bytes_of(upload["evidence_ids"][0]))

    with acting(Actor("system", "worker")):
        jobs.run_all()

    assert [entry[:3] for entry in acts("reading")] == [("insert", "system", "worker")]
    assert {entry[2] for entry in acts("record")} == {town.person["zhou"]}


def test_signing_in_is_the_act_of_who_gave_the_password(town, sign_in):
    sign_in("sun")

    entry = ("insert", "person", town.person["sun"], town.organisation["antai"])
    assert acts("session_grant") == [entry]


def test_one_request_does_not_lend_its_actor_to_the_next(town, world, sign_in):
    sun, hu = sign_in("sun"), sign_in("hu")
    sun.post(f"/api/evidence/{world['evidence']['binjiang']}/verdicts", json=REJECTED)
    hu.post(f"/api/evidence/{world['evidence']['yunqi']}/verdicts", json=REJECTED)
    with transaction():
        db.session.add(Pool(name="另一共保体", lead_insurer_id=town.organisation["antai"]))

    assert [entry[2] for entry in acts("verdict")] == [town.person["sun"], town.person["hu"]]
    assert acts("pool")[-1][1] == "nobody"


def test_a_deletion_leaves_its_entry(town):
    with transaction():
        row = Pool(name="另一共保体", lead_insurer_id=town.organisation["antai"])
        db.session.add(row)
    with transaction():
        db.session.delete(db.session.get_one(Pool, row.id))

    assert [entry[0] for entry in acts("pool", row.id)] == ["insert", "delete"]


def pools_told_of(*ids: str) -> list[str]:
    named = db.select(LedgerEntry.row_id).where(LedgerEntry.row_id.in_(ids))
    return sorted(db.session.scalars(named), key=ids.index)


def test_entries_go_back_with_the_savepoint_that_their_rows_were_made_in(town):
    """Before, inside and after it: what stays has its entry, what was undone has none."""
    before, undone, after = (
        Pool(id=new_id(), name=name, lead_insurer_id=town.organisation["antai"]) for name in "abc"
    )
    with transaction():
        db.session.add(before)
        inside = db.session.begin_nested()
        db.session.add(undone)
        db.session.flush()
        inside.rollback()
        db.session.add(after)

    with transaction(write=False):
        assert pools_told_of(before.id, undone.id, after.id) == [before.id, after.id]


def test_who_asks_for_entries_has_those_of_the_same_transaction(town):
    with transaction():
        pool = Pool(id=new_id(), name="a", lead_insurer_id=town.organisation["antai"])
        db.session.add(pool)
        db.session.flush()
        assert pools_told_of(pool.id) == [pool.id]
        pool.name = "b"
        db.session.flush()
        table = LedgerEntry.__table__
        entries = db.session.execute(db.select(table).where(table.c.row_id == pool.id)).all()
        assert [entry.act for entry in entries] == ["insert", "update"]


def test_what_is_rolled_back_leaves_no_entry(town):
    def change_of_mind():
        with transaction():
            db.session.add(Pool(name="另一共保体", lead_insurer_id=town.organisation["antai"]))
            db.session.flush()
            raise RuntimeError("not after all")

    with pytest.raises(RuntimeError, match="after all"):
        change_of_mind()

    assert len(acts("pool")) == 1, "only the town's own"


# -- around it -------------------------------------------------------------------------------------

UPDATE, DELETE = db.update(Person).values(name="x"), db.delete(InsurerResponse)
BULK = {
    "update": UPDATE,
    "delete": DELETE,
    "insert": db.insert(Pool),
    "update of a table": Person.__table__.update().values(name="x"),
    "delete from a table": AuthorityFinding.__table__.delete(),
    "insert into a table": Pool.__table__.insert(),
    "update of the ledger": db.update(LedgerEntry).values(act="read"),
    "delete from the ledger": LedgerEntry.__table__.delete(),
}


@pytest.mark.parametrize("statement", BULK.values(), ids=BULK)
def test_bulk_statements_are_refused(town, statement):
    values = [{"id": new_id(), "name": "x", "lead_insurer_id": town.organisation["antai"]}]
    given = values if statement.is_insert else None

    with pytest.raises((UnrecordedChange, LedgerRewritten)), transaction():
        db.session.execute(statement, given)


def test_bulk_statements_of_unrecorded_tables_are_the_programs_own_matter(app):
    with transaction():
        db.session.execute(db.delete(Job))


def test_entries_are_neither_changed_nor_deleted(town):
    with pytest.raises(LedgerRewritten), transaction():
        db.session.scalar(db.select(LedgerEntry).limit(1)).act = "read"
    with pytest.raises(LedgerRewritten), transaction():
        db.session.delete(db.session.scalar(db.select(LedgerEntry).limit(1)))


def test_no_code_goes_around_the_session():
    """These write rows that the ledger never sees, and no event tells of them."""
    around = re.compile(
        r"\.bulk_(save|insert|update)|\.connection\(\)\.execute|exec_driver_sql|engine\.begin"
        r"|text\(\s*f?[\"'](insert|update|delete)|insert_many",
        re.IGNORECASE,
    )
    folder = Path(fieldapp.__file__).parent
    found = {
        str(file.relative_to(folder))
        for file in folder.rglob("*.py")
        if around.search(file.read_text())
    }

    ours = {"db.py", "ledger/recording.py", "ledger/holding.py", "ledger/inserting.py"}
    assert found == ours, (
        "db.py begins, recording.py writes rows with their entries, holding.py those of a flush, by inserting.py"
    )
