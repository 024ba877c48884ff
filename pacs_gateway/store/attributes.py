"""Which attributes belong to the study, which to the series, and what an answer always carries (PS3.18 §10.6.3)."""

from collections.abc import Iterable

from pacs_gateway.dicom.json import Json

# PS3.18 tables 10.6.3-3 and 10.6.3-4, with the patient's and study's other attributes that viewers show
STUDY_TAGS = (
    "00080005", "00080020", "00080030", "00080050", "00080056", "00080080", "00080090", "00080201", "00081030",
    "00081190", "00100010", "00100020", "00100021", "00100030", "00100040", "00101010", "00101020", "00101030",
    "0020000D", "00200010", "00321060",
)  # fmt: skip
STUDY_ALWAYS = (
    "00080005", "00080020", "00080030", "00080050", "00080056", "00080061", "00080090", "00080201", "00081190",
    "00100010", "00100020", "00100030", "00100040", "0020000D", "00200010", "00201206", "00201208",
)  # fmt: skip
SERIES_TAGS = (
    "00080005", "00080021", "00080031", "00080060", "00080070", "00081010", "0008103E", "00081090", "00180015",
    "0020000E", "00200011", "00200060", "00400244", "00400245", "00400275",
)  # fmt: skip
SERIES_ALWAYS = (
    "00080005", "00080056", "00080060", "0008103E", "00081190", "0020000E", "00200011", "00201209", "00400244",
    "00400245", "00400275",
)  # fmt: skip
INSTANCE_ALWAYS = (
    "00080005", "00080016", "00080018", "00080056", "00081190", "00083002", "00200013", "00280008", "00280010",
    "00280011", "00280100",
)  # fmt: skip

VRS = {
    "00080005": "CS", "00080016": "UI", "00080018": "UI", "00080020": "DA", "00080030": "TM", "00080050": "SH",
    "00080056": "CS", "00080060": "CS", "00080061": "CS", "00080090": "PN", "00080201": "SH", "0008103E": "LO",
    "00081190": "UR", "00083002": "UI", "00100010": "PN", "00100020": "LO", "00100030": "DA", "00100040": "CS",
    "0020000D": "UI", "0020000E": "UI", "00200010": "SH", "00200011": "IS", "00200013": "IS", "00201206": "IS",
    "00201208": "IS", "00201209": "IS", "00280008": "IS", "00280010": "US", "00280011": "US", "00280100": "US",
    "00400244": "DA", "00400245": "TM", "00400275": "SQ",
}  # fmt: skip


def pick(header: Json, tags: Iterable[str]) -> Json:
    """The attributes of `tags` that the header has."""
    return {tag: header[tag] for tag in tags if tag in header}


def complete(attributes: Json, always: Iterable[str]) -> Json:
    """Every required attribute, empty where there is none, in tag order."""
    full = {tag: {"vr": VRS[tag]} for tag in always} | attributes
    return dict(sorted(full.items()))
