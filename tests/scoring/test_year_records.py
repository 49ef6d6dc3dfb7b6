"""What an authority puts on record for a year's score: absences, figures, answers and forms it took in."""

import pytest

from tests.fixtures.score_facts import POLICYHOLDER
from tests.fixtures.town import INJURY, LIABILITY
from tests.scoring.conftest import YEAR

COUNTS = {
    "fatal_general_accidents": 0,
    "accidents_caused_by_missed_or_unfollowed_hazard": 0,
    "valid_complaints": 0,
    "lead_projects": 1,
}
NO_DEATHS = {"construction_authority": 0, "emergency_authority": 0}


@pytest.fixture
def antai(town):
    return town.organisation["antai"]


@pytest.fixture
def figures(sign_in, antai):
    """`figures("shi", valid_complaints=3)`: the year's counts, all known and good but for the changes."""

    def in_force():
        told = sign_in("shi").get(f"/api/year-records/{LIABILITY}/{antai}/{YEAR}").json["figures"]
        return told[0]["id"] if told else None

    def record(who="shi", deaths=NO_DEATHS, accidents=(), **changes):
        replaces = changes.pop("replaces") if "replaces" in changes else in_force()
        counts = {name: n for name, n in (COUNTS | changes).items() if n is not None}
        body = {"insurer_id": antai, "period": YEAR, "deaths_found": deaths, "counts": counts}
        body["replaces"] = replaces
        return sign_in(who).post("/api/year-figures", json=body | {"accidents": list(accidents)})

    return record


@pytest.fixture
def answer(sign_in, antai):
    def take_in(voucher, satisfied=True, who="she"):
        body = {
            "insurer_id": antai,
            "period": YEAR,
            "voucher": voucher,
            "respondent_kind": "insured_person",
            "channel": "phone",
            "satisfied": satisfied,
        }
        return sign_in(who).post("/api/satisfaction-answers", json=body)

    return take_in


@pytest.fixture
def paper(sign_in, town, antai):
    """`paper(claims_service="good")`: the builder's 附件2, all excellent but for the changes."""

    def take_in(who="shi", holder="builder", words="纸质意见表 2026-001", **changes):
        grades = dict.fromkeys(POLICYHOLDER, "excellent") | changes
        body = {"insurer_id": antai, "period": YEAR, "grades": grades, "words": words}
        holder_id = town.organisation[holder]
        return sign_in(who).put(f"/api/policyholder-forms/{holder_id}", json=body)

    return take_in


@pytest.fixture
def on_record(sign_in, antai):
    def read(who, scheme=LIABILITY):
        reply = sign_in(who).get(f"/api/year-records/{scheme}/{antai}/{YEAR}")
        assert reply.status_code == 200, reply.json
        return reply.json

    return read


def absence(antai, scheme=LIABILITY, **changes):
    words = "3 月未开展月度检查，亦无说明。"
    return {"scheme": scheme, "insurer_id": antai, "period": YEAR, "words": words} | changes


# -- what was left undone -------------------------------------------------------------------------


def test_an_absence_on_record_carries_a_grade_below_excellent(
    sign_in, town, antai, appraised, grade
):
    body = absence(antai, project_id=town.project["binjiang"])

    fact = sign_in("liu").post("/api/absences", json=body)
    graded = grade(
        "liu", appraised["county1"], "technical_service", "good", [("fact", fact.json["id"])]
    )

    assert fact.status_code == 201, fact.json
    assert fact.json["project"]["name"] == "滨江三号地块"
    assert graded.status_code == 200, graded.json


def test_nobody_sent_to_an_accident_can_be_held_against_the_insurer(sign_in, antai, propose):
    body = absence(antai, INJURY, words="5 月 3 日报告的事故无人到场。")

    fact = sign_in("she").post("/api/absences", json=body)
    proposed = propose("she", "survey_not_dispatched", [("fact", fact.json["id"])])

    assert proposed.status_code == 201, proposed.json


def test_an_absence_is_of_a_project_that_the_insurer_answers_for(sign_in, town, antai):
    body = absence(antai, project_id=town.project["yunqi"])

    assert sign_in("shi").post("/api/absences", json=body).json["problem"] == "NotOfTheProject"
    assert sign_in("liu").post("/api/absences", json=body).status_code == 404


def test_an_absence_without_words_is_none(sign_in, antai):
    reply = sign_in("liu").post("/api/absences", json=absence(antai, words="  "))

    assert reply.status_code == 422


def test_an_absence_sent_twice_is_one(sign_in, antai, on_record):
    liu, chen = sign_in("liu"), sign_in("chen")

    first, again = (
        who.post("/api/absences", json=absence(antai)).json["id"] for who in (liu, chen)
    )
    other = liu.post("/api/absences", json=absence(antai, words="4 月未开展")).json["id"]

    assert first == again
    assert {one["id"] for one in on_record("liu")["absences"]} == {first, other}


def test_an_absence_that_was_taken_back_and_is_true_after_all_is_on_record_anew(
    sign_in, antai, on_record
):
    first = sign_in("liu").post("/api/absences", json=absence(antai)).json["id"]
    where = f"/api/recorded-facts/{first}/withdrawal"
    sign_in("chen").put(where, json={"words": "当月有补检记录"})

    again = sign_in("liu").post("/api/absences", json=absence(antai)).json

    assert (again["id"] != first, again["withdrawal"]) == (True, None)
    standing = [one["id"] for one in on_record("liu")["absences"] if not one["withdrawal"]]
    assert standing == [again["id"]]


def test_the_city_reads_what_its_counties_put_on_record(sign_in, antai, on_record):
    fact = sign_in("liu").post("/api/absences", json=absence(antai)).json["id"]

    assert [one["id"] for one in on_record("shi")["absences"]] == [fact]


def test_the_insurer_reads_what_is_on_record_against_it_and_who_put_it_there(
    sign_in, antai, on_record
):
    sign_in("liu").post("/api/absences", json=absence(antai))

    told = on_record("sun")

    assert told["may"] == ["absence_answer"]
    [one] = told["absences"]
    assert (one["words"], one["recorded_by"]["name"]) == ("3 月未开展月度检查，亦无说明。", "liu某")
    assert one["answer"] is None
    stranger = sign_in("hu").get(f"/api/year-records/{LIABILITY}/{antai}/{YEAR}")
    assert stranger.status_code == 404


def test_the_insurer_contests_an_absence_once_and_whoever_decides_reads_it(
    sign_in, antai, on_record
):
    fact = sign_in("liu").post("/api/absences", json=absence(antai)).json
    sun, said = sign_in("sun"), {"stance": "contested", "words": "当月停工，已报备。"}
    where = f"/api/absences/{fact['id']}/answer"

    silent = sun.put(where, json={"stance": "contested", "words": None})
    answered = sun.put(where, json=said)
    again = sun.put(where, json={"stance": "accepted", "words": None})

    assert (silent.status_code, silent.json["problem"]) == (422, "WordsNeeded")
    assert (answered.status_code, answered.json["answer"]["words"]) == (200, said["words"])
    assert (again.status_code, again.json["problem"]) == (409, "AlreadyAnswered")
    assert on_record("liu")["absences"][0]["answer"]["stance"] == "contested"
    grounds = f"/api/grounds?scheme={LIABILITY}&insurer_id={antai}&period={YEAR}"
    assert sign_in("liu").get(grounds).json["items"][0]["answer"]["words"] == said["words"]


def test_the_insurer_is_not_told_what_each_person_answered(answer, on_record):
    answer("电话 001")

    assert on_record("sun", INJURY)["answers"] == []
    assert len(on_record("she", INJURY)["answers"]) == 1


# -- figures --------------------------------------------------------------------------------------


def test_the_computed_items_come_from_the_figures_that_the_city_recorded(
    figures, sheet_of_antai, appraised
):
    reply = figures(valid_complaints=1, lead_projects=10)

    assert reply.status_code == 201, reply.json
    facts = sheet_of_antai("shi", LIABILITY)["facts"]["facts"]
    assert (facts["deaths"], facts["valid_complaints"], facts["lead_projects"]) == (0, 1, 10)


def test_of_two_counts_of_the_dead_the_higher_one_counts_and_both_are_shown(
    figures, sheet_of_antai, on_record
):
    figures(deaths={"construction_authority": 1, "emergency_authority": 2})

    assert sheet_of_antai("shi", LIABILITY)["facts"]["facts"]["deaths"] == 2
    [shown] = on_record("shi")["figures"]
    assert shown["deaths_found"] == {"construction_authority": 1, "emergency_authority": 2}


def test_a_figure_that_nobody_knows_stays_missing(figures, sheet_of_antai, appraised):
    figures(deaths={}, valid_complaints=None)

    missing = {note["id"] for note in sheet_of_antai("shi", LIABILITY)["sheet"]["missing"]}
    assert {"deaths", "valid_complaints"} <= missing


def test_a_larger_accident_for_which_it_answers_fails_the_year(figures, sheet_of_antai):
    figures(accidents=[{"deaths": 3, "responsibility": True}])

    sheet = sheet_of_antai("shi", LIABILITY)["sheet"]
    assert [veto["where"] for veto in sheet["vetoes"]] == ["/accidents/0"]
    assert sheet["grade"] == "unqualified"


def test_later_figures_take_the_place_of_earlier_ones_which_stay_on_record(figures, on_record):
    figures(valid_complaints=3)
    figures(valid_complaints=2)

    assert [one["figures"]["valid_complaints"] for one in on_record("shi")["figures"]] == [2, 3]


@pytest.mark.parametrize("wrong", [{"valid_complaints": -1}, {"valid_complaints": 1.5}])
def test_a_count_is_a_whole_number(figures, wrong):
    assert figures(**wrong).status_code == 422


def test_a_page_opened_before_a_colleagues_accident_does_not_undo_it(figures, on_record):
    seen = figures().json["id"]
    figures(accidents=[{"deaths": 3, "responsibility": True}])

    late = figures(replaces=seen, valid_complaints=1)
    blind = figures(replaces=None)

    for reply in (late, blind):
        assert (reply.status_code, reply.json["problem"]) == (412, "Stale")
    assert on_record("shi")["figures"][0]["accidents"][0]["deaths"] == 3


def test_a_county_does_not_record_the_citys_figures(figures):
    reply = figures("liu")

    assert (reply.status_code, reply.json["problem"]) == (403, "TheCitysToRecord")


# -- policyholders' forms -------------------------------------------------------------------------


def test_a_policyholders_paper_makes_its_part_of_the_score(paper, sheet_of_antai, appraised):
    reply = paper(claims_service="good", words="重录：原录入有误")

    assert reply.status_code == 200, reply.json
    assert sheet_of_antai("shi", LIABILITY)["sheet"]["parts"]["policyholder"] == "95.00"


def test_a_paper_read_again_corrects_what_was_misread(paper, sheet_of_antai, on_record):
    paper(claims_service="unqualified")
    paper(claims_service="excellent", words="首次录入看错一栏")

    assert sheet_of_antai("shi", LIABILITY)["sheet"]["parts"]["policyholder"] == "100.00"
    [holder] = [one for one in on_record("shi")["policyholders"] if one["form_id"]]
    assert holder["answered_at"]


def test_a_form_with_fewer_than_three_answers_is_not_taken_in(paper):
    blank = dict.fromkeys(POLICYHOLDER[:3], "not_applicable")

    assert paper(**blank).json["problem"] == "FormIncomplete"
    assert paper(claims_service="splendid").json["problem"] == "FormIncomplete"


def test_only_those_whose_projects_it_brought_in_are_asked_about_an_insurer(paper):
    assert paper(holder="hengxin").json["problem"] == "NotItsPolicyholder"


# -- satisfaction ---------------------------------------------------------------------------------


def test_answers_taken_in_are_the_sample(answer, sheet_of_antai, on_record):
    answer("问卷-001")
    answer("问卷-002", satisfied=False)

    assert sheet_of_antai("she", INJURY)["facts"]["satisfaction"] == {"satisfied": 1, "valid": 2}
    assert on_record("she", INJURY)["sample"]["valid"] == 2


def test_the_same_questionnaire_counts_once(answer):
    first, again = answer("问卷-001"), answer("问卷-001", satisfied=False)

    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json["problem"] == "TakenInAlready"


def test_an_answer_taken_in_by_mistake_counts_no_more(answer, sign_in, sheet_of_antai, on_record):
    answer("问卷-001")
    wrong = answer("问卷-002", satisfied=False).json["id"]
    url = f"/api/satisfaction-answers/{wrong}/withdrawal"

    first = sign_in("bao").put(url, json={"words": "误录另一机构的问卷"})
    again = sign_in("bao").put(url, json={"words": "再来一次"})

    assert (first.status_code, again.status_code) == (200, 409)
    assert sheet_of_antai("she", INJURY)["facts"]["satisfaction"] == {"satisfied": 1, "valid": 1}
    [shown] = [one for one in on_record("she", INJURY)["answers"] if one["withdrawal"]]
    assert shown["withdrawal"]["words"] == "误录另一机构的问卷"


def test_grounds_are_leafed_through_to_the_last_and_none_stands_twice(
    sign_in, antai, rejected_photo
):
    she = sign_in("she")
    for words in ("3 月未到场", "4 月未到场"):
        she.post("/api/absences", json=absence(antai, INJURY, words=words))
    url = f"/api/grounds?scheme={INJURY}&insurer_id={antai}&period={YEAR}"
    whole = [(one["kind"], one["id"]) for one in she.get(url).json["items"]]

    leafed, after = [], ""
    while after is not None:
        told = she.get(f"{url}&limit=1{after and f'&after={after}'}").json
        leafed += [(one["kind"], one["id"]) for one in told["items"]]
        after = told["next"]

    assert [kind for kind, _ in whole] == ["fact", "fact", "verdict"]
    assert leafed == whole
    for wrong in ("9.", "x", "0.x", "-1."):
        assert she.get(f"{url}&after={wrong}").json["problem"] == "BadCursor"
