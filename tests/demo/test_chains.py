"""The demo's phones: what they took bears their seals, each in one chain that tells nothing against it."""

from datetime import date, time

from fieldapp.accounts.models import Device, Person
from fieldapp.clock import at, at_local
from fieldapp.db import db, transaction
from fieldapp.demo import commands
from fieldapp.demo.city import city
from fieldapp.demo.history import History
from fieldapp.demo.remembering import Memory
from fieldapp.demo.settling import settle
from fieldapp.evidence.models import Evidence
from fieldapp.seals import showing

FIRST_CHECKS = {("binjiang", "2026-09"), ("binjiang", "2026-10")}


def test_every_photo_bears_a_seal_of_a_chain_that_holds(app):
    with app.command("demo"):
        with at(at_local(date(city().year, 1, 1), time(8))), transaction():
            settled = settle(city())
        visits = [v for v in History(city()).visits if (v.project, v.period) in FIRST_CHECKS]
        commands.remember(Memory(city(), settled), visits)

    with app.test_request_context(), transaction(write=False):
        seals = set(db.session.scalars(db.select(Evidence.seal_state)))
        [phone] = db.session.scalars(db.select(Device))
        supervisor = db.session.get_one(Person, settled.people["sun.jing"])
        told = showing.phone_of(supervisor, phone.id)

    assert seals == {"valid"}
    assert told["notices"] == []
