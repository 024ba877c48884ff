"""Critical values (危急值): what a cardiologist must see at once. Suspicions with their evidence, never a diagnosis.

The lists differ from province to province, so the limits are a value: `RuleSet`, with three presets. Ventricular
fibrillation, standstill and third-degree block stand in every list. A rule that cannot be judged is in
`not_assessed`, never silently passed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from ecg.analysis.model import Analysis
from ecg.analysis.rhythm import Rhythm, Span
from ecg.analysis.st import StElevation, StThresholds

Value = float | str | bool

SUSTAINED_S, SEEN_SHARE = 30.0, 0.75


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One list of limits: rates per minute, times in seconds or milliseconds. None: the list has no such limit."""

    name: str
    source: str
    long_rr_s: float
    bradycardia: float  # mean ventricular rate
    bradycardia_at: bool  # whether the limit itself is critical
    ventricular_run: float  # rate of a ventricular tachycardia
    supraventricular: float
    fibrillation: float  # ventricular rate in atrial fibrillation or flutter
    qtc_ms: float | None  # critical only together with a ventricular beat on the T wave
    st: StThresholds


ST_LISTS = StThresholds(limb_uv=100.0, v1_uv=300.0, v2_v3_uv=300.0, v4_v6_uv=100.0)
# Fourth universal definition of myocardial infarction (2018): 0.2 mV in V2 and V3 for men of 40 years and more
ST_UNIVERSAL = StThresholds(limb_uv=100.0, v1_uv=100.0, v2_v3_uv=200.0, v4_v6_uv=100.0)

PRESETS: Mapping[str, RuleSet] = {
    rules.name: rules
    for rules in (
        RuleSet(
            "zhejiang-trial", "浙江省心电图危急值（试行） Zhejiang trial list", 3.0, 35.0, False, 150.0, 230.0, 180.0,
            None, ST_LISTS,
        ),
        RuleSet(
            "provincial-revised", "全省心电图危急值（修订） revised provincial list", 3.0, 35.0, True, 150.0, 200.0,
            200.0, 550.0, ST_LISTS,
        ),
        RuleSet(
            "shanxi-2017", "山西省心电图危急值（实用心电学杂志 2017） Shanxi", 3.0, 35.0, True, 150.0, 180.0, 180.0,
            None, ST_LISTS,
        ),
    )
}  # fmt: skip
# Where a place has chosen no list: the revised one, with the lower ST thresholds of the universal definition
DEFAULT = replace(
    PRESETS["provincial-revised"],
    name="default",
    source="revised provincial list; ST: fourth universal definition of myocardial infarction 2018",
    st=ST_UNIVERSAL,
)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One critical suspicion: a stable `code`, where (sample ranges), the values that spoke, and whose rule it is."""

    code: str
    source: str
    spans: tuple[Span, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Critical:
    """What is suspected, and for what could not be judged the reason by code of the rule."""

    rules: str
    suspicions: tuple[Suspicion, ...]
    not_assessed: Mapping[str, str]


def critical(
    analysis: Analysis, rhythm: Rhythm, st: StElevation | Literal["not-assessed"] | None, rules: RuleSet
) -> Critical:
    """Hold the rhythm and the ST segments against a list of limits."""
    found = [*_ventricles(rhythm, rules, analysis), *_rates(rhythm, rules, analysis)]
    unknown: dict[str, str] = {}
    qtc = analysis.intervals.qtc_fridericia_ms
    if rhythm.fibrillation is None:
        unknown["ventricular-fibrillation"] = rhythm.not_assessed.get("rhythm", "gaps")
    if rhythm.standstill is None:
        unknown["asystole"] = rhythm.not_assessed.get("standstill", rhythm.not_assessed.get("rhythm", "gaps"))
    if rhythm.heart_rate is None:
        unknown["rates"] = rhythm.not_assessed.get("rhythm", "no-beats")
    if rhythm.atrial is None:
        unknown["third-degree-av-block"] = rhythm.not_assessed.get("p_waves", "no-beats")
    if isinstance(st, StElevation):
        found.append(_elevation(st, rules))
    elif st == "not-assessed":
        unknown["st-elevation"] = "st-not-measured"
    if rules.qtc_ms is not None and qtc is None:
        unknown["long-qtc-r-on-t"] = "qt-not-measured"
    return Critical(rules.name, tuple(found), unknown)


def _ventricles(rhythm: Rhythm, rules: RuleSet, analysis: Analysis) -> list[Suspicion]:
    """Fibrillation, standstill, ventricular runs and third-degree block."""
    found = []
    if rhythm.fibrillation:
        found.append(Suspicion("ventricular-fibrillation", rules.source, rhythm.fibrillation))
    if rhythm.standstill:
        values: dict[str, Value] = {"least_s": 4.0}
        if rhythm.flat_line:
            values["flat_line"] = True
        found.append(Suspicion("asystole", rules.source, rhythm.standstill, values))
    sustained = tuple(run for run in rhythm.ventricular_runs if _sustained(run, analysis, rules))
    if sustained:
        found.append(Suspicion("ventricular-tachycardia", rules.source, sustained, {"limit": rules.ventricular_run}))
    if rhythm.av_block == "third-degree-suspected":
        values = {"paced": bool(rhythm.paced), "ventricular_rate": rhythm.heart_rate or 0.0}
        if rhythm.atrial_rate is not None:
            values["atrial_rate"] = rhythm.atrial_rate
        found.append(Suspicion("third-degree-av-block", rules.source, (), values))
    return found


def _sustained(run: Span, analysis: Analysis, rules: RuleSet) -> bool:
    """Fast enough, and 30 s long, or as long as a shorter recording lets one see."""
    fs = analysis.sampling_frequency
    seconds = (run[1] - run[0]) / fs
    beats = sum(run[0] <= sample <= run[1] for sample in analysis.r_samples)
    enough = min(SUSTAINED_S, SEEN_SHARE * analysis.samples / fs)
    return seconds >= enough and 60.0 * (beats - 1) / seconds >= rules.ventricular_run


def _rates(rhythm: Rhythm, rules: RuleSet, analysis: Analysis) -> list[Suspicion]:
    """Long RR, too slow, too fast, long QTc."""
    found = []
    rate = rhythm.heart_rate
    if rate is None:
        return []
    if rhythm.longest_rr_ms is not None and rhythm.longest_rr and rhythm.longest_rr_ms >= rules.long_rr_s * 1000:
        values: dict[str, Value] = {"rr_ms": rhythm.longest_rr_ms, "limit_ms": rules.long_rr_s * 1000}
        found.append(Suspicion("long-rr", rules.source, (rhythm.longest_rr,), values))
    if rate < rules.bradycardia or (rules.bradycardia_at and rate == rules.bradycardia):
        found.append(Suspicion("bradycardia", rules.source, (), {"rate": rate, "limit": rules.bradycardia}))
    fast = _fast(rhythm, rules)
    if fast is not None and rate >= fast[1]:
        found.append(Suspicion(fast[0], rules.source, (), {"rate": rate, "limit": fast[1]}))
    qtc = analysis.intervals.qtc_fridericia_ms
    early = _on_t(analysis)
    if rules.qtc_ms is not None and qtc is not None and early and qtc >= rules.qtc_ms:
        values = {"qtc_fridericia_ms": qtc, "limit_ms": rules.qtc_ms}
        found.append(Suspicion("long-qtc-r-on-t", rules.source, early, values))
    return found


def _on_t(analysis: Analysis) -> tuple[Span, ...]:
    """Ventricular beats that begin before the T wave of the beat before has ended: from that beat to this.

    Where they are frequent they stand in the median beat and the end of T is theirs: then none is told.
    """
    if 4 * sum(beat.label == "ventricular" for beat in analysis.beats) > len(analysis.beats):
        return ()
    return tuple(
        (before.r_sample, beat.r_sample)
        for before, beat in pairwise(analysis.beats)
        if beat.label == "ventricular" and before.fiducials.t_end is not None
        and (beat.fiducials.qrs_on or beat.r_sample) <= before.fiducials.t_end
    )  # fmt: skip


def _fast(rhythm: Rhythm, rules: RuleSet) -> tuple[str, float] | None:
    """Which limit a tachycardia of this kind has."""
    if rhythm.tachycardia not in ("narrow", "wide"):
        return None
    if rhythm.atrial in ("atrial-fibrillation", "atrial-flutter"):
        return "fast-atrial-fibrillation-or-flutter", rules.fibrillation
    if rhythm.tachycardia == "wide" and not rhythm.p_waves:
        return "wide-qrs-tachycardia", rules.ventricular_run
    return "supraventricular-tachycardia", rules.supraventricular


def _elevation(st: StElevation, rules: RuleSet) -> Suspicion:
    values: dict[str, Value] = {f"st_j{st.at_ms or ''}_uv_{lead}": level for lead, level in st.levels_uv.items()}
    values |= {"pattern": st.pattern, "walls": " ".join(st.walls)}
    return Suspicion("st-elevation", rules.source, (), values)
