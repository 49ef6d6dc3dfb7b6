"""A paper as PDF: kept, never opened, judged by whoever has read the original."""

import pytest

PAPER = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
ACCEPTED = {"outcome": "accepted", "seen_ms": 9000}


@pytest.fixture
def paper(file_photo, make_visit):
    """(visit id, evidence id) of a PDF that was taken in."""
    visit_id = make_visit("zhou")
    return visit_id, file_photo(visit_id, data=PAPER, media_type="application/pdf", shot="doc")


def test_a_paper_waits_on_the_desk_and_is_judged_by_itself(sign_in, paper):
    visit_id, photo = paper
    sun = sign_in("sun")

    [waiting] = sun.get("/api/desk").json["items"]
    [shown] = sun.get(f"/api/desk/visits/{visit_id}").json["photos"]

    assert (waiting["visit_id"], waiting["waiting"]) == (visit_id, 1)
    assert (shown["id"], shown["singly"]) == (photo, ["no_copy"])
    assert (shown["bytes"]["intake"], shown["bytes"]["reason"]) == ("accepted", "not_shown")
    assert (shown["bytes"]["media_type"], shown["original_read"]) == ("application/pdf", False)


def test_a_paper_is_accepted_once_its_judge_has_had_the_original(sign_in, paper, follow):
    _, photo = paper
    sun, address = sign_in("sun"), f"/api/evidence/{photo}"

    unread = sun.post(f"{address}/verdicts", json=ACCEPTED)
    data, headers = follow(sun.get(f"{address}/original"))
    accepted = sun.post(f"{address}/verdicts", json=ACCEPTED)

    assert (unread.status_code, unread.json["problem"]) == (409, "OriginalNotRead")
    assert data == PAPER
    assert headers["Content-Disposition"].startswith("attachment")
    assert accepted.status_code == 201
    assert sun.get(address).json["original_read"] is True
    assert sun.get("/api/desk").json["items"] == []
    # That one judge has read it says nothing of another.
    other = sign_in("liu").post(f"{address}/verdicts", json=ACCEPTED)
    assert (other.status_code, other.json["problem"]) == (409, "OriginalNotRead")


def test_a_paper_is_rejected_without_being_downloaded(sign_in, paper):
    rejected = {"outcome": "rejected", "reason": "wrong_object", "follow_up": "re_shoot"}

    assert (
        sign_in("sun").post(f"/api/evidence/{paper[1]}/verdicts", json=rejected).status_code == 201
    )
