"""Messages between this program and the children that hear for it: some JSON, then bytes.

Nothing is unpickled: a child that a hostile recording took over can answer nonsense, and no more than that.
"""

import asyncio
import json
import struct
from collections.abc import Mapping
from typing import Any

_SIZES = struct.Struct(">II")
_MOST_HEAD_BYTES = 1_000_000


class BrokenMessageError(Exception):
    """What came is no message of ours, or bigger than was agreed."""


def packed(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    """One message as it travels."""
    text = json.dumps(head).encode()
    return _SIZES.pack(len(text), len(body)) + text + body


async def next_message(reader: asyncio.StreamReader, *, most_bytes: int) -> tuple[dict[str, Any], bytes]:
    """The next message, with a body of `most_bytes` at most.

    Raises asyncio.IncompleteReadError or OSError where the other side has gone, and BrokenMessageError.
    """
    head_size, body_size = _SIZES.unpack(await reader.readexactly(_SIZES.size))
    if head_size > _MOST_HEAD_BYTES or body_size > most_bytes:
        raise BrokenMessageError
    text = await reader.readexactly(head_size)
    body = await reader.readexactly(body_size)
    try:
        head = json.loads(text)
    except (ValueError, RecursionError):
        raise BrokenMessageError from None
    if not isinstance(head, dict):
        raise BrokenMessageError
    return head, body
