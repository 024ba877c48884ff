"""Declared CSV, written by hand."""

import zlib

from tests.ecg_encoders.truth import Truth


def declared_csv(truth: Truth, *, keys: str = "", crc: bool = True, end: str = "\n") -> bytes:
    """The truth as a declared table; `keys` replaces the declaration behind the magic."""
    rows = [",".join(truth.names), *(",".join(map(str, column)) for column in truth.digits.T)]
    table = "".join(row + end for row in rows)
    check = f"; crc32={zlib.crc32(table.encode()):08x}" if crc else ""
    stated = f"sampling-frequency={truth.frequency}; unit=uV; lsb={truth.lsb_uv:g}; samples={truth.digits.shape[1]}"
    return f"#ecg-csv 1; {keys or stated}{check}{end}{table}".encode()
