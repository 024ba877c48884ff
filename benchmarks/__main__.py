"""python -m benchmarks [NAME]: measure, print a table, write build/bench/NAME.json.

A bench is a module with `rows()`, or `rows(samples)` where it needs the sample recordings that lie beside this
folder. A row has the keys of `KEYS`; `goal` is written as a person reads it ("≤ 450"), `met` is true, false, or None
where nothing was promised.
"""

import importlib
import json
import os
import platform
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT.parent / "shared" / "samples" / "ecg"
KEYS = ("figure", "unit", "ours", "peer", "peer_value", "ratio", "goal", "met")
BENCHES: dict[str, tuple[str, ...]] = {
    "latency": ("latency",),
    "claims": ("claims", "claims_postgresql"),
    "first_image": ("first_image",),
    "report": ("report", "report_parallel"),
    "page_weight": ("page_weight",),
    "policy": ("policy",),
    "patients": ("patient_search",),
    "worklist": ("worklist",),
    "recognition": ("recognition",),
    "mwl": ("mwl",),
    "ecg": ("ecg_load", "ecg_accuracy", "ecg_rhythm", "ecg_drawing"),
}
NEED_SAMPLES = set(BENCHES["ecg"])

Row = Mapping[str, Any]


def measure(module: str) -> list[Row]:
    """The rows of one module. Raises ValueError when a row lacks a key."""
    rows = cast(Callable[..., list[Row]], importlib.import_module(f"benchmarks.{module}").rows)
    found = list(rows(SAMPLES)) if module in NEED_SAMPLES else list(rows())
    for row in found:
        if missing := [key for key in KEYS if key not in row]:
            raise ValueError(f"benchmarks.{module}: the row {dict(row)} lacks {', '.join(missing)}")
    return found


def shown(value: object) -> str:
    """A cell as a person reads it: three significant digits are enough."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return str(value)


def table(rows: list[Row]) -> str:
    """The rows in aligned columns."""
    cells = [KEYS, *([shown(row[key]) for key in KEYS] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(KEYS))]
    return "\n".join("  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)) for line in cells)


def keep(name: str, rows: list[Row]) -> Path:
    """Write build/bench/NAME.json with the machine it was measured on."""
    path = ROOT / "build" / "bench" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    content = {
        "name": name,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "rows": [{key: row[key] for key in KEYS} for row in rows],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def run(name: str) -> bool:
    """Measure one bench; False when it could not be measured. A goal that is not met is a result, not a fault."""
    modules = [module for module in BENCHES[name] if find_spec(f"benchmarks.{module}")]
    print(f"\n{name}", flush=True)
    if not modules:
        print(f"  not measured: there is no benchmarks/{BENCHES[name][0]}.py")
        return False
    if name == "ecg" and not SAMPLES.is_dir():
        print(f"  not measured: the sample recordings are not at {SAMPLES}")
        return False
    try:
        rows = [row for module in modules for row in measure(module)]
    except Exception:  # noqa: BLE001 - one bench that fails must not hide the figures of the others
        traceback.print_exc()
        return False
    print(table(rows))
    print(f"→ {keep(name, rows).relative_to(ROOT)}", flush=True)
    return bool(rows)


def main(names: list[str]) -> int:
    """Measure the named benches, or all."""
    if unknown := set(names) - set(BENCHES):
        print(f"no bench {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    measured = [run(name) for name in names or BENCHES]
    return 0 if all(measured) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
