"""How the site and the embedding worker talk: JSON messages with their length before them, over one socket."""

import json
import struct
from typing import Any

LENGTH = struct.Struct("!I")
# Sixteen vectors of a thousand numbers take a tenth of it.
LONGEST_MESSAGE = 4_000_000


def packed(message: dict[str, Any]) -> bytes:
    # Escaped, so that lone surrogates pass too.
    body = json.dumps(message).encode("ascii")
    return LENGTH.pack(len(body)) + body


def unpacked(buffer: bytearray) -> dict[str, Any] | None:
    """Take the first message out of the buffer; None where it is not there in full. ValueError: it is no message."""
    if len(buffer) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack_from(buffer)
    if length > LONGEST_MESSAGE:
        raise ValueError("The message is too long.")
    end = LENGTH.size + length
    if len(buffer) < end:
        return None
    message = json.loads(bytes(buffer[LENGTH.size : end]))
    del buffer[:end]
    if not isinstance(message, dict):
        raise ValueError("The message is no object.")
    return message
