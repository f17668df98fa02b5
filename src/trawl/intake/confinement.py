"""Shutting a worker in before it sees a stranger's bytes.

Four walls, each used where the kernel has it: resource limits; death together with the
coordinator; Landlock (the exhibit may be read, only the scratch folder written); a seccomp filter
(no sockets, no programs, no looking into other processes). What stands is reported, not assumed.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from landlock import FSAccess, LandlockError, Ruleset

WALLS = ("limits", "landlock", "seccomp")

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

# linux/audit.h and the kernel's syscall tables; only what a decoder never needs.
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_FORBIDDEN = {
    "x86_64": {
        "socket": 41,
        "connect": 42,
        "accept": 43,
        "bind": 49,
        "listen": 50,
        "fork": 57,
        "vfork": 58,
        "execve": 59,
        "kill": 62,
        "ptrace": 101,
        "mount": 165,
        "process_vm_readv": 310,
        "process_vm_writev": 311,
        "bpf": 321,
        "execveat": 322,
        "io_uring_setup": 425,
    },
    "aarch64": {
        "mount": 40,
        "ptrace": 117,
        "kill": 129,
        "socket": 198,
        "bind": 200,
        "listen": 201,
        "accept": 202,
        "connect": 203,
        "execve": 221,
        "process_vm_readv": 270,
        "process_vm_writev": 271,
        "bpf": 280,
        "execveat": 281,
        "io_uring_setup": 425,
    },
}
_X32_BIT = 0x40000000
_BPF_LOAD, _BPF_EQUAL, _BPF_AT_LEAST, _BPF_RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when its parent dies."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def limit_resources(memory: int) -> None:
    """Cap the address space (bytes), forbid core dumps (they would hold seized content)."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))


def _what_python_reads() -> set[str]:
    """Where this program, its libraries and what they look up at run time lie."""
    own = {*sys.path, sys.prefix, sys.base_prefix, sys.exec_prefix}
    system = {"/usr", "/lib", "/lib64", "/etc", "/sys", "/dev/urandom", "/proc/self"}
    return {path for path in own | system | {"/proc/cpuinfo", "/proc/meminfo"} if path}


def read_only_but(scratch: Path, readable: Iterable[Path]) -> bool:
    """Landlock: read the exhibits (``readable``) and what Python itself needs, write below
    ``scratch``, and nothing else: not the workspace's database, and not its key. False where
    the kernel cannot."""
    reading = FSAccess.READ_FILE | FSAccess.READ_DIR
    try:
        rules = Ruleset()
        for path in {*map(os.fspath, readable), *_what_python_reads()}:
            if os.path.isdir(path):  # noqa: PTH112 - names in any bytes
                rules.allow(path, rules=reading)
            elif os.path.exists(path):  # noqa: PTH110
                rules.allow(path, rules=FSAccess.READ_FILE)
        rules.allow(str(scratch), rules=FSAccess.all())
        # Decoders' libraries open /dev/null for writing.
        rules.allow("/dev/null", rules=FSAccess.READ_FILE | FSAccess.WRITE_FILE)
        rules.apply()
    except (LandlockError, OSError):
        return False
    return True


def _program(machine: str) -> bytes:
    """The seccomp filter as BPF: refuse the forbidden calls with EPERM, allow the rest."""
    calls = sorted(_FORBIDDEN[machine].values())
    code: list[tuple[int, int, int, int]] = [
        (_BPF_LOAD, 0, 0, 4),  # seccomp_data.arch
        (_BPF_EQUAL, 1, 0, _AUDIT_ARCH[machine]),
        (_BPF_RETURN, 0, 0, _REFUSE),
        (_BPF_LOAD, 0, 0, 0),  # seccomp_data.nr
        (_BPF_AT_LEAST, len(calls) + 1, 0, _X32_BIT),
    ]
    for at, call in enumerate(calls):
        code.append((_BPF_EQUAL, len(calls) - at, 0, call))
    code += [(_BPF_RETURN, 0, 0, _ALLOW), (_BPF_RETURN, 0, 0, _REFUSE)]
    return b"".join(struct.pack("<HBBI", *line) for line in code)


def forbid_calls() -> bool:
    """Install the seccomp filter. False where this machine or kernel has none."""
    machine = platform.machine()
    if machine not in _FORBIDDEN:
        return False
    program = _program(machine)
    held = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(
        struct.pack("@HxxxxxxP", len(program) // 8, ctypes.addressof(held))
    )
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    installed = libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0)
    return bool(installed == 0)


def shut_in(memory: int, scratch: Path, readable: Iterable[Path]) -> tuple[str, ...]:
    """Put up every wall there is; the names of those that stand, of ``WALLS``."""
    limit_resources(memory)
    walls = ["limits"]
    if read_only_but(scratch, readable):
        walls.append("landlock")
    if forbid_calls():
        walls.append("seccomp")
    return tuple(walls)
