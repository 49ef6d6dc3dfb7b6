"""A phone's chain: what was taken back is told, and what is missing from it shows."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import event

from fieldapp import jobs
from fieldapp.accounts.models import Appointment, Device, DeviceRevocation, Person
from fieldapp.clock import at, iso, now
from fieldapp.db import db, new_id, transaction
from fieldapp.evidence.models import Evidence, Reading
from fieldapp.keys import canonical, sha256
from fieldapp.seals.models import SealLink
from fieldapp.seals.showing import phones_of
from tests.fixtures.application import Caller
from tests.fixtures.phone import bytes_of, photo, whole_check
from tests.fixtures.signers import Signer
from tests.fixtures.town import PASSWORD


class Chain:
    """The links that a phone forges, in the order in which it does."""

    def __init__(self, phone) -> None:
        self._phone, self._position, self._previous = phone, 0, None

    def link(self, kind, **said):
        """{"seal", "signature"} of the next one."""
        self._position += 1
        text = canonical(
            {
                "format": 2,
                "kind": kind,
                "position": self._position,
                "previous": self._previous,
                "device_id": self._phone.device_id,
                "at": iso(now()),
                **said,
            }
        ).decode()
        return self._signed(text)

    def odd_link(self, kind, /, **said):
        """The next one with what no honest phone says, and canonical JSON cannot carry."""
        return self._signed(json.dumps(json.loads(self.link(kind)["seal"]) | said))

    def _signed(self, text):
        self._previous = sha256(text.encode())
        return {"seal": text, "signature": self._phone.sign(text.encode())}

    def photo(self, visit_id, **changes):
        """The record's evidence with its seal as the next link."""
        taken = photo(now(), shot="why") | changes
        link = self.link(
            "capture",
            evidence_id=taken["id"],
            sha256=taken["sha256"],
            captured_at=taken["captured_at"],
            subject={"kind": "visit", "id": visit_id},
            position_state="ready",
        )
        return taken | {"seal": link["seal"], "seal_signature": link["signature"]}


@pytest.fixture
def check(zhou, give_task):
    """A whole check of format 2 by zhou, without a chain yet."""
    return whole_check(zhou.task(give_task("zhou"))) | {"format": 2, "chain": []}


@pytest.fixture
def chain(zhou):
    return Chain(zhou)


def begun(chain, check):
    task = {"task_id": check["task_id"], "nonce": check["nonce"]}
    subject = {"kind": "visit", "id": check["id"]}
    return [
        chain.link("task_downloaded", subject={"kind": "task", "id": check["task_id"]}, **task),
        chain.link("visit_started", subject=subject, **task),
    ]


def told(zhou, check):
    return zhou.caller.get(f"/api/visits/{check['id']}/seals").json


def codes(notices):
    return [notice["code"] for notice in notices]


def test_a_chain_that_holds_tells_nothing(zhou, check, chain):
    links = begun(chain, check)
    sealed = [chain.photo(check["id"]) for _ in range(3)]

    reply = zhou.send(check | {"chain": links, "evidence": check["evidence"] + sealed})

    assert reply.json["state"] == "accepted"
    assert told(zhou, check) == {"tombstones": [], "notices": []}


def test_what_was_taken_back_travels_with_the_record_and_is_told(zhou, check, chain):
    links = begun(chain, check)
    removed = chain.photo(check["id"])
    subject = {"kind": "visit", "id": check["id"]}
    links += [
        {"seal": removed["seal"], "signature": removed["seal_signature"]},
        chain.link(
            "photo_removed",
            subject=subject,
            evidence_id=removed["id"],
            sha256=removed["sha256"],
            at=iso(now() + timedelta(seconds=40)),
        ),
        chain.link(
            "answer_softened",
            subject=subject,
            question="fire.fire_lane@site",
            finding_id=new_id(),
            answered_at=iso(now() - timedelta(minutes=7)),
            **{"from": "fail", "to": "pass"},
        ),
    ]

    assert zhou.send(check | {"chain": links}).json["state"] == "accepted"

    photo_gone, softened = told(zhou, check)["tombstones"]
    assert (photo_gone["kind"], photo_gone["evidence_id"]) == ("photo_removed", removed["id"])
    assert "删除了一张照片" in photo_gone["sentence"]
    assert (softened["question"], softened["before"], softened["after"]) == (
        "fire.fire_lane@site",
        "fail",
        "pass",
    )
    assert "把“不合格”改为“合格”（7 分钟后）" in softened["sentence"]
    assert [photo_gone["valid"], softened["valid"]] == [True, True]


def test_a_link_that_never_came_leaves_a_gap_until_it_comes(zhou, check, chain):
    links = begun(chain, check)
    chain.photo(check["id"])  # its bytes and its seal are nowhere
    withheld = chain.link("photo_removed", subject={"kind": "visit", "id": check["id"]})
    last = chain.photo(check["id"])

    zhou.send(check | {"chain": links, "evidence": [*check["evidence"], last]})

    [gap] = told(zhou, check)["notices"]
    assert gap["code"] == "gap"
    assert "缺 2 个封签（第 3–4 号）" in gap["sentence"]
    zhou.caller.post("/api/seals", json={"seals": [withheld]})
    assert "第 3 号" in told(zhou, check)["notices"][0]["sentence"]


def test_a_statement_and_a_clock_put_right_accuse_nobody(zhou, check, chain):
    links = begun(chain, check)
    subject = {"kind": "visit", "id": check["id"]}
    fast = {"at": iso(now() + timedelta(hours=1)), "clock_offset_ms": -3600_000}
    links += [
        chain.link("answer_softened", subject=subject, **fast),
        chain.link("answer_softened", subject=subject, clock_offset_ms=0),
        chain.link(
            "capture",
            subject=subject,
            media_type="audio/webm",
            captured_at=iso(now() - timedelta(hours=1)),
        ),
    ]

    zhou.send(check | {"chain": links})

    assert codes(told(zhou, check)["notices"]) == []


def test_two_links_at_one_place_say_that_the_phone_was_copied(zhou, check, chain):
    links = begun(chain, check)
    other = Chain(zhou)
    zhou.caller.post("/api/seals", json={"seals": begun(other, check | {"nonce": "another"})})

    zhou.send(check | {"chain": links})

    assert "fork" in codes(told(zhou, check)["notices"])


def test_a_link_whose_signature_is_wrong_is_kept_and_told(zhou, check, chain):
    first, second = begun(chain, check)

    zhou.send(check | {"chain": [first, second | {"signature": first["signature"]}]})

    assert "seal_invalid" in codes(told(zhou, check)["notices"])


def test_a_visit_that_was_begun_and_not_handed_in_is_told_of_its_phone(
    app, zhou, check, chain, sign_in
):
    links = begun(chain, check)
    taken = chain.photo(check["id"])
    zhou.caller.post(
        "/api/seals",
        json={"seals": [*links, {"seal": taken["seal"], "signature": taken["seal_signature"]}]},
    )
    deng = sign_in("deng")
    assert phones(deng)[0]["notices"] == []

    [notice] = phones_after(app, days=2)[0]["notices"]

    assert notice["code"] == "not_submitted"
    assert "已拍 1 张" in notice["sentence"]


def test_a_phone_that_enrols_anew_beside_its_old_self_is_told(phone, zhou, sign_in):
    assert codes(phones(sign_in("deng"))[0]["notices"]) == []

    phone("zhou")

    newest, first = phones(sign_in("deng"))
    assert codes(newest["notices"]) == ["re_enrolled"]
    assert codes(first["notices"]) == []


def test_a_seal_by_a_colleagues_phone_is_valid_in_the_record_that_another_phone_sends(
    phone, zhou, check, chain, sign_in
):
    links = begun(chain, check)
    sealed = chain.photo(check["id"])
    second = phone("zhou")

    reply = second.send(check | {"chain": links, "evidence": [*check["evidence"], sealed]})

    assert reply.json["state"] == "accepted"
    shown = second.caller.get(f"/api/visits/{check['id']}").json["evidence"]
    assert [e["seal"] for e in shown if e["sent_id"] == sealed["id"]] == ["valid"]


def test_what_a_revoked_phone_sealed_waits_for_a_person(phone, town, zhou, check, chain):
    sealed = chain.photo(check["id"])
    second = phone("zhou")
    revoke(zhou, by=town.person["deng"])

    reply = second.send(check | {"evidence": [*check["evidence"], sealed]})

    assert reply.json["state"] == "quarantined"
    assert codes(reply.json["reasons"]) == ["revoked_phone"]


def test_the_first_photo_after_a_visits_beginning_has_no_gap_before_it(zhou, check, chain):
    links = begun(chain, check)
    first, second = chain.photo(check["id"]), chain.photo(check["id"])

    reply = zhou.send(check | {"chain": links, "evidence": [*check["evidence"], first, second]})
    arrive(zhou, reply, first, second)

    assert (gap_before(first), gap_before(second)) == (False, False)


def test_a_gap_before_a_photo_closes_when_the_link_comes_by_itself(zhou, check, chain):
    *before, started = begun(chain, check)
    first = chain.photo(check["id"])
    reply = zhou.send(check | {"chain": before, "evidence": [*check["evidence"], first]})
    arrive(zhou, reply, first)
    assert gap_before(first)

    zhou.caller.post("/api/seals", json={"seals": [started]})
    jobs.run_all()

    assert not gap_before(first)


def test_a_link_that_its_phone_never_signed_closes_no_gap(zhou, check, chain):
    first, started = begun(chain, check)
    forged = started | {"signature": first["signature"]}
    taken = chain.photo(check["id"])

    reply = zhou.send(check | {"chain": [first, forged], "evidence": [*check["evidence"], taken]})
    arrive(zhou, reply, taken)

    assert gap_before(taken)


def test_junk_that_names_a_colleagues_phone_is_told_of_who_brought_it(
    app, phone, zhou, check, chain, sign_in
):
    beside_zhou("song")
    song = phone("song")
    links = begun(chain, check)
    taken = chain.photo(check["id"])
    zhou.send(check | {"chain": links, "evidence": [*check["evidence"], taken]})
    song.caller.post("/api/seals", json={"seals": junk_about(zhou, song, check)})

    of_song, of_zhou = phones_after(app, days=2)

    assert (of_zhou["links"], codes(of_zhou["notices"])) == (3, [])
    assert sign_in("deng").get(f"/api/phones/{of_zhou['id']}").json["notices"] == []
    [brought] = of_song["notices"]
    assert brought["code"] == "seal_invalid"
    assert "宋某送来 4 个签名不对的封签" in brought["sentence"]
    shown = told(zhou, check)
    assert shown["tombstones"] == []
    [of_visit] = shown["notices"]
    assert "宋某送来 2 个签名不对的封签" in of_visit["sentence"]


def beside_zhou(name):
    """One more surveyor of zhou's organisation, with the same password."""
    with transaction():
        zhou = db.session.scalar(db.select(Person).where(Person.sign_in_name == "zhou"))
        new = Person(
            organisation_id=zhou.organisation_id,
            name="宋某",
            sign_in_name=name,
            password=zhou.password,
        )
        db.session.add(new)
        db.session.flush()
        db.session.add(Appointment(person_id=new.id, role="surveyor"))


def junk_about(victim, signer, check):
    """Links that say they are the victim's phone's, signed by another phone: a fork, a gap, a deletion, a visit begun."""
    forger = Chain(victim)
    visit = {"kind": "visit", "id": check["id"]}
    said = [
        forger.link("task_downloaded", nonce="another"),
        forger.link("photo_removed", subject=visit, position=900, evidence_id=new_id()),
        forger.link("answer_softened", subject=visit, position=901, previous="0" * 64),
        forger.link("visit_started", subject={"kind": "visit", "id": new_id()}, position=950),
    ]
    return [one | {"signature": signer.sign(one["seal"].encode())} for one in said]


@pytest.mark.parametrize(
    ("kind", "odd"),
    [
        ("visit_started", {"at": "9999-12-31T20:00:00Z"}),
        ("visit_started", {"at": "2019-12-31T20:00:00Z"}),
        ("capture", {"captured_at": "2026-11-20T08:00:00Z", "position_state": []}),
        ("answer_softened", {"answered_at": "0001-01-01T00:00:00+14:00", "from": "fail"}),
        ("answer_softened", {"answered_at": "2026-11-20T08:00:00Z", "from": "\ud800", "to": []}),
        ("photo_removed", {"evidence_id": {}, "question": []}),
    ],
)
def test_an_odd_link_leaves_the_pages_of_its_visit_and_its_phone_open(
    zhou, check, chain, sign_in, kind, odd
):
    links = begun(chain, check)
    chain.link("task_downloaded")  # withheld: the pages tell the time of what stands after a gap
    links.append(chain.odd_link(kind, **{"subject": {"kind": "visit", "id": check["id"]}} | odd))

    assert zhou.send(check | {"chain": links}).json["state"] == "accepted"
    zhou.caller.post("/api/seals", json={"seals": [chain.link("task_downloaded")]})

    deng = sign_in("deng")
    [phone] = phones(deng)
    assert deng.get(f"/api/phones/{phone['id']}").status_code == 200
    assert zhou.caller.get(f"/api/visits/{check['id']}/seals").status_code == 200


@pytest.mark.parametrize(
    "odd",
    [
        {"device_id": "\x00"},
        {"device_id": "\ud800"},
        {"subject": {"kind": "visit", "id": "\ud800"}},
        {"task_id": "\ud800"},
        {"kind": []},
    ],
    ids=["nul", "half a pair", "odd subject", "odd task", "no kind"],
)
def test_a_record_is_kept_whatever_its_links_name(zhou, check, chain, odd, caplog):
    reply = zhou.send(check | {"chain": [chain.odd_link("visit_started", **odd)]})

    assert (reply.status_code, reply.json["state"]) == (200, "accepted")
    assert "could not be kept" not in caplog.text


def test_a_record_is_kept_where_its_links_could_not_be(zhou, check, chain, caplog):
    def fail(*_):
        raise ValueError("a fault of ours")

    event.listen(SealLink, "before_insert", fail)
    try:
        reply = zhou.send(check | {"chain": begun(chain, check)})
    finally:
        event.remove(SealLink, "before_insert", fail)

    assert (reply.status_code, reply.json["state"]) == (200, "accepted")
    assert "could not be kept" in caplog.text
    assert told(zhou, check) == {"tombstones": [], "notices": []}


def arrive(phone, reply, *photos):
    """The bytes of these photos are sent and read."""
    wanted = {upload["sha256"]: upload for upload in reply.json["uploads"]}
    for taken in photos:
        phone.put_bytes(wanted[taken["sha256"]], bytes_of(taken["id"]))
    jobs.run_all()


def gap_before(taken):
    with transaction(write=False):
        filed = db.session.scalar(db.select(Evidence).where(Evidence.sent_id == taken["id"]))
        assert db.session.get(Reading, (filed.organisation_id, filed.sha256)) is not None
        return "chain_gap" in {flag.code for flag in filed.flags}


def revoke(phone, by):
    with transaction():
        device = db.session.scalar(db.select(Device).where(Device.sent_id == phone.device_id))
        db.session.add(DeviceRevocation(device_id=device.id, revoked_by_id=by, reason="丢失"))


def test_a_browser_at_a_desk_is_no_phone(app, sign_in):
    asked = {"sign_in_name": "deng", "password": PASSWORD, "device": Signer().device}

    reply = Caller(app.test_client()).post("/api/session", json=asked)

    assert reply.json["device_id"] is not None
    assert phones(sign_in("deng")) == []


def phones(caller):
    return caller.get("/api/phones").json["items"]


def phones_after(app, days):
    """What deng is told then: requests run in a context of their own, so the verb is asked."""
    moment = now() + timedelta(days=days)
    with app.test_request_context(), at(moment), transaction(write=False):
        deng = db.session.scalar(db.select(Person).where(Person.sign_in_name == "deng"))
        return phones_of(deng, {"limit": 50})["items"]


def test_a_wrong_signature_sent_ahead_does_not_keep_out_the_true_one(zhou, chain, check):
    link = chain.link("visit_started", subject={"kind": "visit", "id": check["id"]}, task_id=None)
    forged = link | {"signature": zhou.sign(b"something else")}
    for sent in (forged, forged, link, link):
        assert zhou.caller.post("/api/seals", json={"seals": [sent]}).status_code == 200

    with transaction(write=False):
        states = db.session.scalars(db.select(SealLink.state)).all()

    assert sorted(states) == ["invalid", "valid"]
