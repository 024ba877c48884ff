"""Tables as files: CSV for every program, XLSX for the office. No cell is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int | float | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_LIMIT = 1_048_575  # of one sheet, below its heading


def csv_file(heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with BOM, which every office program reads as Chinese."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heading)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_file(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]) -> bytes:
    """A workbook with a sheet for each (name, heading, rows)."""
    import xlsxwriter

    out = io.BytesIO()
    plain = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, plain) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        for name, heading, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(heading) - 1, 16)
            sheet.write_row(0, 0, heading, bold)
            for place, row in zip(range(ROWS_LIMIT), rows, strict=False):
                sheet.write_row(place + 1, 0, ["" if cell is None else cell for cell in row])
    return out.getvalue()


def _safe(cell: Cell) -> Cell:
    """A text that an office program would run as a formula is shown as text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
