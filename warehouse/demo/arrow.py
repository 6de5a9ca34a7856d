"""Numbers into Arrow columns: ids, instants and texts, built from buffers rather than row by row."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from warehouse.demo.draws import Ints, Mask

TIMESTAMP: Final = pa.timestamp("us", tz="UTC")
_DIGITS: Final = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_ID_DIGITS: Final = 8


def ids(prefix: str, numbers: Ints, valid: Mask | None = None) -> Any:
    """`prefix` and eight hexadecimal digits a number, such as `ses_0000a1b2`; null where not `valid`."""
    count, width = len(numbers), len(prefix) + _ID_DIGITS
    letters = np.empty((count, width), dtype=np.uint8)
    letters[:, : len(prefix)] = np.frombuffer(prefix.encode(), dtype=np.uint8)
    for digit in range(_ID_DIGITS):
        letters[:, len(prefix) + digit] = _DIGITS[(numbers >> (4 * (_ID_DIGITS - 1 - digit))) & 15]
    offsets = np.arange(count + 1, dtype=np.int32) * width
    bitmap = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.Array.from_buffers(pa.string(), count, [bitmap, pa.py_buffer(offsets), pa.py_buffer(letters)])


def instants(seconds: Ints, valid: Mask | None = None) -> Any:
    """UTC instants in microseconds from seconds since 1970; null where not `valid`."""
    return pa.array(seconds * 1_000_000, pa.int64(), mask=None if valid is None else ~valid).cast(TIMESTAMP)


def texts(values: Sequence[str], indices: Ints) -> Any:
    """The value at each index; null where it is negative."""
    return pa.array(values, pa.string()).take(pa.array(indices, pa.int64(), mask=indices < 0))


def scrambled(numbers: Ints, bits: int) -> Ints:
    """Numbers below 2**bits mapped one to one onto the same range, so that their order says nothing."""
    result: Ints = (numbers * 0x9E3779B1 + 0x5BD1) & ((1 << bits) - 1)
    return result
