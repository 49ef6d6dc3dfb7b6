"""Time stamps as strict readers want them: DER sorts the members of a set, and openssl writes certificates as they come."""

from collections.abc import Iterator

SEQUENCE, CONTENT, CERTIFICATES = 0x30, 0xA0, 0xA0
PATH = ((SEQUENCE, 0), (SEQUENCE, 1), (CONTENT, 1), (SEQUENCE, 0), (CERTIFICATES, 3))
"""Of a reply (RFC 3161, RFC 5652): itself, its token, its content, the signed data, the certificates: (tag, which part)."""
LONG = 0x80


def in_order(reply: bytes) -> bytes:
    """The same reply with its certificates sorted, which nobody signs; one that is made otherwise, as it is."""
    start, end = 0, len(reply)
    try:
        for tag, place in PATH:
            at, start, end = list(_parts(reply, start, end))[place]
            if reply[at] != tag:
                return reply
        members = [reply[at:to] for at, _, to in _parts(reply, start, end)]
    except (IndexError, ValueError):
        return reply
    return reply[:start] + b"".join(sorted(members)) + reply[end:]


def _parts(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(where it begins, where its content begins, where it ends) of each value that lies between. Raises ValueError, IndexError."""
    while at < end:
        length, content = data[at + 1], at + 2
        if length >= LONG:
            content += length - LONG
            length = int.from_bytes(data[at + 2 : content], "big")
        if content + length > end:
            raise ValueError("a value that ends too early")
        yield at, content, content + length
        at = content + length
