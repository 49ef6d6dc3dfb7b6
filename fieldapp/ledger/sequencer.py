"""`fieldapp sequencer`: the process that alone holds the key of the log, and seals what waits."""

import os
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from fieldapp.config import Config, new_signing_key
from fieldapp.keys import SigningKey
from fieldapp.ledger import sealing
from fieldapp.ledger.checkpoints import fingerprint
from fieldapp.ledger.sealing import Sequencer
from fieldapp.ledger.stamping import Authority

KEY, PREVIOUS, PUBLIC = "key.pem", "previous.pem", "fingerprint"


class Stopping(Protocol):
    """How a process is asked to stop, and waits meanwhile."""

    asked: bool

    def wait(self, seconds: float) -> None: ...


EVERY = timedelta(seconds=15)  # well within the minute that is promised
LOOK_S = 1.0


def from_folder(config: Config) -> Sequencer:
    """The sequencer of this machine; its key is made at the first start. Raises PermissionError for other users."""
    folder = config.sequencer_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o711)
    key = SigningKey(_kept(folder / KEY))
    previous = folder / PREVIOUS
    _publish(folder / PUBLIC, fingerprint(key.public_key))
    return Sequencer(
        key,
        memory=folder,
        previous=SigningKey(previous.read_text()) if previous.exists() else None,
        strict=config.production,
    )


def rotate(config: Config) -> Sequencer:
    """A new key, which the present one endorses at the next sealing. Run as the sequencer's user; then restart it."""
    from_folder(config)
    folder = config.sequencer_dir
    (folder / KEY).replace(folder / PREVIOUS)
    return from_folder(config)


def keep_sealing(sequencer: Sequencer, stopping: Stopping, after: Callable[[], None]) -> None:
    """Seal whatever waits, until asked to stop; `after` runs after each sealing. Raises as Sequencer.seal does."""
    while not stopping.asked:
        if sealing.is_due(EVERY) and sequencer.seal_all() is not None:
            after()
        stopping.wait(LOOK_S)


def authority(config: Config) -> Authority | None:
    """The time-stamping authority of this installation, where it has one."""
    if not config.tsa_url or config.tsa_roots is None:
        return None
    return Authority(config.tsa_url, config.tsa_roots)


def published_fingerprint(config: Config) -> str | None:
    """The fingerprint that the sequencer left for everybody on this machine to read."""
    file = config.sequencer_dir / PUBLIC
    return file.read_text().strip() if file.is_file() else None


def level(config: Config) -> tuple[str, str]:
    """How far the key is from this process: ("apart" | "same_user" | "absent", a sentence)."""
    file = config.sequencer_dir / KEY
    try:
        found = file.stat()
    except (FileNotFoundError, PermissionError):
        if (config.sequencer_dir / PUBLIC).exists():
            return "apart", "the key is out of this user's reach"
        return "absent", f"no sequencer has made a key under {config.sequencer_dir} yet"
    open_to_others = found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    if found.st_uid != os.geteuid() and not open_to_others and os.geteuid() != 0:
        return "apart", "the key belongs to a user of its own"
    return "same_user", "this user can read the key: run `fieldapp sequencer` as a user of its own"


def _kept(file: Path) -> str:
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(new_signing_key())
    except FileExistsError:
        pass  # made by an earlier start; the point of keeping it
    return file.read_text()


def _publish(file: Path, text: str) -> None:
    if not file.exists() or file.read_text() != text:
        file.write_text(text)
        file.chmod(0o644)
