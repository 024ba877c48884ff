"""WFDB: a header and a signal file of format 16 (or 32 where 16 bits do not hold the samples).

PhysioNet's header(5) and signal(5): gain in digits per millivolt, the smallest integer marks a missing sample,
the checksum is the 16-bit sum of a signal's digits.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ecg.model import Bundle, EcgRecord, Group, Lead, Part
from ecg.writers.digits import quantised, rhythm_of

_LEAST = {16: -(1 << 15), 32: -(1 << 31)}


def write_wfdb(record: EcgRecord, name: str = "ecg") -> Bundle:
    """Two parts, `name`.hea and `name`.dat: the rhythm group. Raises UnwritableEcg `no-rhythm`."""
    group = rhythm_of(record)
    signals = [quantised(lead) for lead in group.leads]
    bits = 16 if all(np.abs(digits).max() < 1 << 15 for digits, _ in signals) else 32
    columns = [
        np.where(lead.missing, _LEAST[bits], digits).astype(f"<i{bits // 8}")
        for (digits, _), lead in zip(signals, group.leads, strict=True)
    ]
    lines = [_record_line(record, group, name)]
    for lead, column, (_, lsb) in zip(group.leads, columns, signals, strict=True):
        lines.append(_signal_line(name, bits, lsb, column, lead))
    lines += [f"# derived: {lead.name}" for lead in group.leads if lead.derived]
    header = "\n".join(lines) + "\n"
    return (Part(f"{name}.hea", header.encode()), Part(f"{name}.dat", np.stack(columns, axis=1).tobytes()))


def _record_line(record: EcgRecord, group: Group, name: str) -> str:
    started = record.started_at
    when = f" {started:%H:%M:%S} {started:%d/%m/%Y}" if started else ""
    frequency = _decimal(group.sampling_frequency)
    return f"{name} {len(group.leads)} {frequency} {group.leads[0].samples.size}{when}"


def _signal_line(name: str, bits: int, lsb: float, column: NDArray[np.signedinteger], lead: Lead) -> str:
    gain = repr(1000.0 / lsb)
    total = int(column.astype(np.int64).sum()) & 0xFFFF
    signed = total - 0x10000 if total & 0x8000 else total
    return f"{name}.dat {bits} {gain}(0)/mV 16 0 {int(column[0])} {signed} 0 {lead.name}"


def _decimal(frequency: Fraction) -> str:
    return str(frequency) if frequency.denominator == 1 else repr(float(frequency))
