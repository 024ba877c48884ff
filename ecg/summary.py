"""A recording and its analysis as JSON values: what `python -m lianzhen ecg analyse` prints (docs/ecg-command.md).

Names are stable. Times are sample numbers of the rhythm group, intervals milliseconds, voltages microvolts, angles
degrees. A value that could not be measured is null, and `not_assessed` says why.
"""

import math
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg.analysis import Analysis, Beat, analyse
from ecg.analysis.critical import DEFAULT, RuleSet
from ecg.analysis.interpretation import Interpretation, interpret
from ecg.analysis.st import StElevation
from ecg.model import EcgRecord, Group, Lead

Json = dict[str, Any]


def summary(record: EcgRecord) -> Json:
    """Everything that was read and measured. The first rhythm group is analysed; without one `analysis` is null."""
    rhythm = record.rhythm
    return {
        "format": record.source_format,
        "sha256": record.sha256,
        "started_at": record.started_at.isoformat() if record.started_at else None,
        "subject": asdict(record.subject),
        "device": {**asdict(record.device), "filters": dict(record.device.filters)},
        "sampling_frequency": float(rhythm.sampling_frequency) if rhythm else None,
        "samples": int(rhythm.leads[0].samples.size) if rhythm else 0,
        "leads": [_lead(lead) for lead in rhythm.leads] if rhythm else [],
        "groups": [_group(group) for group in record.groups],
        "warnings": [asdict(warning) for warning in record.warnings],
        "machine": {
            "measurements": [asdict(measurement) for measurement in record.measurements],
            "statements": [asdict(statement) for statement in record.statements],
        },
        "annotations": [asdict(annotation) for annotation in record.annotations],
        **_measured(rhythm),
    }


def analyse_group(group: Group) -> Analysis:
    """Measure one group of leads sampled together."""
    return analyse(*_arrays(group))


def interpret_group(group: Group, analysis: Analysis, rules: RuleSet = DEFAULT) -> Interpretation:
    """What `analyse_group` measured in the same group, interpreted by a list of critical values."""
    return interpret(*_arrays(group), analysis, rules)


def _arrays(group: Group) -> tuple[NDArray[np.float32], tuple[str, ...], float, NDArray[np.bool_]]:
    signals = np.stack([lead.samples for lead in group.leads])
    missing = np.stack([lead.missing for lead in group.leads])
    return signals, tuple(lead.name for lead in group.leads), float(group.sampling_frequency), missing


def _measured(rhythm: Group | None) -> Json:
    """The keys that need a rhythm strip; null without one."""
    if rhythm is None:
        return dict.fromkeys(("analysis", "quality", "rhythm", "reversal", "st", "critical"))
    found = analyse_group(rhythm)
    told = interpret_group(rhythm, found)
    return {
        "analysis": _analysis(found),
        "quality": {lead.lead: {**_plain(asdict(lead)), "faults": list(lead.faults)} for lead in told.quality},
        "rhythm": {**_plain(asdict(told.rhythm)), "not_assessed": dict(told.rhythm.not_assessed)},
        "reversal": None if told.reversals is None else [asdict(one) for one in told.reversals],
        "st": {
            "assessed": told.st != "not-assessed",
            "elevation": asdict(told.st) if isinstance(told.st, StElevation) else None,
        },
        "critical": {
            "rules": told.critical.rules,
            "suspicions": [asdict(one) for one in told.critical.suspicions],
            "not_assessed": dict(told.critical.not_assessed),
        },
    }


def _lead(lead: Lead) -> Json:
    return {
        "name": lead.name,
        "mdc_code": lead.mdc_code,
        "lsb_uv": lead.lsb_uv,
        "derived": lead.derived,
        "samples": int(lead.samples.size),
        "missing": int(np.count_nonzero(lead.missing)),
    }


def _group(group: Group) -> Json:
    return {
        "kind": group.kind,
        "label": group.label,
        "sampling_frequency": float(group.sampling_frequency),
        "samples": int(group.leads[0].samples.size) if group.leads else 0,
        "leads": [lead.name for lead in group.leads],
    }


def _analysis(found: Analysis) -> Json:
    return {
        "intervals": _plain(asdict(found.intervals)),
        "axes": _plain(asdict(found.axes)),
        "amplitudes": {name: _plain(asdict(values)) for name, values in found.amplitudes.items()},
        "r_peaks": [int(sample) for sample in found.r_samples],
        "beats": [_beat(beat, found.lead_names) for beat in found.beats],
        "not_assessed": dict(found.not_assessed),
    }


def _beat(beat: Beat, names: tuple[str, ...]) -> Json:
    return {
        "r_peak": int(beat.r_sample),
        "label": beat.label,
        "shape": int(beat.shape),
        "p_present": beat.p_present,
        "p_confidence": round(float(beat.p_confidence), 3),
        "fiducials": _plain(beat.fiducials._asdict()),
        "leads": {name: _plain(marks._asdict()) for name, marks in zip(names, beat.leads, strict=True)},
    }


def _plain(values: Json) -> Json:
    """NumPy scalars as Python's own; what is not finite is null: JSON has no NaN."""
    return {name: _number(value) for name, value in values.items()}


def _number(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return round(value, 3) if math.isfinite(value) else None
    return value
