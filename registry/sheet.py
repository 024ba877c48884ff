"""CSV files as counties send them: UTF-8 with or without BOM, GBK, GB18030; commas, tabs, semicolons. Plain Python."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImportFault:
    """What is wrong in a file: the line as a spreadsheet counts it (0 is the file), the column, and why."""

    row: int
    column: str
    reason: str
    value: str = ""


def opened(data: bytes) -> tuple[list[str], Iterator[tuple[int, list[str]]]] | ImportFault:
    """The cells of a file's heading and the lines below it, or why the file as a whole cannot be read."""
    text = _decoded(data)
    if text is None:
        return ImportFault(0, "", "encoding")
    rows = _lines(text)
    heading = next(rows, None)
    return (heading[1], rows) if heading else ImportFault(0, "", "empty-file")


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines with something in them, counted as a spreadsheet does; the heading tells what parts the cells."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",\t;", key=first.count))
    row = 0
    try:
        for cells in reader:
            row += 1
            if any(cell.strip() for cell in cells):
                yield row, [cell.strip() for cell in cells]
    except csv.Error:
        yield row + 1, ["\N{REPLACEMENT CHARACTER}"]
