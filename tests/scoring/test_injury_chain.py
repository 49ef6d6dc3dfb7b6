"""Photo → verdict → occurrence → sheet in the injury scheme, over HTTP."""

from datetime import timedelta

import pytest

from fieldapp.checklists.publishing import publish_shipped
from fieldapp.clock import now
from fieldapp.db import db, transaction
from fieldapp.evidence.models import Evidence
from fieldapp.scoring.models import OccurrenceStep
from fieldapp.visits.models import Visit
from tests.fixtures.town import INJURY, LIABILITY
from tests.scoring.conftest import YEAR

CLAUSE = "survey_record_nonconforming"


@pytest.fixture
def proposed(propose, rejected_photo):
    case_id, _, verdict = rejected_photo
    reply = propose("she", CLAUSE, [("verdict", verdict)], case_id=case_id)
    assert reply.status_code == 201, reply.json
    return reply.json


@pytest.mark.parametrize("handed_over", [True, False])
def test_a_photo_of_the_survey_is_a_ground_once_the_case_was_handed_over(
    past, satisfied, propose, sign_in, town, handed_over
):
    case_id = past.case(handed_over=handed_over)
    visit_id = past.visit({}, kind="accident_survey")
    photo = past.photo(visit_id, "scene_view")
    with transaction():
        publish_shipped()
        visit, evidence = db.session.get_one(Visit, visit_id), db.session.get_one(Evidence, photo)
        visit.case_id, visit.scheme, evidence.scheme = case_id, INJURY, INJURY
        visit.checklist, visit.edition = "accident_survey", "2026-3"
    verdict = past.verdict(photo, "she", "rejected", "unclear")

    reply = propose("she", CLAUSE, [("verdict", verdict)], case_id=case_id)

    assert reply.status_code == (201 if handed_over else 409), reply.json
    asked = {"scheme": INJURY, "insurer_id": town.organisation["antai"], "period": YEAR}
    listed = sign_in("she").get("/api/grounds", query_string=asked | {"case_id": case_id}).json
    named = [(one["id"], one["case"]["number"]) for one in listed["items"]]
    assert named == ([(verdict, "工伤-2026-0117")] if handed_over else [])


def let_time_pass(occurrence, days=40):
    with transaction():
        for step in db.session.scalars(
            db.select(OccurrenceStep).where(OccurrenceStep.occurrence_id == occurrence["id"])
        ):
            step.at -= timedelta(days=days)


def total(sheet_of_antai, view="provisional"):
    return sheet_of_antai("she", INJURY, view)["sheet"]["total"]


def test_the_score_opens_down_to_the_photo(sheet_of_antai, proposed, put, rejected_photo):
    _, photo, verdict = rejected_photo
    before = total(sheet_of_antai)

    put("bao", proposed, "verification")
    sheet = sheet_of_antai("she", INJURY)

    assert (before, sheet["sheet"]["total"]) == ("100.00", "99.00")
    item = next(i for i in sheet["sheet"]["items"] if i["id"] == "accident_scene_survey")
    assert [(line["source"], line["points"]) for line in item["lines"]] == [(proposed["id"], "-1")]
    [ground] = sheet["grounds"][proposed["id"]]
    assert (ground["kind"], ground["id"], ground["evidence_id"]) == ("verdict", verdict, photo)
    assert ground["verdict"]["reason"] == "unclear"
    assert ground["thumb_url"] == f"/api/evidence/{photo}/renditions/320"
    assert ground["project"]["name"] == "滨江三号地块"
    change = sheet["changes"][-1]
    assert (change["from"], change["to"]) == ("100.00", "99.00")
    assert (change["cause_kind"], change["cause_id"]) == ("occurrence", proposed["id"])
    assert sheet["provisional"]
    assert "occurrence_open" in sheet["provisional_because"]


def test_the_insurer_sees_the_verdict_once_it_is_told_what_rests_on_it(
    sign_in, proposed, put, rejected_photo
):
    _, photo, verdict = rejected_photo
    insurer = sign_in("sun")
    put("bao", proposed, "verification")
    before = insurer.get(f"/api/evidence/{photo}").json["verdicts"]

    put("bao", proposed, "notice")
    after = insurer.get(f"/api/evidence/{photo}").json["verdicts"]

    assert verdict not in [one["id"] for one in before]
    assert [one["reason"] for one in after if one["id"] == verdict] == ["unclear"]


def test_a_proposal_alone_moves_nothing_and_is_not_told(sign_in, sheet_of_antai, proposed):
    assert total(sheet_of_antai) == "100.00"
    assert sign_in("sun").get("/api/occurrences").json["items"] == []
    assert sign_in("sun").get(f"/api/occurrences/{proposed['id']}").status_code == 404


def test_the_proposer_cannot_verify(proposed, put):
    assert "verification" not in proposed["next"]

    reply = put("she", proposed, "verification")

    assert (reply.status_code, reply.json["problem"]) == (403, "OwnProposal")


def test_the_whole_life_with_an_appeal_dismissed(sheet_of_antai, proposed, put, sign_in):
    put("bao", proposed, "verification")
    notified = put("bao", proposed, "notice").json
    assert notified["appeal_due_at"]
    assert notified["next"] == ["withdrawal"]  # the insurer may still appeal: nothing is final yet

    appealed = put("sun", proposed, "appeal", words="照片原件清晰")
    during = total(sheet_of_antai)
    put("bao", proposed, "appeal-decision", outcome="dismissed", words="原件亦不清晰")
    after = total(sheet_of_antai)
    final = put("bao", proposed, "finality").json

    assert appealed.status_code == 200
    assert (during, after) == ("100.00", "99.00")
    assert final["state"] == "final"
    assert final["next"] == []
    assert [s["step"] for s in final["steps"]] == [
        "proposed",
        "verified",
        "notified",
        "appealed",
        "decided",
        "final",
    ]
    assert total(sheet_of_antai, "final") == "99.00"


def test_an_upheld_appeal_can_only_end_in_withdrawal(sheet_of_antai, proposed, put):
    for resource in ("verification", "notice"):
        put("bao", proposed, resource)
    put("sun", proposed, "appeal")
    put("bao", proposed, "appeal-decision", outcome="upheld")

    assert put("bao", proposed, "finality").json["problem"] == "IllegalStep"
    assert put("bao", proposed, "withdrawal").json["state"] == "dropped"
    assert total(sheet_of_antai) == "100.00"


def test_its_photo_is_not_deleted_before_it_is_decided(proposed, put, sign_in, rejected_photo):
    address = f"/api/evidence/{rejected_photo[1]}/redaction"
    asked = {"reason": "person_asked", "words": "本人申请"}

    def delete() -> tuple[int, str | None]:
        reply = sign_in("she").put(address, json=asked)
        return reply.status_code, reply.json.get("problem")

    waiting = [delete()]
    for who, resource in (("bao", "verification"), ("bao", "notice"), ("sun", "appeal")):
        put(who, proposed, resource)
        waiting.append(delete())
    put("bao", proposed, "appeal-decision", outcome="upheld")
    waiting.append(delete())
    put("bao", proposed, "withdrawal")

    assert set(waiting) == {(409, "UnderDispute")}
    assert delete() == (200, None)


def test_an_order_of_a_court_does_not_wait(proposed, sign_in, rejected_photo):
    ordered = {"reason": "ordered", "words": "某法院 2026-11 号决定"}

    reply = sign_in("she").put(f"/api/evidence/{rejected_photo[1]}/redaction", json=ordered)

    assert reply.status_code == 200, reply.json


def test_steps_are_not_skipped(proposed, put):
    for resource, changes in (
        ("notice", {}),
        ("finality", {}),
        ("appeal-decision", {"outcome": "upheld"}),
    ):
        reply = put("bao", proposed, resource, **changes)
        assert (reply.status_code, reply.json["problem"]) == (409, "IllegalStep")
    put("bao", proposed, "verification")
    assert put("sun", proposed, "appeal").json["problem"] == "IllegalStep"


def test_it_is_final_only_after_the_insurers_time(proposed, put):
    for resource in ("verification", "notice"):
        put("bao", proposed, resource)
    early = put("bao", proposed, "finality")
    let_time_pass(proposed)

    late = put("sun", proposed, "appeal")
    final = put("bao", proposed, "finality")

    assert early.json["problem"] == "StillAppealable"
    assert late.json["problem"] == "AppealLate"
    assert final.json["state"] == "final"


def test_a_zero_item_counts_only_by_the_final_decision(
    propose, put, rejected_photo, sheet_of_antai
):
    case_id, _, verdict = rejected_photo
    fraud = propose("she", "survey_fraud", [("verdict", verdict)], case_id=case_id).json

    for resource in ("verification", "notice"):
        put("bao", fraud, resource)
    verified = total(sheet_of_antai)
    let_time_pass(fraud)
    put("bao", fraud, "finality", words="经书面决定认定")

    assert (verified, total(sheet_of_antai)) == ("100.00", "80.00")


def test_nothing_is_proposed_without_a_ground(propose, rejected_photo):
    reply = propose("she", CLAUSE, [], case_id=rejected_photo[0])

    assert (reply.status_code, reply.json["problem"]) == (422, "NoGround")


def test_a_ground_must_be_of_the_case_and_judged_by_this_agency(propose, rejected_photo, past):
    case_id, photo, _ = rejected_photo
    other = past.photo(past.case(number="工伤-2026-0118"), None, kind="case")
    theirs = past.verdict(other, "she", "rejected")

    reply = propose("she", CLAUSE, [("verdict", theirs), ("evidence", photo)], case_id=case_id)

    assert (reply.status_code, reply.json["problem"]) == (422, "NotAGround")
    assert [e["where"] for e in reply.json["errors"]] == ["/grounds/0", "/grounds/1"]


def test_what_was_caught_before_the_hand_over_is_nothing(propose, past, satisfied):
    open_case = past.case(handed_over=False)
    photo = past.photo(open_case, None, kind="case")
    verdict = past.verdict(photo, "sun", "rejected")
    handed = past.case(number="工伤-2026-0118")
    cured = past.photo(handed, None, kind="case")
    early = past.verdict(cured, "sun", "rejected", at=now() - timedelta(days=19))

    unready = propose("she", CLAUSE, [("verdict", verdict)], case_id=open_case)
    before = propose("she", CLAUSE, [("verdict", early)], case_id=handed)

    assert (unready.status_code, unready.json["problem"]) == (409, "CaseNotHandedOver")
    assert (before.status_code, before.json["problem"]) == (422, "NotAGround")


def test_a_case_is_held_against_the_insurer_once(propose, put, proposed, rejected_photo):
    case_id, _, verdict = rejected_photo
    again = propose("she", CLAUSE, [("verdict", verdict)], case_id=case_id)
    put("bao", proposed, "withdrawal")
    anew = propose("bao", CLAUSE, [("verdict", verdict)], case_id=case_id)

    assert (again.status_code, again.json["problem"]) == (409, "OnceACase")
    assert anew.status_code == 201


def test_it_needs_its_case(propose, rejected_photo):
    reply = propose("she", CLAUSE, [("verdict", rejected_photo[2])])

    assert reply.json["problem"] == "CaseNeeded"


def test_a_changed_verdict_takes_the_ground_away(
    sheet_of_antai, proposed, put, rejected_photo, past
):
    put("bao", proposed, "verification")
    past.verdict(rejected_photo[1], "she", "accepted")

    sheet = sheet_of_antai("she", INJURY)

    assert sheet["sheet"]["total"] == "100.00"
    assert sheet["grounds"][proposed["id"]][0]["stands"] is False
    assert sheet["changes"][-1]["cause_kind"] == "verdict"
    assert (sheet["changes"][-1]["from"], sheet["changes"][-1]["to"]) == ("99.00", "100.00")


def test_the_insurer_cannot_undo_a_decision_by_judging_anew(
    sheet_of_antai, propose, put, rejected_photo, past
):
    case_id, photo, _ = rejected_photo
    own = past.verdict(photo, "sun", "rejected")
    occurrence = propose("she", CLAUSE, [("verdict", own)], case_id=case_id).json
    put("bao", occurrence, "verification")

    past.verdict(photo, "sun", "accepted")

    assert total(sheet_of_antai) == "99.00"


def test_one_case_is_not_counted_twice_over(propose, rejected_photo):
    case_id, _, verdict = rejected_photo

    reply = propose("she", CLAUSE, [("verdict", verdict)], case_id=case_id, count=2)

    assert (reply.status_code, reply.json["problem"]) == (422, "CountedOnce")


def test_a_case_of_any_clause_counts_once(propose, rejected_photo):
    case_id, _, verdict = rejected_photo
    grounds = [("verdict", verdict)]

    reply = propose("she", "survey_untrue_complaint", grounds, case_id=case_id, count=5)

    assert (reply.status_code, reply.json["problem"]) == (422, "CountedOnce")


def test_the_same_fact_is_not_counted_twice_and_something_new_is(propose, put, sign_in, town):
    antai = town.organisation["antai"]

    def undone(words):
        body = {"scheme": INJURY, "insurer_id": antai, "period": YEAR, "words": words}
        return sign_in("she").post("/api/absences", json=body).json["id"]

    first, other = undone("甲单位未宣传"), undone("乙单位未宣传")
    one = propose("she", "publicity_not_done", [("fact", first)])
    again = propose("bao", "publicity_not_done", [("fact", first)])
    more = propose("bao", "publicity_not_done", [("fact", first), ("fact", other)])
    put("bao", one.json, "withdrawal")
    put("bao", more.json, "withdrawal")
    anew = propose("bao", "publicity_not_done", [("fact", first)])

    assert (one.status_code, more.status_code, anew.status_code) == (201, 201, 201)
    assert (again.status_code, again.json["problem"]) == (409, "CountedAlready")
    assert again.json["occurrence_id"] == one.json["id"]


@pytest.mark.parametrize("years", [-1, 1])
def test_a_case_counts_in_no_year_before_its_report_and_in_no_year_to_come(
    propose, rejected_photo, years
):
    case_id, _, verdict = rejected_photo
    period = str(int(YEAR) + years)

    reply = propose("she", CLAUSE, [("verdict", verdict)], case_id=case_id, period=period)

    assert (reply.status_code, reply.json["problem"]) == (422, "WrongYear")


def test_what_lost_its_ground_goes_no_further(proposed, put, rejected_photo, past, sign_in):
    photo = rejected_photo[1]
    past.verdict(photo, "she", "accepted")
    unverified = put("bao", proposed, "verification")
    past.verdict(photo, "she", "rejected", at=now() + timedelta(seconds=1))
    for resource in ("verification", "notice"):
        assert put("bao", proposed, resource).status_code == 200
    let_time_pass(proposed)
    past.verdict(photo, "she", "accepted", at=now() + timedelta(seconds=2))

    final = put("bao", proposed, "finality")

    for reply in (unverified, final):
        assert (reply.status_code, reply.json["problem"]) == (409, "GroundsFell")
    shown = sign_in("bao").get(f"/api/occurrences/{proposed['id']}").json
    assert shown["next"] == ["withdrawal"]


def test_nobody_hears_the_appeal_against_what_they_proposed(proposed, put, sign_in):
    for resource in ("verification", "notice"):
        put("bao", proposed, resource)
    put("sun", proposed, "appeal")
    she, bao = (
        {each["what"]: each["count"] for each in sign_in(who).get("/api/home").json["waiting"]}
        for who in ("she", "bao")
    )

    reply = put("she", proposed, "appeal-decision", outcome="dismissed")

    assert (reply.status_code, reply.json["problem"]) == (403, "OwnProposal")
    assert sign_in("she").get(f"/api/occurrences/{proposed['id']}").json["next"] == []
    assert (she["occurrences_to_decide"], bao["occurrences_to_decide"]) == (0, 1)


def test_grounds_are_offered(sign_in, town, rejected_photo, past):
    case_id, photo, verdict = rejected_photo
    admitted = past.photo(case_id, None, kind="case")
    past.verdict(admitted, "she")
    antai = town.organisation["antai"]
    url = f"/api/grounds?scheme={INJURY}&insurer_id={antai}&period={YEAR}&case_id={case_id}"

    items = sign_in("she").get(url).json["items"]

    offered = {(ground["kind"], ground["id"]) for ground in items}
    assert ("verdict", verdict) in offered
    assert ("evidence", admitted) in offered
    assert ("evidence", photo) not in offered


def test_what_the_insurer_accepted_itself_is_offered_last_and_in_words(
    sign_in, town, rejected_photo, past
):
    case_id, _, rejection = rejected_photo
    admitted = past.photo(case_id, None, kind="case")
    past.verdict(admitted, "she")
    paper = past.photo(past.visit({}, kind="accident_survey"), None)
    with transaction():
        evidence = db.session.get_one(Evidence, paper)
        evidence.shot, evidence.scheme = "doc", INJURY
    own = past.verdict(paper, "sun")
    url = f"/api/grounds?scheme={INJURY}&insurer_id={town.organisation['antai']}&period={YEAR}"

    items = sign_in("she").get(url).json["items"]

    assert [ground["id"] for ground in items] == [rejection, admitted, own]
    assert items[-1]["label"].endswith("滨江三号地块 · 文件")


@pytest.mark.parametrize("outsider", ["liu", "shi"])
def test_the_construction_authorities_cannot_find_injury_scores(sign_in, town, outsider, proposed):
    caller = sign_in(outsider)

    url = f"/api/sheets/{INJURY}/{town.organisation['antai']}/{YEAR}"
    assert caller.get(url).status_code == 404
    assert caller.get(f"/api/occurrences/{proposed['id']}").status_code == 404
    assert caller.get(f"/api/sheets?scheme={INJURY}&period={YEAR}").json["items"] == []


@pytest.mark.parametrize("outsider", ["hu", "rui"])
def test_other_insurers_find_nothing_pool_or_not(sign_in, town, outsider, proposed, put):
    put("bao", proposed, "verification")
    caller = sign_in(outsider)

    for scheme in (INJURY, LIABILITY):
        url = f"/api/sheets/{scheme}/{town.organisation['antai']}/{YEAR}"
        assert caller.get(url).status_code == 404
    assert caller.get(f"/api/occurrences/{proposed['id']}").status_code == 404


def test_a_construction_authority_cannot_propose_an_injury_clause(propose, rejected_photo):
    reply = propose("liu", CLAUSE, [("verdict", rejected_photo[2])], scheme=INJURY)

    assert reply.status_code == 404


def test_the_list_shows_each_total(sign_in, town, satisfied):
    [row] = sign_in("she").get(f"/api/sheets?scheme={INJURY}&period={YEAR}").json["items"]

    assert row["insurer"]["id"] == town.organisation["antai"]
    assert (row["total"], row["complete"]) == ("100.00", True)


@pytest.mark.parametrize("handed_over", [True, False])
def test_a_case_grounds_nothing_before_it_was_handed_over(sign_in, past, town, handed_over):
    photo = past.photo(past.case(handed_over=handed_over), kind="case")
    past.verdict(photo, "sun", "rejected")

    asked = f"scheme={INJURY}&insurer_id={town.organisation['antai']}&period={YEAR}"
    items = sign_in("she").get(f"/api/grounds?{asked}").json["items"]

    assert [item["evidence_id"] for item in items] == ([photo] if handed_over else [])
