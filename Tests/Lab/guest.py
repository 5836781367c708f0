"""A guest's kernel of 344 bytes: an ELF with five Xen notes that asks Xen to wake it never, and asks again.

It is in state -b----, boots in no time and has no balloon driver, whatever its memory. No kernel of Debian's fits into the
64 MiB of a slot. The notes and the hypercall are those of Xen's public headers (elfnote.h, sched.h). Standard library only.
"""
from __future__ import annotations

from struct import pack

BASE = 0x100000  # where it is loaded
NOTES, CODE, ARGUMENT, END = 0xB0, 0x128, 0x140, 0x158
XEN_VERSION, GUEST_OS, LOADER, VIRT_BASE, ENTRY = 5, 6, 8, 3, 1


def note(kind: int, content: bytes) -> bytes:
    return pack("<III", 4, 8, kind) + b"Xen\0" + content


def kernel() -> bytes:
    header = b"\x7fELF\2\1\1" + bytes(9) + pack(
        "<HHIQQQIHHHHHH", 2, 62, 1, BASE + CODE, 64, 0, 0, 64, 56, 2, 0, 0, 0)
    load = pack("<IIQQQQQQ", 1, 7, 0, BASE, BASE, END, 4096, 4096)
    described = pack("<IIQQQQQQ", 4, 4, NOTES, BASE + NOTES, BASE + NOTES, CODE - NOTES, CODE - NOTES, 4)
    notes = (
        note(XEN_VERSION, b"xen-3.0\0") + note(GUEST_OS, b"idle\0\0\0\0") + note(LOADER, b"generic\0")
        + note(VIRT_BASE, pack("<Q", 0)) + note(ENTRY, pack("<Q", BASE + CODE)))
    # mov eax, sched_op; mov edi, SCHEDOP_poll; mov esi, argument; syscall; jmp back. The argument names no port.
    code = pack("<BIBIBI", 0xB8, 29, 0xBF, 3, 0xBE, BASE + ARGUMENT) + b"\x0f\x05\xeb\xed"
    return (header + load + described + notes + code).ljust(END, b"\0")
