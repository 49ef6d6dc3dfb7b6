"""Spot inspection → fact → grade → sheet in the liability scheme, over HTTP."""

from contextvars import Context
from datetime import date, timedelta
from threading import Thread

import pytest

from fieldapp.clock import iso, now
from fieldapp.db import db, transaction
from fieldapp.evidence.models import Evidence
from fieldapp.projects.models import Service
from fieldapp.scoring import reopening
from fieldapp.scoring.models import OccurrenceStep
from tests.fixtures.scored import BOLTS
from tests.fixtures.town import LIABILITY
from tests.scoring.conftest import YEAR


@pytest.fixture
def fact(sign_in, past, town) -> str:
    """liu found what antai had called sound; antai accepted; the fact is on record."""
    question = f"{BOLTS}@{town.unit['tc2']}"
    visit_id = past.visit({question: "pass"})
    past.photo(visit_id, question)
    liu, sun = sign_in("liu"), sign_in("sun")
    inspection = liu.post(
        "/api/spot-inspections", json={"project_id": town.project["binjiang"]}
    ).json
    body = {
        "question": question,
        "visit_id": visit_id,
        "words": "螺栓松动2颗",
        "place": "2#塔机",
        "found_at": iso(now()),
    }
    finding = liu.post(f"/api/spot-inspections/{inspection['id']}/findings", json=body).json
    url = f"/api/authority-findings/{finding['id']}"
    sun.put(f"{url}/response", json={"stance": "accepted"})
    return liu.put(f"{url}/recorded-fact", json={}).json["id"]


def served_in_county_2(town):
    """antai also serves yunqi: two counties are due."""
    with transaction():
        db.session.add(
            Service(
                project_id=town.project["yunqi"],
                scheme=LIABILITY,
                originating_insurer_id=town.organisation["antai"],
                service_insurer_id=town.organisation["antai"],
                starts_on=date(int(YEAR), 1, 1),
            )
        )


def opened(sign_in, town, who) -> str:
    body = {"insurer_id": town.organisation["antai"], "period": YEAR}
    return sign_in(who).post("/api/opinion-forms", json=body).json["id"]


def test_a_missed_fault_opens_from_the_total_down_to_the_photo(
    sheet_of_antai, appraised, grade, fact
):
    before = sheet_of_antai("liu", LIABILITY)

    reply = grade("liu", appraised["county1"], "technical_service", "good", [("fact", fact)])
    after = sheet_of_antai("sun", LIABILITY)

    assert reply.status_code == 200, reply.json
    assert (before["sheet"]["total"], after["sheet"]["total"]) == ("100.00", "99.00")
    [ground] = after["grounds"][f"{appraised['county1']}/technical_service"]
    assert ground["id"] == fact
    assert ground["finding"]["comparison"] == "missed"
    assert ground["finding"]["response"]["stance"] == "accepted"
    [photo] = ground["finding"]["insurer_answer"]["photos"]
    assert photo["thumb_url"].endswith("/renditions/320")
    change = after["changes"][-1]
    assert (change["from"], change["to"], change["cause_kind"]) == ("100.00", "99.00", "grade")
    assert "技术服务情况为良好" in change["cause"]
    assert after["titles"]["items"]["technical_service"]["en"] == "Technical service"
    assert after["provisional_because"] == ["form_open", "year_open"]


def test_one_of_two_counties_moves_the_total_by_half(
    sheet_of_antai, appraised, grade, fact, town, sign_in
):
    served_in_county_2(town)
    unopened = sheet_of_antai("shi", LIABILITY)
    second = opened(sign_in, town, "yun")
    for item in ("cooperation", "compliance", "platform_use", "technical_service", "promotion"):
        grade("yun", second, item, "excellent", words=None)
    before = sheet_of_antai("shi", LIABILITY)["sheet"]["total"]

    grade("liu", appraised["county1"], "technical_service", "good", [("fact", fact)])

    assert unopened["sheet"]["total"] is None
    assert before == "100.00"
    assert sheet_of_antai("shi", LIABILITY)["sheet"]["total"] == "99.50"


def test_a_county_without_a_project_of_the_insurer_is_not_due(sheet_of_antai, appraised, town):
    from fieldapp.accounts.models import Organisation
    from fieldapp.scoring import opening

    with transaction():
        county = db.session.get_one(Organisation, town.organisation["county2"])
        opening.open_form(town.organisation["antai"], YEAR, county)

    sheet = sheet_of_antai("shi", LIABILITY)

    assert sheet["sheet"]["total"] == "100.00"
    assert [form["assessor"]["name"] for form in sheet["not_due"]] == ["云溪县住建局"]


def test_below_excellent_needs_words_and_a_ground(appraised, grade, fact):
    form = appraised["county1"]

    bare = grade("liu", form, "technical_service", "good")
    wordless = grade("liu", form, "technical_service", "good", [("fact", fact)], words=None)

    assert (bare.status_code, bare.json["problem"]) == (422, "NoGround")
    assert (wordless.status_code, wordless.json["problem"]) == (422, "ReasonNeeded")


def test_a_county_cannot_rest_on_anothers_fact_but_the_city_can(
    appraised, grade, fact, town, sign_in
):
    served_in_county_2(town)
    second = opened(sign_in, town, "yun")

    county = grade("yun", second, "technical_service", "good", [("fact", fact)])
    city = grade("shi", appraised["city"], "technical_service", "good", [("fact", fact)])

    assert (county.status_code, county.json["problem"]) == (422, "NotAGround")
    assert city.status_code == 200


def test_computed_items_are_locked_and_show_their_figures(sign_in, appraised, grade):
    form = sign_in("liu").get(f"/api/opinion-forms/{appraised['county1']}").json
    rate = next(item for item in form["items"] if item["id"] == "complaint_rate")
    fatality = next(item for item in form["items"] if item["id"] == "fatality")

    refused = grade("liu", appraised["county1"], "fatality", "excellent")

    assert rate["locked"]
    assert rate["figures"] == {"valid_complaints": 3, "lead_projects": 100}
    assert fatality["unreachable"] == ["good"]
    assert (refused.status_code, refused.json["problem"]) == (422, "NotJudged")


def test_a_stale_page_overwrites_nothing(sign_in, appraised, grade, fact):
    form = appraised["county1"]
    seen = sign_in("liu").get(f"/api/opinion-forms/{form}").headers["ETag"]
    grade("chen", form, "promotion", "excellent", words=None)

    stale = grade("liu", form, "promotion", "excellent", words=None, etag=seen)
    blind = sign_in("liu").put(
        f"/api/opinion-forms/{form}/grades/promotion", json={"grade": "excellent"}
    )

    assert stale.status_code == 412
    assert stale.headers["ETag"] != seen
    assert blind.status_code == 428


@pytest.mark.parametrize(
    ("who", "status"), [("yun", 404), ("shi", 403), ("sun", 403), ("she", 403)]
)
def test_only_the_assessor_grades_its_form(appraised, grade, who, status):
    reply = grade(who, appraised["county1"], "promotion", "excellent")

    assert reply.status_code == status


def test_nobody_grades_for_a_policyholder(appraised, grade):
    reply = grade("liu", appraised["builder"], "claims_service", "excellent")

    assert reply.status_code == 403


def submit(sign_in, who, form_id):
    caller = sign_in(who)
    etag = caller.get(f"/api/opinion-forms/{form_id}").headers["ETag"]
    return caller.put(f"/api/opinion-forms/{form_id}/submission", headers={"If-Match": etag})


def test_a_submitted_form_changes_no_more(sign_in, appraised, grade, sheet_of_antai):
    form = appraised["county1"]
    draft = sheet_of_antai("liu", LIABILITY, "final")["sheet"]["total"]

    submitted = submit(sign_in, "liu", form)
    again = submit(sign_in, "liu", form)
    late = grade("liu", form, "promotion", "excellent")

    assert draft is None
    assert submitted.json["submitted_at"]
    assert again.json["problem"] == late.json["problem"] == "FormSubmitted"
    assert late.status_code == 409


def test_a_form_is_submitted_whole(sign_in, town, grade):
    form = opened(sign_in, town, "liu")
    grade("liu", form, "promotion", "excellent", words=None)

    reply = submit(sign_in, "liu", form)

    assert (reply.status_code, reply.json["problem"]) == (422, "NotAllGraded")
    assert "/items/cooperation" in [error["where"] for error in reply.json["errors"]]
    assert "/items/promotion" not in [error["where"] for error in reply.json["errors"]]


def test_a_withdrawn_verdict_reopens_the_grade_that_rested_on_it(
    sign_in, appraised, grade, past, sheet_of_antai
):
    photo = past.photo(past.visit({"fire.fire_lane@site": "pass"}))
    past.verdict(photo, "liu")
    form = appraised["county1"]
    grade("liu", form, "technical_service", "good", [("evidence", photo)])
    submit(sign_in, "liu", form)
    held = sheet_of_antai("liu", LIABILITY)["sheet"]["total"]

    past.verdict(photo, "liu", "rejected", "wrong_place")
    open_again = sheet_of_antai("liu", LIABILITY)
    item = next(
        i
        for i in sign_in("liu").get(f"/api/opinion-forms/{form}").json["items"]
        if i["id"] == "technical_service"
    )
    anew = grade("liu", form, "technical_service", "excellent", words=None)

    assert held == "99.00"
    assert open_again["sheet"]["total"] is None
    assert (item["reopened"], item["locked"]) == (True, False)
    assert anew.status_code == 200
    assert sheet_of_antai("liu", LIABILITY)["sheet"]["total"] == "100.00"


def test_a_compliance_event_zeroes_the_item_only_when_final(
    appraised, propose, put, fact, sheet_of_antai
):
    event = propose("liu", "service_fabrication", [("fact", fact)]).json
    put("chen", event, "verification")
    put("chen", event, "notice")
    notified = sheet_of_antai("liu", LIABILITY)["sheet"]["total"]
    with transaction():
        for step in db.session.scalars(db.select(OccurrenceStep)):
            step.at -= timedelta(days=40)
    put("chen", event, "finality", words="书面认定")

    after = sheet_of_antai("liu", LIABILITY)["sheet"]

    # 30 points on the county's form (half the total) and 30 on the city's (0.3 of it).
    assert (notified, after["total"]) == ("100.00", "76.00")
    compliance = next(i for i in after["forms"][0]["items"] if i["id"] == "compliance")
    assert compliance["from"] == "veto"


def withdrawn(sign_in, who, fact, words="复核照片：所摄为相邻塔机"):
    return sign_in(who).put(f"/api/recorded-facts/{fact}/withdrawal", json={"words": words})


def test_a_fact_that_is_taken_back_opens_the_grade_that_rested_on_it(
    sheet_of_antai, appraised, grade, fact, sign_in
):
    form = appraised["county1"]
    etag = grade("liu", form, "technical_service", "good", [("fact", fact)]).headers["ETag"]
    sign_in("liu").put(f"/api/opinion-forms/{form}/submission", headers={"If-Match": etag})
    held = sheet_of_antai("liu", LIABILITY)["sheet"]["total"]

    reply = withdrawn(sign_in, "chen", fact)
    after = sheet_of_antai("sun", LIABILITY)

    assert (reply.status_code, held) == (200, "99.00")
    assert after["sheet"]["total"] is None
    assert after["changes"][-1]["cause"] == "所依据的事实已撤回"
    [ground] = after["grounds"][f"{form}/technical_service"]
    assert (ground["stands"], ground["withdrawal"]["by"]["name"]) == (False, "chen某")
    again = grade("liu", form, "technical_service", "good", [("fact", fact)])
    assert again.json["problem"] == "NotAGround"


def test_a_final_decision_counts_no_longer_once_its_fact_is_taken_back(
    appraised, propose, put, fact, sheet_of_antai, sign_in
):
    event = propose("liu", "service_fabrication", [("fact", fact)]).json
    put("chen", event, "verification")
    put("chen", event, "notice")
    with transaction():
        for step in db.session.scalars(db.select(OccurrenceStep)):
            step.at -= timedelta(days=40)
    put("chen", event, "finality", words="书面认定")
    counted = sheet_of_antai("liu", LIABILITY)["sheet"]["total"]

    withdrawn(sign_in, "chen", fact)

    assert (counted, sheet_of_antai("liu", LIABILITY)["sheet"]["total"]) == ("76.00", "100.00")


def test_a_second_person_of_the_same_authority_takes_a_fact_back_once_and_says_why(fact, sign_in):
    wordless = withdrawn(sign_in, "chen", fact, words="")
    own = withdrawn(sign_in, "liu", fact)
    anothers = withdrawn(sign_in, "yun", fact)
    first, second = (withdrawn(sign_in, "chen", fact) for _ in range(2))

    assert (wordless.status_code, own.json["problem"], anothers.status_code) == (
        422,
        "OwnFact",
        404,
    )
    assert (first.status_code, second.json["problem"]) == (200, "AlreadyWithdrawn")
    [finding] = sign_in("sun").get("/api/authority-findings?state=withdrawn").json["items"]
    assert (finding["state"], finding["fact"]["withdrawal"]["words"]) == (
        "withdrawn",
        "复核照片：所摄为相邻塔机",
    )
    assert sign_in("sun").get("/api/authority-findings?state=recorded").json["items"] == []


@pytest.fixture
def admitted(past, town) -> str:
    """A photo of antai's that liu's authority admitted."""
    question = f"{BOLTS}@{town.unit['tc2']}"
    photo = past.photo(past.visit({question: "pass"}), question)
    past.verdict(photo, "liu", "accepted")
    with transaction():
        filed = db.session.get_one(Evidence, photo)
        filed.service_insurer_id = town.organisation["antai"]
    return photo


REJECTED = {"outcome": "rejected", "reason": "unclear", "words": "看不清"}


@pytest.mark.parametrize("kind", ["fact", "evidence"])
def test_no_decision_slips_past_what_takes_its_ground_away_at_that_moment(
    app, appraised, propose, fact, admitted, sign_in, monkeypatch, kind
):
    """It is asked for when whoever takes the ground away has just looked what rests on it."""
    looked, decided = reopening._resting_on, []
    chen, ground = sign_in("chen"), {"fact": fact, "evidence": admitted}[kind]

    def decide():
        with app.app_context():
            decided.append(propose("liu", "service_fabrication", [(kind, ground)]).json)

    deciding = Thread(target=Context().run, args=(decide,))

    def look(*given):
        found = looked(*given)
        deciding.start()
        deciding.join(timeout=2)
        return found

    monkeypatch.setattr(reopening, "_resting_on", look)
    if kind == "fact":
        gone = withdrawn(sign_in, "chen", fact)
    else:
        gone = chen.post(f"/api/evidence/{admitted}/verdicts", json=REJECTED)
    deciding.join()

    assert (gone.status_code, decided[0].get("problem")) == (
        {"fact": 200, "evidence": 201}[kind],
        "NotAGround",
    )


def deleted(sign_in) -> tuple[int, str | None]:
    """What is said to a person who asks that the photo of the insurer's answer be deleted."""
    with transaction(write=False):
        photo = db.session.scalars(db.select(Evidence.id)).one()
    asked = {"reason": "person_asked", "words": "本人申请"}
    reply = sign_in("liu").put(f"/api/evidence/{photo}/redaction", json=asked)
    return reply.status_code, reply.json.get("problem")


def test_the_photo_behind_a_fact_is_not_deleted_before_what_rests_on_it_is_decided(
    propose, put, fact, sign_in
):
    event = propose("liu", "service_fabrication", [("fact", fact)]).json

    waiting = deleted(sign_in)
    put("chen", event, "withdrawal")

    assert (waiting, deleted(sign_in)) == ((409, "UnderDispute"), (200, None))


def test_the_photo_behind_a_grade_is_not_deleted_before_the_form_is_submitted(
    appraised, grade, fact, sign_in
):
    form = appraised["county1"]
    etag = grade("liu", form, "technical_service", "good", [("fact", fact)]).headers["ETag"]

    waiting = deleted(sign_in)
    sent = sign_in("liu").put(f"/api/opinion-forms/{form}/submission", headers={"If-Match": etag})

    assert sent.status_code == 200, sent.json
    assert (waiting, deleted(sign_in)) == ((409, "UnderDispute"), (200, None))


@pytest.mark.parametrize("who", ["she", "ren"])
def test_the_injury_side_cannot_find_liability_scores(sign_in, town, appraised, who):
    caller = sign_in(who)
    url = f"/api/sheets/{LIABILITY}/{town.organisation['antai']}/{YEAR}"

    assert caller.get(url).status_code in (403, 404)
    assert caller.get(f"/api/opinion-forms/{appraised['county1']}").status_code == 403


def test_a_county_without_the_insurers_projects_finds_no_sheet(sign_in, town, appraised):
    url = f"/api/sheets/{LIABILITY}/{town.organisation['antai']}/{YEAR}"

    assert sign_in("yun").get(url).status_code == 404
    assert sign_in("rui").get(url).status_code == 404


def test_a_kept_version_can_be_recomputed_to_the_same_digest(sheet_of_antai, appraised):
    from fieldapp.scoring.models import SheetVersion
    from fieldapp.scoring.published import scheme
    from fieldapp.scoring.sheet import evaluate

    kept = db.session.scalars(db.select(SheetVersion)).all()

    assert kept
    for version in kept:
        assert evaluate(scheme(version.scheme), version.facts) == version.sheet
    assert kept[-1].digest == sheet_of_antai("shi", LIABILITY)["sheet"]["digest"]


def test_a_facts_entry_is_told_to_its_authority_and_to_the_insurer_it_is_about(sign_in, fact):
    url = f"/api/ledger/recorded_fact/{fact}"

    assert sign_in("liu").get(url).json["items"][0]["act"] == "insert"
    assert sign_in("sun").get(url).status_code == 200
    assert sign_in("hu").get(url).status_code == 404
    assert sign_in("yun").get(url).status_code == 404
