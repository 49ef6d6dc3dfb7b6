"""An authority judges drawn photos before it sees what the supervisor said, and then sees how far they agree."""

from datetime import timedelta

import pytest

from fieldapp import late
from fieldapp.clock import local_date, now
from fieldapp.db import db, transaction
from fieldapp.evidence.models import BlindDraw, Evidence, Verdict
from fieldapp.visits.models import SiteSignature
from tests.fixtures.town import INJURY, LIABILITY

ACCEPTED = {"outcome": "accepted", "seen_ms": 2400}
REJECTED = {"outcome": "rejected", "reason": "unclear", "follow_up": "none"}
YEAR = f"{local_date(now()):%Y}"


@pytest.fixture
def environment(environment):
    """Every photo is drawn."""
    return environment | {"FIELDAPP_BLIND_PERCENT": "100"}


@pytest.fixture
def judge(sign_in):
    return lambda name, photo, verdict: sign_in(name).post(
        f"/api/evidence/{photo}/verdicts", json=verdict
    )


def agreement(caller, scheme=LIABILITY, **more):
    return caller.get("/api/agreement", query_string={"scheme": scheme, "period": YEAR} | more)


def outcomes(caller, photo):
    return [v["outcome"] for v in caller.get(f"/api/evidence/{photo}").json["verdicts"]]


def test_the_authority_sees_nobodys_verdict_before_its_own(sign_in, judge, lay, make_visit):
    photo = lay(make_visit())
    given = judge("sun", photo, REJECTED).json
    liu = sign_in("liu")

    hidden = liu.get(f"/api/evidence/{photo}").json
    assert (hidden["verdicts"], hidden["verdict"]) == ([], None)
    assert [entry for entry in hidden["custody"] if entry["table"] == "verdict"] == []
    assert liu.get(f"/api/ledger/verdict/{given['id']}").status_code == 404

    own = judge("liu", photo, ACCEPTED).json

    assert own["blind"]
    assert outcomes(liu, photo) == ["rejected", "accepted"]
    assert outcomes(sign_in("chen"), photo) == ["rejected", "accepted"]  # one party, one verdict
    assert outcomes(sign_in("shi"), photo) == []  # the city is still to judge for itself
    assert outcomes(sign_in("sun"), photo) == ["rejected"]


def test_what_the_insurer_rejected_is_no_ground_before_the_authority_judged_it(
    sign_in, judge, lay, make_visit, town
):
    photo = lay(make_visit())
    judge("sun", photo, REJECTED)
    liu = sign_in("liu")
    about = {"scheme": LIABILITY, "insurer_id": town.organisation["antai"], "period": "2026"}

    def grounds():
        found = liu.get("/api/grounds", query_string=about).json["items"]
        return [ground["verdict"]["outcome"] for ground in found if ground["kind"] == "verdict"]

    before = grounds()
    judge("liu", photo, REJECTED | {"follow_up": None})

    assert (before, grounds()) == ([], ["rejected", "rejected"])


def test_the_blind_queue_holds_what_its_insurer_judged_and_the_authority_did_not(
    sign_in, judge, lay, make_visit
):
    visit_id = make_visit()
    photo, later = lay(visit_id), lay(visit_id)
    liu = sign_in("liu")
    assert liu.get("/api/desk").json["counts"]["blind"] == 0

    judge("sun", photo, ACCEPTED)

    seen = liu.get("/api/desk?queue=blind").json
    assert [(i["visit_id"], i["waiting"], i["photos"]) for i in seen["items"]] == [(visit_id, 1, 2)]
    assert sign_in("sun").get("/api/desk").json["counts"]["blind"] == 0
    why = {
        name: {
            p["id"]: "blind" in p["singly"]
            for p in sign_in(name).get(f"/api/desk/visits/{visit_id}").json["photos"]
        }
        for name in ("liu", "sun")
    }
    assert why == {"liu": {photo: True, later: True}, "sun": {photo: False, later: False}}

    judge("liu", photo, ACCEPTED)
    assert liu.get("/api/desk").json["counts"]["blind"] == 0


def test_a_drawn_signature_waits_for_nobodys_blind_verdict(sign_in, judge, lay, make_visit):
    visit_id = make_visit()
    photo, signature = lay(visit_id), lay(visit_id, question=None, shot="doc")
    with transaction():
        sent_id = db.session.get_one(Evidence, signature).sent_id
        signed = {"visit_id": visit_id, "outcome": "signed", "evidence_sent_id": sent_id}
        db.session.add(SiteSignature(**signed, signed_at=now()))
    for one in (photo, signature):
        judge("sun", one, ACCEPTED)

    waiting = agreement(sign_in("liu")).json["waiting"]
    queued = sign_in("liu").get("/api/desk?queue=blind").json["items"]
    with transaction(write=False):
        overdue = db.session.scalar(late.blind(now() + timedelta(days=16)))

    assert (waiting, [item["waiting"] for item in queued], overdue) == (1, [1], 1)


def test_agreement_is_counted_for_each_supervisor(sign_in, judge, lay, make_visit):
    visit_id = make_visit()
    for first, second in ((ACCEPTED, ACCEPTED), (ACCEPTED, REJECTED), (REJECTED, REJECTED)):
        photo = lay(visit_id)
        judge("sun", photo, first)
        judge("liu", photo, second)
    waiting = lay(visit_id)
    judge("sun", waiting, ACCEPTED)

    seen = agreement(sign_in("liu")).json

    assert seen["waiting"] == 1
    [item] = seen["items"]
    assert (item["supervisor"]["name"], item["insurer"]["name"]) == ("sun某", "安泰财险市分公司")
    assert (item["judged"], item["agreed"], item["percent"]) == (3, 2, "66.7")
    assert (item["only_first_accepted"], item["only_second_accepted"]) == (1, 0)
    assert item["kappa"] == "0.40"
    assert agreement(sign_in("shi")).json["items"] == []  # the city judged nothing yet


def test_what_counts_is_what_the_supervisor_said_before_the_authority_judged(
    sign_in, judge, lay, make_visit
):
    photo = lay(make_visit())
    judge("sun", photo, REJECTED)
    judge("liu", photo, REJECTED)
    judge("sun", photo, ACCEPTED)  # the supervisor thinks again
    judge("liu", photo, ACCEPTED)  # and so does the authority, no longer blind

    [item] = agreement(sign_in("liu")).json["items"]

    assert (item["judged"], item["both_rejected"]) == (1, 1)
    with transaction(write=False):
        given = db.session.scalars(db.select(Verdict.blind).order_by(Verdict.at)).all()
    assert given == [False, True, False, False]


def test_disagreements_lead_to_their_photos(sign_in, judge, lay, make_visit, town):
    visit_id = make_visit()
    same, other = lay(visit_id), lay(visit_id)
    for photo, second in ((same, ACCEPTED), (other, REJECTED)):
        judge("sun", photo, ACCEPTED)
        judge("liu", photo, second)
    asked = {"scheme": LIABILITY, "period": YEAR}
    liu = sign_in("liu")

    seen = liu.get("/api/agreement/disagreements", query_string=asked).json["items"]

    assert [one["evidence_id"] for one in seen] == [other]
    assert (seen[0]["supervisor"]["outcome"], seen[0]["authority"]["reason"]) == (
        "accepted",
        "unclear",
    )
    of_another = asked | {"supervisor": town.person["hu"]}
    assert liu.get("/api/agreement/disagreements", query_string=of_another).json["items"] == []


def test_each_authority_sees_agreement_in_its_own_scheme_alone(sign_in, judge, lay, make_visit):
    photo = lay(make_visit(task={"scheme": INJURY}))
    judge("sun", photo, ACCEPTED)
    judge("she", photo, ACCEPTED)

    assert agreement(sign_in("she"), INJURY).json["items"][0]["agreed"] == 1
    assert agreement(sign_in("she"), LIABILITY).status_code == 403
    assert agreement(sign_in("liu"), INJURY).status_code == 403
    assert agreement(sign_in("sun")).status_code == 403
    assert agreement(sign_in("ren"), INJURY).status_code == 403


def test_what_the_surveyor_answered_to_a_rejection_is_hidden_with_it(
    sign_in, judge, lay, make_visit
):
    photo = lay(make_visit())
    judge("sun", photo, REJECTED | {"follow_up": "explain"})
    make_visit(
        kind="explain",
        answers_evidence_id=photo,
        words="当时大雾",
        received_at=now() + timedelta(seconds=5),
    )
    said = {
        name: len(sign_in(name).get(f"/api/evidence/{photo}").json["explanations"])
        for name in ("sun", "liu")
    }

    assert said == {"sun": 1, "liu": 0}
    assert sign_in("liu").get("/api/desk").json["counts"]["explained"] == 0


@pytest.mark.parametrize(("percent", "least", "most"), [("0", 0, 0), ("30", 5, 60)])
def test_the_draw_falls_on_about_as_many_as_the_setting_says(
    app, lay, make_visit, percent, least, most
):
    visit_id = make_visit()
    object.__setattr__(app.config_object, "blind_percent", int(percent))
    for _ in range(100):
        lay(visit_id, readable=False)

    with transaction(write=False):
        drawn = db.session.scalar(db.select(db.func.count()).select_from(BlindDraw))
    assert least <= drawn <= most
