"""Contec `.ECG` (ECG90A and its kin): 43 bytes of header, 8 leads of 16 bits at 800 Hz, 37 bytes of footer.

The layout is known from files, not from a published standard: number (10 bytes), time (`2020-11-15 12:59:50`), name;
then for each sample II, III, V1 … V6 as little-endian words, 2048 is zero, one digit is 5 uV, 0x6800 means that the
electrode was off. I is II - III, and the augmented leads follow from them: all four are flagged as derived.
"""

import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg.model import Bundle, Device, EcgRecord, Group, Lead, Subject, UnreadableEcg
from ecg.readers.assembly import MAX_SAMPLES, finished, lead_from_integers, sampling_frequency
from ecg.readers.bundles import digest
from ecg.readers.leads import mdc_code, with_derived_limb_leads
from ecg.readers.times import naive_datetime

HEADER, FOOTER, CHANNELS = 43, 37, 8
ZERO, LEAD_OFF, LSB_UV, HERTZ = 2048, 0x6800, 5.0, 800
STORED = ("II", "III", "V1", "V2", "V3", "V4", "V5", "V6")
_HEAD = re.compile(rb"[\x20-\x7e\x80-\xff]{0,10}\x00{0,10}(\d{4})-(\d\d)-(\d\d) (\d\d:\d\d:\d\d)\x00\x00\x00")
_FOOTER_WORDS = 4  # bytes of the footer that are not zero in a whole file; samples there mean a cut file


class ContecReader:
    """Reads `contec`."""

    format = "contec"

    def recognises(self, bundle: Bundle) -> bool:
        """One part with a number, NULs and a time at byte 10."""
        data = bundle[0].data if len(bundle) == 1 else b""
        found = _HEAD.match(data)
        return found is not None and found.start(1) == 10

    def read(self, bundle: Bundle) -> EcgRecord:
        """One rhythm group of 12 leads. Raises UnreadableEcg: `truncated`, `bad-samples`, and what all demand."""
        data = bundle[0].data
        words = self._words(data)
        head = _HEAD.match(data)
        assert head is not None
        leads = [_lead(name, words[:, column]) for column, name in enumerate(STORED)]
        year, month, day, clock = (part.decode("ascii") for part in head.groups())
        group = Group(
            "rhythm", with_derived_limb_leads([_first(leads), *leads]), sampling_frequency(HERTZ, self.format)
        )
        return finished(
            EcgRecord(
                source_format=self.format,
                sha256=digest(bundle),
                groups=(group,),
                started_at=naive_datetime(year, month, day, clock),
                subject=Subject(patient_id=_text(data[:10]), name=_text(data[32:40])),
                device=Device(manufacturer="Contec"),
            )
        )

    def _words(self, data: bytes) -> NDArray[np.uint16]:
        """The stored words, shape (n, 8)."""
        body = data[HEADER : len(data) - FOOTER]
        footer = data[len(data) - FOOTER :]
        whole = len(data) >= HEADER + FOOTER and len(body) % (2 * CHANNELS) == 0
        if not whole or sum(byte != 0 for byte in footer) > _FOOTER_WORDS:
            raise UnreadableEcg("truncated", "the file ends in the middle of the recording", self.format)
        if len(body) * 12 > MAX_SAMPLES * 2 * CHANNELS:
            raise UnreadableEcg("too-long", f"more than {MAX_SAMPLES:,} samples in all leads together", self.format)
        words = np.frombuffer(body, "<u2").reshape(-1, CHANNELS)
        if np.any((words > 2 * ZERO - 1) & (words != LEAD_OFF)):
            raise UnreadableEcg(
                "bad-samples", "values beyond the converter's 12 bits: the file is damaged", self.format
            )
        return words


def _lead(name: str, stored: NDArray[np.uint16]) -> Lead:
    off = stored == LEAD_OFF
    return lead_from_integers(name, stored.astype(np.int32) - ZERO, LSB_UV, off)


def _first(leads: list[Lead]) -> Lead:
    """Lead I from the stored II and III (Einthoven)."""
    second, third = leads[0], leads[1]
    samples = second.samples - third.samples
    return replace(
        second, name="I", samples=samples, missing=second.missing | third.missing, derived=True, mdc_code=mdc_code("I")
    )


def _text(data: bytes) -> str | None:
    """The characters before the first NUL; GB18030 is what a cart made for China writes. Half a character that the
    field cut off is left out."""
    return data.split(b"\x00")[0].decode("gb18030", "ignore").strip() or None
