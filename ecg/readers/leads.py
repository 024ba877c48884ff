"""Lead names: the codes that carts use for one lead, and the four limb leads that follow from I and II.

Lead numbers are those of EN 1064 (SCP-ECG) section 3, which ISO/IEEE 11073-10102 took over as MDC codes `2:n`
and DICOM as SCPECG codes `5.6.3-9-n` (PS3.16 CID 3001).
"""

import re
from collections.abc import Sequence
from unicodedata import normalize

import numpy as np

from ecg.model import Lead

_NUMBERS: dict[int, str] = dict(
    [(1, "I"), (2, "II"), (9, "V7"), (16, "X"), (17, "Y"), (18, "Z"), (19, "CC5"), (20, "CM5"), (21, "LA")]
    + [(22, "RA"), (23, "LL"), *((2 + n, f"V{n}") for n in range(1, 7)), *((8 + n, f"V{n}R") for n in range(2, 8))]
    + [(61, "III"), (62, "aVR"), (63, "aVL"), (64, "aVF"), (65, "-aVR"), (66, "V8"), (67, "V9"), (68, "V8R")]
    + [(69, "V9R"), (70, "D"), (71, "A"), (72, "J"), (75, "A1"), (76, "A2"), (77, "A3"), (78, "A4")]
    + [(86, "CHEST"), (87, "V"), (88, "VR"), (89, "VL"), (90, "VF"), (91, "MCL")]
    + [(91 + n, f"MCL{n}") for n in range(1, 7)]
)
_NUMBER_OF = {name: number for number, name in _NUMBERS.items()}
_NAME_OF = {name.upper(): name for name in _NUMBERS.values()}
# What stands around a lead's name: MDC's prefix, the words ECG and lead, an explanation (DICOM PS3.16 CID 3001).
_AROUND = re.compile(
    r"^(?:MDC_ECG_LEAD_|(?:E[CK]G(?:[ _:]|-(?!AVR))+)?(?:LEAD(?:[ _:]|-(?!AVR))*)?)"
    r"|\s*\((?:EINTHOVEN|GOLDBERGER|WILSON)\)$|, AUGMENTED VOLTAGE.*$|[ _:]+$"
)

LIMB_LEADS = ("I", "II", "III", "aVR", "aVL", "aVF")


def lead_by_number(number: int) -> str | None:
    """The lead of an SCP-ECG lead number (EN 1064 §5.6.3), None for one that names no lead known here."""
    return _NUMBERS.get(number)


def lead_number(name: str) -> int | None:
    """The SCP-ECG number of a lead, None for a label that is no known lead."""
    return _NUMBER_OF.get(name)


def lead_by_label(label: str) -> str:
    """The known lead a label means, else the label itself: "Lead AVR", "avr", "MDC_ECG_LEAD_AVR", "ECG_aVR",
    "Lead aVR (Goldberger)", "aVR, augmented voltage, right" are "aVR", and "Ⅱ", "II导联" are "II".

    Only spelling is forgiven: "MLII" is not II, and "ECG1" stays "ECG1".
    """
    text = label.strip()
    bare = text if text.isascii() else normalize("NFKC", text).strip().removesuffix("导联")
    return _NAME_OF.get(_AROUND.sub("", bare.upper()), text)


def mdc_code(name: str) -> str | None:
    """The ISO/IEEE 11073-10102 reference identifier of a known lead."""
    if name not in _NUMBER_OF or name == "-aVR":
        return None
    return "MDC_ECG_LEAD_" + name.upper()


def with_derived_limb_leads(leads: Sequence[Lead]) -> tuple[Lead, ...]:
    """The leads, with III, aVR, aVL, aVF computed from I and II where they are absent, in the order of a sheet.

    Einthoven and Goldberger: III = II - I, aVR = -(I + II)/2, aVL = I - II/2, aVF = II - I/2. A sample is missing
    where I or II is. Unchanged when I or II is absent.
    """
    found = {lead.name: lead for lead in leads}
    first, second = found.get("I"), found.get("II")
    if first is None or second is None:
        return tuple(leads)
    limbs = [found.get(name) or _derived(name, first, second) for name in LIMB_LEADS]
    return (*limbs, *(lead for lead in leads if lead.name not in LIMB_LEADS))


_WEIGHTS = {"III": (-2, 2), "aVR": (-1, -1), "aVL": (2, -1), "aVF": (-1, 2)}  # of I and II, in halves


def _derived(name: str, first: Lead, second: Lead) -> Lead:
    """One lead, in whole digits where I and II have the same resolution: half a digit for aVR, aVL, aVF."""
    weight_i, weight_ii = _WEIGHTS[name]
    one, two = first.samples.astype(np.float64), second.samples.astype(np.float64)
    lsb = first.lsb_uv if first.lsb_uv == second.lsb_uv else None
    if lsb is None:
        samples = (weight_i * one + weight_ii * two) / 2
    else:
        samples = (weight_i * np.rint(one / lsb) + weight_ii * np.rint(two / lsb)) * (lsb / 2)
        lsb = lsb if name == "III" else lsb / 2
    return Lead(
        name=name,
        samples=samples.astype(np.float32),
        missing=first.missing | second.missing,
        lsb_uv=lsb,
        derived=True,
        mdc_code=mdc_code(name),
    )
