"""An encoder of EDF and EDF+ (edfplus.info), annotations and interrupted recordings included."""

from dataclasses import dataclass

from tests.ecg_encoders.truth import Truth


@dataclass(frozen=True, slots=True)
class Layout:
    """How the truth is told: `onsets` in seconds of each data record make the file EDF+D."""

    seconds: int = 1  # of a data record
    plus: str = ""  # "", "EDF+C" or "EDF+D"
    onsets: tuple[float, ...] = ()
    note: str = ""  # an annotation at 0.5 s
    label: str = "ECG {}"
    patient: str = "8 F 23-JAN-1971 Li_Wei"
    records: int | None = None  # what the header says, by default the truth
    digital: int = 2000


def edf(truth: Truth, layout: Layout | None = None) -> bytes:
    """The truth as data records of whole seconds."""
    lay = layout or Layout()
    step = truth.frequency * lay.seconds
    count = truth.digits.shape[1] // step
    signals = [lay.label.format(name) for name in truth.names]
    columns = [_column(truth, lay, label, step) for label in signals]
    notes = [_notes(lay, number) for number in range(count)] if lay.plus else []
    if lay.plus:
        columns.append(("EDF Annotations", "", "", "-1", "1", "-32768", "32767", "", "60", ""))
    widths = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)
    size = 256 * (len(columns) + 1)
    head = ("0".ljust(8) + lay.patient.ljust(80) + "Startdate 04-JAN-2023 X X X".ljust(80) + "04.01.2308.58.44"
            + str(size).ljust(8) + lay.plus.ljust(44) + str(count if lay.records is None else lay.records).ljust(8)
            + str(lay.seconds).ljust(8) + str(len(columns)).ljust(4))  # fmt: skip
    for place, width in enumerate(widths):
        head += "".join(column[place].ljust(width) for column in columns)
    records = truth.digits[:, : count * step].reshape(len(truth.names), count, step).transpose(1, 0, 2).astype("<i2")
    body = b"".join(records[n].tobytes() + (notes[n] if notes else b"") for n in range(count))
    return head.encode("latin-1") + body


def _column(truth: Truth, lay: Layout, label: str, step: int) -> tuple[str, ...]:
    span = f"{lay.digital * truth.lsb_uv:g}"
    return (label, "AgAgCl electrode", "uV", f"-{span}", span, str(-lay.digital), str(lay.digital),
            "HP:0.05Hz LP:150Hz N:50Hz", str(step), "")  # fmt: skip


def _notes(lay: Layout, number: int) -> bytes:
    onset = lay.onsets[number] if lay.onsets else number * lay.seconds
    text = b"+%s\x14\x14\x00" % f"{onset:g}".encode()
    if lay.note and number == 0:
        text += b"+0.5\x15\x31\x14%s\x14\x00" % lay.note.encode()
    return text.ljust(120, b"\0")
