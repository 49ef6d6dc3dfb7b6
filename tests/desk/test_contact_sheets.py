"""The contact sheet: unremarkable photos of a visit, accepted together once each was displayed."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import timedelta
from threading import Barrier

import pytest

from fieldapp.accounts.models import Appointment
from fieldapp.clock import at, now
from fieldapp.db import db, transaction
from fieldapp.evidence.models import Flag


@pytest.fixture
def visit(lay, make_visit):
    """A visit of zhou's with twelve photos, none of which says anything by itself; its id."""
    visit_id = make_visit("zhou")
    for n in range(12):
        lay(visit_id, position=n)
    return visit_id


@pytest.fixture
def sun(sign_in):
    return sign_in("sun")


@pytest.fixture
def opened(sun, visit):
    """The sheet, opened half a minute ago."""
    with at(now() - timedelta(seconds=30)):
        return sun.post(f"/api/desk/visits/{visit}/sheets").json


def ids(sheet) -> list[str]:
    return [photo["id"] for photo in sheet["photos"]]


def look(caller, sheet, photos, dwell_ms=1200):
    told = [{"evidence_id": one, "dwell_ms": dwell_ms} for one in photos]
    return caller.post(f"/api/desk/sheets/{sheet['id']}/displays", json={"photos": told})


def accept(caller, sheet, photos):
    return caller.put(f"/api/desk/sheets/{sheet['id']}/acceptance", json={"photos": photos})


def photos_of(caller, visit):
    return {p["id"]: p for p in caller.get(f"/api/desk/visits/{visit}").json["photos"]}


def test_the_sheet_holds_what_is_unremarkable_but_for_the_sample(sun, visit, opened):
    seen = photos_of(sun, visit)

    assert [one for one, photo in seen.items() if not photo["singly"]] == ids(opened)
    assert [photo["singly"] for photo in seen.values()].count(["sampled"]) == 2
    assert len(opened["photos"]) == 10


def test_photos_that_were_displayed_are_accepted_together(sun, visit, opened):
    told = look(sun, opened, ids(opened), dwell_ms=1300).json
    reply = accept(sun, opened, ids(opened))

    assert reply.status_code == 200
    assert [photo["displayed_ms"] for photo in told["photos"]] == [1300] * 10
    assert [v["evidence_id"] for v in reply.json["verdicts"]] == ids(opened)
    given = [photos_of(sun, visit)[one]["verdict"] for one in ids(opened)]
    assert {(v["outcome"], v["how"], v["seen_ms"]) for v in given} == {("accepted", "sheet", 1300)}
    assert sun.get("/api/desk").json["items"][0]["waiting"] == 2


def test_what_a_page_tells_twice_at_once_is_kept(app, sign_in, opened):
    """On its way and again with the acceptance: neither is refused, or the supervisor's key would do nothing."""
    callers, ready = [sign_in("sun") for _ in range(4)], Barrier(4)

    def tell(caller):
        with app.app_context():
            ready.wait()
            return look(caller, opened, ids(opened)).status_code

    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(Context().run, tell, caller) for caller in callers]

    assert [future.result() for future in sent] == [200] * 4
    assert accept(callers[0], opened, ids(opened)).status_code == 200


def test_the_same_acceptance_again_is_the_same_verdicts(sun, opened):
    look(sun, opened, ids(opened))

    first, again = accept(sun, opened, ids(opened)), accept(sun, opened, ids(opened))

    assert again.status_code == 200
    assert first.json == again.json


def test_one_photo_that_was_not_displayed_stops_them_all_and_is_named(sun, visit, opened):
    unseen = ids(opened)[3]
    look(sun, opened, [one for one in ids(opened) if one != unseen])

    reply = accept(sun, opened, ids(opened))

    assert (reply.status_code, reply.json["problem"]) == (409, "NotDisplayed")
    assert [(e["where"], e["detail"]) for e in reply.json["errors"]] == [("/photos/3", unseen)]
    assert not any(photo["verdict"] for photo in photos_of(sun, visit).values())


def test_a_glance_is_no_display_and_time_adds_up_until_it_is(sun, opened):
    one = ids(opened)[0]
    look(sun, opened, [one], dwell_ms=200)
    assert accept(sun, opened, [one]).json["problem"] == "NotDisplayed"

    look(sun, opened, [one], dwell_ms=700)
    look(sun, opened, [one], dwell_ms=300)  # an earlier word that arrives late

    assert accept(sun, opened, [one]).json["verdicts"][0]["seen_ms"] == 700


def test_nobody_has_looked_for_longer_than_the_sheet_was_open(sun, opened):
    reply = look(sun, opened, ids(opened)[:1], dwell_ms=120_000)

    assert (reply.status_code, reply.json["problem"]) == (422, "DwellImpossible")


def test_what_must_be_judged_singly_is_refused_on_a_sheet_even_when_displayed(sun, visit, opened):
    sampled = next(one for one, p in photos_of(sun, visit).items() if p["singly"] == ["sampled"])
    look(sun, opened, [sampled, *ids(opened)])

    reply = accept(sun, opened, [*ids(opened), sampled])

    assert (reply.status_code, reply.json["problem"]) == (409, "NotOnSheet")
    assert [e["detail"] for e in reply.json["errors"]] == [sampled]


def test_a_flag_that_came_meanwhile_takes_its_photo_off_the_sheet(sun, opened):
    late = ids(opened)[0]
    look(sun, opened, ids(opened))
    with transaction():
        db.session.add(
            Flag(evidence_id=late, code="dark", severity="low", numbers={"brightness": 8})
        )

    assert [e["detail"] for e in accept(sun, opened, ids(opened)).json["errors"]] == [late]


def test_a_photo_taken_out_is_judged_by_itself_and_stays_so(sun, visit, opened):
    out, rest = ids(opened)[0], ids(opened)[1:]
    look(sun, opened, ids(opened))
    rejected = {"outcome": "rejected", "reason": "unclear", "follow_up": "none", "seen_ms": 5000}
    sun.post(f"/api/evidence/{out}/verdicts", json=rejected)

    assert accept(sun, opened, [out, *rest]).json["problem"] == "NotOnSheet"
    assert accept(sun, opened, rest).status_code == 200
    seen = photos_of(sun, visit)
    assert (seen[out]["verdict"]["outcome"], seen[out]["verdict"]["how"]) == ("rejected", "single")


def test_a_photo_of_another_visit_is_not_on_this_sheet(sun, opened, lay, make_visit):
    other = lay(make_visit())

    assert look(sun, opened, [other]).json["problem"] == "NotOnSheet"
    assert accept(sun, opened, [other]).json["problem"] == "NotOnSheet"


def test_nobody_accepts_his_own_captures_on_a_sheet(sign_in, town, lay, make_visit):
    visit_id = make_visit("wang")
    own = [lay(visit_id) for _ in range(3)]
    with transaction():  # wang takes photos and judges others'
        db.session.add(Appointment(person_id=town.person["wang"], role="supervisor"))
    wang = sign_in("wang")
    sheet = wang.post(f"/api/desk/visits/{visit_id}/sheets").json
    look(wang, sheet, own, dwell_ms=900)

    reply = accept(wang, sheet, own[:1])

    assert sheet["photos"] == []
    assert (reply.status_code, reply.json["problem"]) == (403, "OwnCapture")


def test_a_sheet_is_its_openers_alone_and_no_authoritys(sign_in, visit, opened):
    assert sign_in("hu").post(f"/api/desk/visits/{visit}/sheets").status_code == 404
    assert sign_in("liu").post(f"/api/desk/visits/{visit}/sheets").status_code == 403
    assert accept(sign_in("hu"), opened, ids(opened)).status_code == 404
    assert look(sign_in("liu"), opened, ids(opened)).status_code == 403


def test_a_visit_of_findings_has_an_empty_sheet(sun, lay, make_visit):
    visit_id = make_visit("zhou", kind="re_inspection")
    photo = lay(visit_id)

    assert sun.post(f"/api/desk/visits/{visit_id}/sheets").json["photos"] == []
    assert photos_of(sun, visit_id)[photo]["singly"] == ["re_inspection"]


def test_verdicts_of_a_sheet_stand_in_the_ledger_each(sun, opened):
    look(sun, opened, ids(opened)[:2])
    accept(sun, opened, ids(opened)[:2])

    custody = sun.get(f"/api/evidence/{ids(opened)[0]}").json["custody"]
    assert [entry["act"] for entry in custody if entry["table"] == "verdict"] == ["insert"]
