"""ST elevation in neighbouring leads of the median beat, and the infarct patterns that lower thresholds would miss.

Thresholds are a value (`ecg.analysis.critical.RuleSet`). Under a pacemaker, or a QRS of 120 ms or more that points
down where ST rises, ST follows the QRS; there only ST against the rule (concordant, Sgarbossa 1996) counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ecg.analysis.model import Analysis, LeadAmplitudes

NEIGHBOURS = (
    ("I", "aVL"), ("II", "aVF"), ("III", "aVF"),
    ("V1", "V2"), ("V2", "V3"), ("V3", "V4"), ("V4", "V5"), ("V5", "V6"),
)  # fmt: skip
WALLS = {
    "lateral": {"I", "aVL", "V5", "V6"}, "inferior": {"II", "III", "aVF"}, "septal": {"V1", "V2"},
    "anterior": {"V3", "V4"},
}  # fmt: skip
WIDE_MS = 120.0
CONCORDANT_UV = 100.0
STAYS = 0.5  # of the level at J, 60 ms after it
QS_R_UV = 100.0  # a QRS of a chest lead without more R than this, and deeper than …
QS_DEEP_UV = 300.0
QS_ST_UV = 50.0  # ST 60 ms after J in such leads: half of the threshold of leads that still have their R …
QS_ST_SHARE = 0.06  # … and of the depth of S: a deep S of hypertrophy lifts ST by less
EVOLVING_T_UV, EVOLVING_ST_UV = -50.0, 25.0  # … and half of that where T is inverted already
DOME_SHARE = 0.55  # of T: ST that stands this high 60 ms after J runs into T without a dip
DOME_R_UV, DOME_R_SHARE = 300.0, 0.5  # R of V1 to V4 that has shrunk: below this, and below this share of S

Pattern = Literal["elevation", "concordant", "qs-with-elevation", "domed"]
CHEST = ("V1", "V2", "V3", "V4")


@dataclass(frozen=True, slots=True)
class StThresholds:
    """Microvolts at the J point."""

    limb_uv: float
    v1_uv: float
    v2_v3_uv: float
    v4_v6_uv: float

    def of(self, lead: str) -> float:
        """The threshold of one lead."""
        if lead == "V1":
            return self.v1_uv
        if lead in ("V2", "V3"):
            return self.v2_v3_uv
        return self.v4_v6_uv if lead.startswith("V") else self.limb_uv


@dataclass(frozen=True, slots=True)
class StElevation:
    """The raised neighbours: levels in microvolts `at_ms` after the J point, the walls they look at, the pattern."""

    pattern: Pattern
    levels_uv: Mapping[str, float]
    at_ms: int
    walls: tuple[str, ...]


def st_elevation(
    analysis: Analysis, thresholds: StThresholds, usable: frozenset[str]
) -> StElevation | Literal["not-assessed"] | None:
    """The elevation found, None when the leads were measured and none stands out, else "not-assessed".

    `usable` are the leads (standard names) whose recording is good enough.
    """
    known = {name: values for name, values in _standard(analysis).items() if name in usable and values.st_j is not None}
    pairs = [pair for pair in NEIGHBOURS if all(lead in known for lead in pair)]
    qrs = analysis.intervals.qrs_ms
    if not pairs or qrs is None:
        return "not-assessed"
    wide = qrs >= WIDE_MS
    raised = {lead for lead in known if _raised(known[lead], lead, thresholds, wide)}
    found = _told("concordant" if wide else "elevation", pairs, raised, known)
    if found is None:
        scars = {lead for lead in known if lead in CHEST and _scar(known[lead], wide)}
        found = _told("qs-with-elevation", pairs, scars, known)
    if found is None and not wide:
        found = _told("domed", pairs, {lead for lead in known if lead in CHEST and _domed(known[lead])}, known)
    return found


def _raised(lead: LeadAmplitudes, name: str, thresholds: StThresholds, wide: bool) -> bool:
    """At the threshold at J, and still there 60 ms later: what falls at once was the end of the QRS."""
    if wide:
        return _concordant(lead)
    level = lead.st_j or 0.0
    return level >= thresholds.of(name) and (lead.st_j60 or 0.0) >= STAYS * level


def _standard(analysis: Analysis) -> dict[str, LeadAmplitudes]:
    spelled = {lead.upper(): lead for pair in NEIGHBOURS for lead in pair}
    return {spelled[name.upper()]: one for name, one in analysis.amplitudes.items() if name.upper() in spelled}


def _concordant(lead: LeadAmplitudes) -> bool:
    """ST rises by 0.1 mV or more where the QRS points up."""
    up = (lead.r or 0.0) + (lead.r_prime or 0.0) + (lead.q or 0.0) + (lead.s or 0.0)
    return up > 0 and (lead.st_j or 0.0) >= CONCORDANT_UV and (lead.st_j60 or 0.0) >= CONCORDANT_UV


def _scar(lead: LeadAmplitudes, wide: bool) -> bool:
    """A lost R with ST still raised. In bundle branch block only with T inverted: there a deep S lifts ST and T."""
    deep = min(lead.q or 0.0, lead.s or 0.0)
    if deep > -QS_DEEP_UV or max(lead.r or 0.0, lead.r_prime or 0.0) > QS_R_UV:
        return False
    evolving = (lead.t or 0.0) <= EVOLVING_T_UV
    if wide and not evolving:
        return False
    return (lead.st_j60 or 0.0) >= (EVOLVING_ST_UV if evolving and not wide else max(QS_ST_UV, -QS_ST_SHARE * deep))


def _domed(lead: LeadAmplitudes) -> bool:
    """ST that runs raised and without a dip into an upright T, over an R that has shrunk."""
    low = max(lead.r or 0.0, lead.r_prime or 0.0)
    level, top = lead.st_j60 or 0.0, lead.t or 0.0
    shrunk = low <= DOME_R_UV and low <= -DOME_R_SHARE * min(lead.q or 0.0, lead.s or 0.0)
    return shrunk and level >= QS_ST_UV and (lead.st_j40 or 0.0) >= QS_ST_UV and level >= DOME_SHARE * top > 0


def _told(
    pattern: Pattern, pairs: list[tuple[str, str]], raised: set[str], known: Mapping[str, LeadAmplitudes]
) -> StElevation | None:
    """The leads that stand in a pair of raised neighbours; None when no pair does."""
    leads = [lead for lead in known if any(lead in pair and raised.issuperset(pair) for pair in pairs)]
    if not leads:
        return None
    walls = tuple(wall for wall, seen in WALLS.items() if seen.intersection(leads))
    at_ms = 60 if pattern in ("qs-with-elevation", "domed") else 0
    levels = {lead: round((known[lead].st_j60 if at_ms else known[lead].st_j) or 0.0, 1) for lead in leads}
    return StElevation(pattern, levels, at_ms, walls)
