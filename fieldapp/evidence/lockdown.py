"""Takes a process's rights away for good: namespaces, limits and a filter of system calls, where the system has them.

What the filter allows is what decoding from open files into open files needs. Opening a file answers "no such file",
everything else (sockets, programs, other processes, new limits) "not permitted".
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x0002_0000, 0x0400_0000, 0x0800_0000
CLONE_NEWUSER, CLONE_NEWNET = 0x1000_0000, 0x4000_0000
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2

_ALLOW, _KILL, _ERRNO = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_NOT_PERMITTED, _NO_SUCH_FILE, _NOT_MADE = 1, 2, 38
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_THREAD = 0x0001_0000
_X32 = 0x4000_0000

# Name: number on x86_64, on aarch64 (None: not there).
_CALLS: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "poll": (7, None),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "pwrite64": (18, 68),
    "readv": (19, 65),
    "writev": (20, 66),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "dup": (32, 23),
    "nanosleep": (35, 101),
    "getpid": (39, 172),
    "exit": (60, 93),
    "uname": (63, 160),
    "fcntl": (72, 25),
    "ftruncate": (77, 46),
    "gettimeofday": (96, 169),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "getuid": (102, 174),
    "getgid": (104, 176),
    "geteuid": (107, 175),
    "getegid": (108, 177),
    "sigaltstack": (131, 132),
    "gettid": (186, 178),
    "time": (201, None),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "set_robust_list": (273, 99),
    "getrandom": (318, 278),
    "membarrier": (324, 283),
    "rseq": (334, 293),
}
_FILES: dict[str, tuple[int | None, int | None]] = {
    "open": (2, None),
    "stat": (4, None),
    "lstat": (6, None),
    "access": (21, None),
    "readlink": (89, None),
    "openat": (257, 56),
    "newfstatat": (262, 79),
    "readlinkat": (267, 78),
    "faccessat": (269, 48),
    "statx": (332, 291),
    "openat2": (437, 437),
    "faccessat2": (439, 439),
}
_CLONE, _CLONE3 = (56, 220), 435
_ARCHITECTURES = {"x86_64": (0, 0xC000_003E), "aarch64": (1, 0xC000_00B7)}


def leave_system() -> bool:
    """Into namespaces of its own, where no network answers and no file can be opened. False where this is forbidden."""
    unshare = getattr(_c_library(), "unshare", None)
    uid, gid = os.getuid(), os.getgid()
    spaces = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS
    if unshare is None or unshare(spaces) != 0:
        return False
    try:
        _map("/proc/self/uid_map", f"{uid} {uid} 1")
        _map("/proc/self/setgroups", "deny")
        _map("/proc/self/gid_map", f"{gid} {gid} 1")
        _enter_nowhere()
    except OSError:
        return False
    return True


def _enter_nowhere() -> None:
    """A root without a name: nothing is in it, and nothing can ever be put into it."""
    empty = tempfile.mkdtemp(prefix="fieldapp-empty-")
    here = os.open(empty, os.O_RDONLY | os.O_DIRECTORY)
    Path(empty).rmdir()
    os.fchdir(here)
    os.close(here)
    os.chroot(".")


def _map(file: str, words: str) -> None:
    with open(file, "w") as mapping:  # noqa: PTH123 - one write, as the kernel wants it
        mapping.write(words)


def limit(*, memory: int, cpu_seconds: int, wall_seconds: int, file_bytes: int) -> None:
    """From now on, for this process alone. The alarm ends it: nobody else has to watch the clock."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, wall_seconds)


def filter_calls() -> bool:
    """Only what decoding needs, for good. False where the system has no such filter."""
    known = _ARCHITECTURES.get(platform.machine())
    if known is None or platform.system() != "Linux":
        return False
    program = _whole_program(*known)
    libc = _c_library()
    code = ctypes.create_string_buffer(program, len(program))
    pointer = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, pointer, 0, 0) == 0)


def prepare() -> None:
    """Have at hand what `filter_calls` needs, for the children to find."""
    _c_library()
    known = _ARCHITECTURES.get(platform.machine())
    if known is not None:
        _whole_program(*known)


@cache
def _c_library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


@cache
def _whole_program(column: int, architecture: int) -> bytes:
    return b"".join(_program(column, architecture))


def _program(column: int, architecture: int) -> Iterator[bytes]:
    yield _step(_LOAD, _ARCHITECTURE)
    yield from _answer(architecture, None, when=_EQUAL, other=_KILL)
    yield _step(_LOAD, _NUMBER)
    if column == 0:
        yield from _answer(_X32, _KILL, when=_AT_LEAST)
    for numbers in _CALLS.values():
        yield from _answer(numbers[column], _ALLOW)
    for numbers in _FILES.values():
        yield from _answer(numbers[column], _ERRNO | _NO_SUCH_FILE)
    # The C library then falls back to `clone`, whose flags can be looked at.
    yield from _answer(_CLONE3, _ERRNO | _NOT_MADE)
    yield _step(_EQUAL, _CLONE[column], 0, 3)
    yield _step(_LOAD, _FIRST_ARGUMENT)
    yield from _answer(_THREAD, _ALLOW, when=_ANY_BIT)
    yield _step(_RETURN, _ERRNO | _NOT_PERMITTED)


def _answer(
    value: int | None, answer: int | None, *, when: int = _EQUAL, other: int | None = None
) -> Iterator[bytes]:
    """If the loaded word is `value`, end with `answer`; or, with `other`, go on and else end with that."""
    if value is None:
        return
    if answer is not None:
        yield _step(when, value, 0, 1)
        yield _step(_RETURN, answer)
    elif other is not None:
        yield _step(when, value, 1, 0)
        yield _step(_RETURN, other)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
