"""XLI, the compression of Philips Sierra XML, written from its public description.

A lead is a chunk: a header of 8 bytes (payload length, a format word of 1, the first difference) and LZW with
codes of 10 bits, most significant bit first, literals below 256, a dictionary that stops growing when full, and
code 1023 as the end. The bytes unpack to all high bytes followed by all low bytes of 16-bit words; the words are
second differences, each of them biased by 64 where it follows another.
"""

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ecg.model import UnreadableEcg

_BITS, _END = 10, 1023
_WEIGHTS = 1 << np.arange(_BITS - 1, -1, -1)
_BIAS = 64
_MAX_CHANNELS = 32


def _corrupt(text: str) -> UnreadableEcg:
    return UnreadableEcg("corrupt", f"the XLI compression is damaged: {text}", "sierra")


def xli_channels(data: bytes, samples: int) -> NDArray[np.int64]:
    """The channels of an XLI stream as stored, shape (channels, samples): limb leads still as residuals.

    Raises UnreadableEcg `truncated` or `corrupt`.
    """
    channels = [_words(codes, first, samples) for codes, first in _chunks(data)]
    if not channels:
        raise UnreadableEcg("no-leads", "the waveform holds no channel", "sierra")
    return np.stack(channels)


def _chunks(data: bytes) -> Iterator[tuple[list[int], int]]:
    position, count = 0, 0
    while position < len(data):
        count += 1
        if position + 8 > len(data) or count > _MAX_CHANNELS:
            raise UnreadableEcg("truncated", "the waveform ends inside a channel's header", "sierra")
        size, form, first = struct.unpack_from("<ihh", data, position)
        if form != 1:
            raise _corrupt(f"a channel of unknown form {form}")
        position += 8
        if not 0 < size <= len(data) - position:
            raise UnreadableEcg("truncated", "a channel runs past the end of the waveform", "sierra")
        bits = np.unpackbits(np.frombuffer(data, np.uint8, size, position))
        codes = bits[: bits.size // _BITS * _BITS].reshape(-1, _BITS) @ _WEIGHTS
        yield codes.tolist(), first
        position += size


def _expand(codes: list[int], wanted: int) -> bytes:
    """LZW: `wanted` bytes of a code list."""
    table: list[bytes] = [bytes((value,)) for value in range(256)]
    out: list[bytes] = []
    length = 0
    previous = b""
    for code in codes:
        if code == _END:
            break
        known = len(table)
        if code < known:
            entry = table[code]
        elif code == known and previous:
            entry = previous + previous[:1]
        else:
            raise _corrupt(f"code {code} is used before it is defined")
        if previous and known < _END:
            table.append(previous + entry[:1])
        out.append(entry)
        length += len(entry)
        if length > wanted:
            raise _corrupt("a channel holds more samples than the file states")
        previous = entry
    if length < wanted:
        raise UnreadableEcg("truncated", "a channel holds fewer samples than the file states", "sierra")
    return b"".join(out)


def _words(codes: list[int], first: int, samples: int) -> NDArray[np.int64]:
    """One channel, shape (samples,): its second differences summed up twice, in 16-bit arithmetic."""
    if samples < 3:
        raise UnreadableEcg("no-samples", "fewer than 3 samples per channel", "sierra")
    halves = np.frombuffer(_expand(codes, 2 * samples), np.uint8).astype(np.int64).reshape(2, samples)
    words = _signed(halves[0] << 8 | halves[1])
    second = np.empty(samples - 2, np.int64)
    second[0] = -first
    second[1:] = _BIAS - words[2:-1]
    slopes = np.cumsum(np.concatenate([[words[1] - words[0]], second]))
    return _signed(np.concatenate([[words[0]], words[0] + np.cumsum(slopes)]))


def _signed(values: NDArray[np.int64]) -> NDArray[np.int64]:
    return (values + 32768 & 0xFFFF) - 32768


def limb_leads_restored(channels: NDArray[np.int64]) -> None:
    """Turn rows 2 to 5 from residuals into III, aVR, aVL and aVF, in place; rows 0 and 1 are I and II.

    Halves are rounded towards zero: against the aECG twin of a real file this leaves a mean error of 0.0 digits,
    rounding down leaves 0.2.
    """
    first, second = channels[0], channels[1]
    third = second - first - channels[2]
    channels[2] = third
    channels[3] = -channels[3] - _halved(first + second)
    channels[4] = _halved(first - third) - channels[4]
    channels[5] = _halved(second + third) - channels[5]


def _halved(values: NDArray[np.int64]) -> NDArray[np.int64]:
    return (values + (values < 0)) >> 1
