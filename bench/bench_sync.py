"""How many visits a second are acknowledged: record judged, three photos stored and re-hashed, signed receipt returned.

A user's words: "forty surveyors come back into the network at six; how long until every phone says that all is saved?"
Real processes: `fieldapp run` on PostgreSQL (durable) and a folder, eight clients on keep-alive connections. Beside it, in
the same rounds, the floor: one small POST and three raw PUTs with the same fsyncs to the same server program. Jobs of intake
stay queued while visits are measured; their rate is given by itself.

    python bench/bench_sync.py [--rounds 3] [--seconds 8] [--web-workers 2] [--threads 8]
"""

import argparse
import hashlib
import http.client
import json
import os
import platform
import secrets
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from sync_ground import Floor, Spent, analyze, children, postgres  # noqa: E402

from fieldapp.accounts.models import Person  # noqa: E402
from fieldapp.app import create_app  # noqa: E402
from fieldapp.checklists import form, publishing, walk  # noqa: E402
from fieldapp.clock import iso, now  # noqa: E402
from fieldapp.config import from_environment  # noqa: E402
from fieldapp.db import db, new_id, transaction  # noqa: E402
from fieldapp.jobs import Job  # noqa: E402
from fieldapp.migrating import bring_up  # noqa: E402
from fieldapp.projects.models import Project  # noqa: E402
from fieldapp.visits import tasking  # noqa: E402
from tests.faults.house import House  # noqa: E402
from tests.fixtures import town as towns  # noqa: E402
from tests.fixtures.fieldwork import EDITION  # noqa: E402
from tests.fixtures.phone import answer, fix  # noqa: E402

CLIENTS = 8
ANSWERS, PHOTOS, PHOTO_SIZE = 30, 3, 300_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=float, default=8)
    options.add_argument("--web-workers", type=int, default=2)
    options.add_argument("--threads", type=int, default=8)
    options.add_argument("--only", default=",".join(ACTS), help="some of %(default)s")
    given = options.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="fieldapp-bench-") as folder,
        postgres() as (url, database),
    ):
        measure(Path(folder), url, database, given)


def measure(folder: Path, url: str, database: int, given: argparse.Namespace) -> None:
    settings = {"FIELDAPP_DATA_DIR": str(folder / "var"), "FIELDAPP_DATABASE_URL": url}
    plan = furnish(settings)
    house = House(settings, folder, web_workers=given.web_workers)
    workers = house.processes("worker")
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    floor = Floor(folder / "floor", given)
    try:
        came = Came()
        wanted = [pair for pair in ACTS.items() if pair[0] in given.only.split(",")]
        for number in range(given.rounds + 1):  # the first warms up
            if number == 1:
                analyze(url)
            for name, act in wanted:
                busy = {name: floor.processes} if name == "floor" else at_work(house, database)
                port = floor.port if name == "floor" else house.port
                one = timed(lambda a=act, p=port: at_once(a, p, plan, given.seconds), busy)
                if number:
                    came.add(name, *one)
        came.tell()
        tell("memory of all processes", house.pss() / 1e6, "MB (PSS)")
        for pid in workers:
            os.kill(pid, signal.SIGCONT)
        tell("intake jobs", drained(settings, given.seconds), "jobs/s")
    finally:
        for pid in workers:
            os.kill(pid, signal.SIGCONT)
        floor.stop()
        house.stop()


def at_work(house: House, database: int) -> dict[str, list[int]]:
    """Those that a visit keeps busy. The round that warms up fills the pools, so that none is missed."""
    return {"web": house.processes("web"), "database": children(database)}


def timed(
    act: Callable[[], tuple[float, int]], busy: dict[str, list[int]]
) -> tuple[float, dict[str, float]]:
    """The rate, and the milliseconds of processor that one took of each group of processes."""
    before = {group: Spent(pids) for group, pids in busy.items()}
    rate, count = act()
    return rate, {group: since.since() / count * 1000 for group, since in before.items()}


class Came:
    """What came of the rounds."""

    def __init__(self) -> None:
        self._rates: dict[str, list[float]] = defaultdict(list)
        self._spent: dict[str, list[float]] = defaultdict(list)

    def add(self, name: str, rate: float, spent: dict[str, float]) -> None:
        self._rates[name].append(rate)
        for group, milliseconds in spent.items():
            self._spent[f"processor time of one of {name}, {group}"].append(milliseconds)

    def tell(self) -> None:
        for name, rates in self._rates.items():
            tell(name, statistics.median(rates), "/s", rounds=rounded(rates, 1))
        ratios = [v / f for v, f in zip(self._rates["visits"], self._rates["floor"], strict=False)]
        if ratios:
            against = statistics.median(ratios)
            tell("visits against the floor", against, "", rounds=rounded(ratios, 3))
        for what, times in self._spent.items():
            tell(what, statistics.median(times), "ms", rounds=rounded(times, 1))


def rounded(numbers: list[float], digits: int) -> list[float]:
    return [round(number, digits) for number in numbers]


def tell(what: str, number: float, unit: str, **more: Any) -> None:
    line = {"measured": what, "number": round(number, 3), "unit": unit, **more}
    machine = {
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }
    print(json.dumps(line | machine, ensure_ascii=False), flush=True)


def furnish(settings: dict[str, str]) -> dict[str, Any]:
    """People, a project and its task; what every client needs to make records."""
    app = create_app(from_environment(settings))
    bring_up(app)
    with app.app_context(), transaction():
        town = towns.build()
        project = db.session.get_one(Project, town.project["binjiang"])
        zhou = db.session.get_one(Person, town.person["zhou"])
        edition = publishing.publish(EDITION)
        task = tasking.issue_monthly_check(project, zhou, edition, scheme=towns.LIABILITY)
        units = [form.Unit(u.id, u.kind, u.name, u.sub) for u in project.units]
        asked = [q.key for q in walk.questions(EDITION, units, [])][:ANSWERS]
        plan = {
            "task": task.id,
            "project": project.id,
            "nonce": task.nonce,
            "edition": {"id": task.checklist, "edition": task.edition, "digest": edition.digest},
            "asked": asked,
            "there": sorted({key.split(".")[0] for key in asked}),
            "categories": [category.id for category in EDITION.categories],
        }
    with app.app_context():
        db.engine.dispose()
    return plan


def record(plan: dict[str, Any], photos: list[bytes]) -> dict[str, Any]:
    started = now() - timedelta(hours=2)
    return {
        "format": 1,
        "app": "field 0.1.0",
        "id": new_id(),
        "kind": "monthly_check",
        "task_id": plan["task"],
        "project_id": plan["project"],
        "scheme": towns.LIABILITY,
        "edition": plan["edition"],
        "nonce": plan["nonce"],
        "started_at": iso(started),
        "finished_at": iso(started + timedelta(hours=1)),
        "clock_offset_ms": 0,
        "arrival": fix(started),
        "categories": [
            {"category": c, "present": True}
            if c in plan["there"]
            else {"category": c, "present": False, "reason": "not_started", "words": None}
            for c in plan["categories"]
        ],
        "answers": [answer(key, started) for key in plan["asked"]],
        "findings": [],
        "evidence": [
            {
                "id": new_id(),
                "question": plan["asked"][n],
                "category": None,
                "shot": "far",
                "finding_id": None,
                "capture": "live",
                "media_type": "image/jpeg",
                "size": len(photo),
                "sha256": hashlib.sha256(photo).hexdigest(),
                "captured_at": iso(started),
                "fix": fix(started),
                "seal": None,
                "seal_signature": None,
                "preview": None,
            }
            for n, photo in enumerate(photos)
        ],
        "signature": None,
        "answers_re_shoot": None,
    }


class Client:
    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"X-Fieldapp": "1", "Content-Type": "application/json"}

    def sign_in(self) -> None:
        body = json.dumps({"sign_in_name": "zhou", "password": towns.PASSWORD}).encode()
        reply = self._send("POST", "/api/session", body, self._headers)
        self._headers["Cookie"] = reply.headers["Set-Cookie"].split(";")[0]
        reply.read()

    def json(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        reply = self._send(method, path, data, self._headers)
        said = reply.read()
        if reply.status != 200:
            raise RuntimeError(f"{method} {path}: {reply.status} {said[:300]!r}")
        return json.loads(said)

    def put(self, path: str, data: bytes) -> str:
        reply = self._send("PUT", path, data, {})
        reply.read()
        if reply.status != 200:
            raise RuntimeError(f"PUT: {reply.status}")
        return reply.headers.get("ETag", "")

    def _send(self, method: str, path: str, data: bytes | None, headers: dict[str, str]):
        self._connection.request(method, path, data, headers)
        return self._connection.getresponse()


def whole_visit(client: Client, plan: dict[str, Any], pool: bytes) -> None:
    photos = {}
    for _ in range(PHOTOS):
        photo = secrets.token_bytes(16) + pool
        photos[hashlib.sha256(photo).hexdigest()] = photo
    said = record(plan, list(photos.values()))
    reply = client.json("PUT", f"/api/visits/{said['id']}", said)
    assert reply["state"] == "accepted", reply
    done = []
    for upload in reply["uploads"]:
        etag = client.put(upload["parts"][0]["url"], photos[upload["sha256"]])
        done.append({"id": upload["id"], "parts": [{"number": 1, "etag": etag}]})
    client.json("POST", "/api/uploads/completions", {"uploads": done})
    receipt = client.json("GET", reply["receipt_url"])
    assert receipt["complete"], receipt


def record_alone(client: Client, plan: dict[str, Any], _pool: bytes) -> None:
    said = record(plan, [])
    reply = client.json("PUT", f"/api/visits/{said['id']}", said)
    assert reply["state"] == "accepted", reply


def floor_visit(client: Client, plan: dict[str, Any], pool: bytes) -> None:
    client.json("POST", "/", {"small": plan["task"]})
    for _ in range(PHOTOS):
        client.put("/", secrets.token_bytes(16) + pool)


ACTS = {"floor": floor_visit, "visits": whole_visit, "records": record_alone}


def at_once(act: Callable, port: int, plan: dict[str, Any], seconds: float) -> tuple[float, int]:
    """Finished a second, all clients together; and how many."""
    with get_context("fork").Pool(CLIENTS) as pool:
        counts = pool.starmap(work, [(act, port, plan, seconds)] * CLIENTS, chunksize=1)
    return sum(count / took for count, took in counts), sum(count for count, _ in counts)


def work(act: Callable, port: int, plan: dict[str, Any], seconds: float) -> tuple[int, float]:
    client, pool, count = Client(port), secrets.token_bytes(PHOTO_SIZE - 16), 0
    if act is not floor_visit:
        client.sign_in()
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        act(client, plan, pool)
        count += 1
    return count, time.monotonic() - begun


def drained(settings: dict[str, str], seconds: float) -> float:
    app = create_app(from_environment(settings))

    def waiting() -> int:
        with app.app_context(), transaction(write=False):
            count = db.select(db.func.count()).select_from(Job)
            return (
                db.session.scalar(count.where(Job.finished_at.is_(None), Job.kind == "intake")) or 0
            )

    before, begun = waiting(), time.monotonic()
    while (left := waiting()) and time.monotonic() - begun < seconds:
        time.sleep(0.2)
    return (before - left) / (time.monotonic() - begun)


if __name__ == "__main__":
    main()
