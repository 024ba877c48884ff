"""What a list shows of a patient: the name and an identification number masked. Whoever opens the thing sees them."""

from typing import Any

from pacs_gateway.api import shown_name
from registry.api import mask_name, mask_patient_id


def masked(patient: dict[str, Any]) -> dict[str, Any]:
    """A patient's header for a list; the blanks that a Chinese name has on its way through DICOM are no letters."""
    name = shown_name(patient["name"])
    joined = name if name.isascii() else name.replace(" ", "")
    return {**patient, "name": mask_name(joined), "patient_id": mask_patient_id(patient["patient_id"])}
