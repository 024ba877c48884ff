"""How the figures hold where a recording is unlike the samples: `python -m benchmarks.ecg_robustness`.

Writes docs/ecg-robustness.md from the sample databases, disturbed one way at a time (`ecg_protocol.disturbance`). Not
part of `make bench`: it takes about five minutes and has no goals of its own.
"""

from pathlib import Path

from benchmarks import ecg_rhythm
from benchmarks.ecg_protocol import runs, scoring
from benchmarks.ecg_protocol.disturbance import DISTURBED, Disturbance

ROOT = Path(__file__).resolve().parent.parent
DISTURBANCES = (
    Disturbance(),
    Disturbance("250 Hz", rate=250.0),
    Disturbance("360 Hz", rate=360.0),
    Disturbance("1000 Hz", rate=1000.0),
    Disturbance("baseline 50 %", wander=0.5),
    Disturbance("50 Hz hum 10 %", hum=0.1),
    Disturbance("muscle 3 %", muscle=0.03),
    Disturbance("muscle 5 %", muscle=0.05),
    Disturbance("10 µV a digit", lsb_uv=10.0),
)
COLUMNS = (
    "R mitdb Se/PPV %", "QTDB QRS on", "QTDB QRS off", "QTDB T end", "LUDB P on Se/PPV %", "P in AF %",
    "AF found", "III° AVB", "ST", "false on sinus",
)  # fmt: skip


def measured(wfdb: Path) -> list[str]:
    """One row of the table, under the disturbance in force."""
    beats = scoring.total(runs.r_peaks(wfdb / "mitdb")[0].values())
    row = [f"{beats.sensitivity:.2f}/{beats.predictivity:.2f}"]
    errors = runs.qtdb_boundaries(wfdb / "qtdb")
    for mark in ("qrs_on", "qrs_off", "t_end"):
        mean, spread, _ = scoring.summary(errors, mark)
        row.append(f"{mean:+.1f} ± {spread:.1f}")
    waves, _ = runs.ludb(wfdb / "ludb")
    share = 100 * waves.fibrillation_p / max(1, waves.fibrillation_beats)
    row += [f"{waves.onsets.sensitivity:.1f}/{waves.onsets.predictivity:.1f}", f"{share:.1f}"]
    tallies, _ = ecg_rhythm.measure(wfdb)
    for name in (
        "atrial fibrillation or flutter: sensitivity", "third-degree block marked", "ST elevation marked",
        "sinus records with a false critical mark",
    ):  # fmt: skip
        tally = tallies[name]
        row.append(f"{len(tally.hit)}/{len(tally.hit) + len(tally.missed)}")
    return row


def page(samples: Path) -> str:
    """The whole page. Raises FileNotFoundError without the samples."""
    if not (samples / "wfdb").is_dir():
        raise FileNotFoundError(f"{samples}: the sample recordings are needed")
    lines = [f"| {' | '.join(('Disturbance', *COLUMNS))} |", "|---" * (len(COLUMNS) + 1) + "|"]
    for one in DISTURBANCES:
        DISTURBED.set(one)
        lines.append(f"| {' | '.join((one.name, *measured(samples / 'wfdb')))} |")
    words = (
        "# How the ECG figures hold on recordings unlike the samples\n\n"
        "Written by `python -m benchmarks.ecg_robustness`; do not edit. 本页由命令写成，请勿手改。\n\n"
        "The databases and protocols of [ecg-accuracy.md](ecg-accuracy.md), disturbed one way at a time: resampled, or"
        " with a swaying baseline, hum or muscle noise added to every lead, as shares of the record's usual swing."
        " QTDB in ms, mean ± mean of the per-record SD. The last columns count records.\n\n"
    )
    return words + "\n".join(lines) + "\n"


if __name__ == "__main__":
    (ROOT / "docs" / "ecg-robustness.md").write_text(page(ROOT.parent / "shared" / "samples" / "ecg"), encoding="utf-8")
