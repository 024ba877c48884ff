"""The declared CSV of `ecg.readers.csv_declared`; what it writes reads back bit for bit."""

import zlib

import numpy as np

from ecg.model import Bundle, EcgRecord, Lead, Part
from ecg.readers.csv_declared import MAGIC
from ecg.writers.digits import rhythm_of, stored_integers


def write_csv(record: EcgRecord) -> Bundle:
    """One part: the rhythm group. Raises UnwritableEcg `no-rhythm`."""
    group = rhythm_of(record)
    digits = [stored_integers(lead) for lead in group.leads]
    if all(found is not None for found in digits):
        resolutions = [repr(found[1]) for found in digits if found is not None]
        columns = [_column(found[0].tolist(), lead) for found, lead in zip(digits, group.leads, strict=True) if found]
    else:
        resolutions = ["none"]
        columns = [_column([_positional(value) for value in lead.samples], lead) for lead in group.leads]
    rows = "".join(",".join(cells) + "\n" for cells in zip(*columns, strict=True))
    table = (",".join(lead.name.replace(",", " ") for lead in group.leads) + "\n" + rows).encode()
    derived = " ".join(lead.name for lead in group.leads if lead.derived)
    keys = {
        "sampling-frequency": str(group.sampling_frequency),
        "unit": "uV",
        "lsb": resolutions[0] if len(set(resolutions)) == 1 else " ".join(resolutions),
        "samples": str(group.leads[0].samples.size),
        "derived": derived,
        "start": record.started_at.isoformat() if record.started_at else "",
        "crc32": f"{zlib.crc32(table):08x}",
    }
    line = "; ".join([MAGIC, *(f"{key}={value}" for key, value in keys.items() if value)]) + "\n"
    return (Part("ecg.csv", line.encode() + table),)


def _column(values: list[int] | list[str], lead: Lead) -> list[str]:
    if not lead.missing.any():
        return [str(value) for value in values]
    return ["" if absent else str(value) for value, absent in zip(values, lead.missing, strict=True)]


def _positional(value: np.float32) -> str:
    """The shortest decimal that is this float32 again, without an exponent."""
    return np.format_float_positional(value, unique=True) if np.isfinite(value) else ""
