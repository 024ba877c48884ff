"""What a forger does to a signed PDF."""

import io

import pikepdf


def overlay(pdf: bytes) -> bytes:
    """Other findings drawn over the page in an incremental update: every old byte is still there."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    stream = generic.StreamObject(stream_data=b"1 0 0 rg 100 400 300 100 re f")
    writer.add_stream_to_page(0, writer.add_object(stream))  # type: ignore[no-untyped-call]
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def rewritten(pdf: bytes) -> bytes:
    """Saved again by another program."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(out)
    return out.getvalue()
