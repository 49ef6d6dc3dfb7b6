"""Claim: a bundle of 5,000 photos is made in the memory that one of 100 takes, and proves itself with Python alone.

A user's words: "the court wants the whole year". Photos of one project, each another small JPEG with its phone's seal and a verdict, in a sealed log on SQLite
and a folder. `fieldapp bundle export` and the bundle's own `verify.py` (python -I -S) run as processes of their own while
`fieldapp sequencer` seals; their greatest resident memory is the kernel's figure, asked for by a small process between.

    python bench/bench_bundle.py [100 1000 5000]
"""

import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.handset import tell  # noqa: E402
from fieldapp.accounts.models import Device  # noqa: E402
from fieldapp.app import create_app  # noqa: E402
from fieldapp.blobs import keeping  # noqa: E402
from fieldapp.config import from_environment  # noqa: E402
from fieldapp.db import db, new_id, transaction  # noqa: E402
from fieldapp.evidence.models import Verdict  # noqa: E402
from fieldapp.keys import canonical, sha256  # noqa: E402
from fieldapp.ledger import sequencer as sequencing  # noqa: E402
from fieldapp.ledger.actor import Actor, acting  # noqa: E402
from fieldapp.migrating import bring_up  # noqa: E402
from fieldapp.visits.models import Visit  # noqa: E402
from tests.fixtures import town as towns  # noqa: E402
from tests.fixtures.fieldwork import evidence_row  # noqa: E402
from tests.fixtures.scored import Past  # noqa: E402
from tests.fixtures.signers import Signer  # noqa: E402

SIZE = (320, 240)
AT_ONCE = 250
WATCH = """
import os, sys
process = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(process, 0)
open(sys.argv[1], "w").write(str(used.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A process that is forked off counts its parent's memory as its own: this parent has little."""


def main(counts: list[int]) -> None:
    with tempfile.TemporaryDirectory(prefix="fieldapp-bench-") as folder:
        for count in counts:
            measure(Path(folder) / str(count), count)


def measure(folder: Path, count: int) -> None:
    folder.mkdir()
    settings = {
        "FIELDAPP_DATA_DIR": str(folder / "var"),
        "FIELDAPP_DATABASE_URL": f"sqlite:///{folder / 'fieldapp.db'}",
        "FIELDAPP_STORE_DIR": str(folder / "store"),
    }
    trust = fill(settings, count)
    file = folder / "bundle.zip"
    environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT)}
    ours = [sys.executable, "-m", "fieldapp.cli"]
    with sealing([*ours, "sequencer"], environment):
        said, seconds, memory = run(
            [*ours, "bundle", "export", "all", "-o", str(file)], environment
        )
    tell(f"export of {count} photos", [seconds], "s", bytes=file.stat().st_size)
    tell(f"export of {count} photos: most memory", [memory], "MB")
    with zipfile.ZipFile(file) as bundle:
        alone = Path(bundle.extract("verify.py", folder))
    command = [sys.executable, "-I", "-S", str(alone), str(file), "--trust", trust]
    said, seconds, memory = run(command, {})
    report = json.loads(said)
    proved = report["proved"]
    found = (report["result"], proved["original"], proved["seal"])
    assert found == ("proved", count, count), report
    tell(f"verify.py of {count} photos", [seconds], "s", entries=proved["entry"])
    tell(f"verify.py of {count} photos: most memory", [memory], "MB")


def fill(settings: dict[str, str], count: int) -> str:
    """A sealed log with so many photos, each judged; the fingerprint of its key."""
    app = create_app(from_environment(settings))
    bring_up(app)
    with app.app_context(), acting(Actor("system", "bench")):
        with transaction():
            town = towns.build()
        visit_id, chance, signer = Past(town).visit({}), random.Random(count), Signer()
        with transaction():
            key = signer.device["public_key"]
            owned = {"sent_id": new_id(), "person_id": town.person["wang"], "name": "手机"}
            db.session.add(Device(id=signer.device["id"], public_key=key, **owned))
        owner = town.organisation["antai"]
        for begun in range(0, count, AT_ONCE):
            photos = [jpeg(chance) for _ in range(begun, min(count, begun + AT_ONCE))]
            for photo in photos:
                keeping.put_bytes(owner, photo)
            with transaction():
                enter(visit_id, photos, town, signer)
        sequencing.from_folder(app.config_object).seal_all()
        trust = sequencing.published_fingerprint(app.config_object)
        db.session.remove()
        db.engine.dispose()
    assert trust is not None
    return trust


def enter(visit_id: str, photos: list[bytes], town: towns.Town, signer: Signer) -> None:
    visit, judge = db.session.get_one(Visit, visit_id), town.person["sun"]
    for photo in photos:
        keeping.record(visit.organisation_id, sha256(photo), len(photo), "image/jpeg")
        row = evidence_row(visit, sha256=sha256(photo), size=len(photo))
        row.seal = canonical({"evidence_id": row.sent_id, "sha256": row.sha256}).decode()
        row.seal_signature = signer.key.sign(row.seal.encode())
        row.device_id, row.seal_state = signer.device["id"], "valid"
        party = town.organisation["antai"]
        db.session.add(Verdict(evidence_id=row.id, party_id=party, by_id=judge, outcome="accepted"))


def jpeg(chance: random.Random) -> bytes:
    """Another picture each time."""
    small = Image.frombytes("RGB", (32, 24), chance.randbytes(32 * 24 * 3))
    out = io.BytesIO()
    small.resize(SIZE, Image.Resampling.BICUBIC).save(out, "JPEG", quality=80)
    return out.getvalue()


@contextmanager
def sealing(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def run(command: list[str], environment: dict[str, str]) -> tuple[bytes, float, float]:
    """(standard output, seconds, most resident memory in MB) of one process."""
    with tempfile.NamedTemporaryFile() as memory:
        watched = [sys.executable, "-I", "-S", "-c", WATCH, memory.name, *command]
        started = time.monotonic()
        done = subprocess.run(watched, env=environment, capture_output=True, check=False)
        seconds = time.monotonic() - started
        assert done.returncode == 0, (command, done.stderr.decode())
        return done.stdout, seconds, int(memory.read()) / 1024


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [100, 1000, 5000])
