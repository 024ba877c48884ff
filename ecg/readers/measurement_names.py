"""One name for one measurement, whatever code or word the cart used.

Sources: DICOM PS3.16 CID 3229 and 3227 (SCPECG codes of EN 1064 §5.10), CID 3689 (MDC codes of ISO/IEEE
11073-10102), LOINC; HL7 aECG implementation guide (MDC reference identifiers).
"""

import re

BY_CODE: dict[tuple[str, str], str] = {
    ("SCPECG", "5.10.2.1-3"): "RR",
    ("SCPECG", "5.10.2.1-5"): "PP",
    ("SCPECG", "5.13.5-7"): "PR",
    ("SCPECG", "5.13.5-9"): "QRS",
    ("SCPECG", "5.13.5-11"): "QT",
    ("SCPECG", "5.10.2.5-5"): "QTc",
    ("SCPECG", "5.10.2.5-1"): "HR",
    ("SCPECG", "5.10.3-11"): "P_AXIS",
    ("SCPECG", "5.10.3-13"): "QRS_AXIS",
    ("SCPECG", "5.10.3-15"): "T_AXIS",
    ("MDC", "2:16184"): "P_DURATION",
    ("MDC", "2:16140"): "PP",
    ("MDC", "2:16144"): "PR",
    ("MDC", "2:15872"): "PR",
    ("MDC", "2:16156"): "QRS",
    ("MDC", "2:16160"): "QT",
    ("MDC", "2:15876"): "QTc",
    ("MDC", "2:16000"): "RR",
    ("MDC", "2:16016"): "HR",
    ("MDC", "2:16128"): "P_AXIS",
    ("MDC", "2:16132"): "QRS_AXIS",
    ("MDC", "2:16136"): "T_AXIS",
    ("LN", "8867-4"): "HR",
    ("LN", "8625-6"): "PR",
    ("LN", "8633-0"): "QRS",
    ("LN", "8634-8"): "QT",
    ("LN", "8636-3"): "QTc",
    ("LN", "8637-1"): "RR",
    ("LN", "8626-4"): "P_AXIS",
    ("LN", "8632-2"): "QRS_AXIS",
    ("LN", "8638-9"): "T_AXIS",
}

FIDUCIALS: dict[tuple[str, str], str] = {
    ("SCPECG", "5.10.3-1"): "P-on",
    ("SCPECG", "5.10.3-2"): "P-off",
    ("SCPECG", "5.10.3-3"): "QRS-on",
    ("SCPECG", "5.10.3-4"): "QRS-off",
    ("SCPECG", "5.10.3-5"): "T-end",
    ("SCPECG", "5.7.1-3"): "fiducial",
}

# HL7 aECG, with any _GL, _LD or other discriminator taken off.
BY_MDC_REFERENCE: dict[str, str] = {
    "MDC_ECG_HEART_RATE": "HR",
    "MDC_ECG_TIME_PD_RR": "RR",
    "MDC_ECG_TIME_PD_PP": "PP",
    "MDC_ECG_TIME_PD_PR": "PR",
    "MDC_ECG_TIME_PD_PQ": "PR",
    "MDC_ECG_TIME_PD_QRS": "QRS",
    "MDC_ECG_TIME_PD_QT": "QT",
    "MDC_ECG_TIME_PD_QTC": "QTc",
    "MDC_ECG_TIME_PD_P": "P_DURATION",
    "MDC_ECG_ANGLE_P_FRONT": "P_AXIS",
    "MDC_ECG_ANGLE_QRS_FRONT": "QRS_AXIS",
    "MDC_ECG_ANGLE_T_FRONT": "T_AXIS",
}

_WORDS = {
    "rr": "RR",
    "pp": "PP",
    "pr": "PR",
    "pq": "PR",
    "qrs": "QRS",
    "qt": "QT",
    "qtc": "QTc",
    "qtcb": "QTc",
    "heartrate": "HR",
    "ventricularrate": "HR",
    "ventricularheartrate": "HR",
    "meanventricularrate": "HR",
    "paxis": "P_AXIS",
    "pwaveaxis": "P_AXIS",
    "raxis": "QRS_AXIS",
    "qrsaxis": "QRS_AXIS",
    "taxis": "T_AXIS",
    "twaveaxis": "T_AXIS",
    "p": "P_DURATION",
}
_UNITS = {"bpm": "/min", "min-1": "/min", "{h.b.}/min": "/min", "degrees": "deg", "degree": "deg", "msec": "ms"}
_UNITS |= {"milliseconds": "ms", "millisecond": "ms", "microvolt": "uV", "uv": "uV"}
_FILLERS = re.compile(r"(interval|duration|global|timeperiod|,|[^a-z])", re.IGNORECASE)


def measurement_name(scheme: str, code: str, meaning: str) -> str:
    """The common name of a coded measurement, else its own meaning or code."""
    known = BY_CODE.get((scheme, code))
    return known or _WORDS.get(_FILLERS.sub("", meaning).lower()) or meaning or code


def by_mdc_reference(reference: str) -> str:
    """The common name of an MDC reference identifier, else the identifier itself."""
    bare = reference.upper()
    for suffix in ("_GL", "_GLOBAL", "_LD"):
        bare = bare.removesuffix(suffix)
    if bare.startswith("MDC_ECG_TIME_PD_QTC"):
        return (
            "QTc"
            if bare in ("MDC_ECG_TIME_PD_QTC", "MDC_ECG_TIME_PD_QTC_BAZETT", "MDC_ECG_TIME_PD_QTCB")
            else reference
        )
    return BY_MDC_REFERENCE.get(bare, reference)


def measurement_unit(unit: str) -> str:
    """UCUM for the units that carts write ("BPM", "degrees", "ms")."""
    text = unit.strip()
    return _UNITS.get(text.lower(), text)
