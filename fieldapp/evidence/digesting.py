"""The hash of a file that somebody names to a command."""

import errno
import hashlib
import stat
from pathlib import Path


def sha256_of(file: Path) -> str:
    """Raises OSError, also for a pipe or a device: it would be waited for, or read, without end."""
    mode = file.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise OSError(
            errno.EINVAL, "not a file that can be read from its start to its end", str(file)
        )
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
