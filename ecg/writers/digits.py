"""From microvolts back to the stored integers, exactly or not at all."""

import numpy as np
from numpy.typing import NDArray

from ecg.model import EcgRecord, Group, Lead
from ecg.writers import UnwritableEcg


def rhythm_of(record: EcgRecord) -> Group:
    """The group to write when a format holds one. Raises UnwritableEcg `no-rhythm`."""
    group = record.rhythm or next(iter(record.groups), None)
    if group is None or not group.leads or not group.leads[0].samples.size:
        raise UnwritableEcg("no-rhythm", "the recording holds no samples to write")
    return group


def stored_integers(lead: Lead) -> tuple[NDArray[np.int64], float] | None:
    """The integers, shape (n,), and microvolts per digit that give `lead.samples` back bit for bit.

    None when there are none: no resolution is known, or the file had an offset. Missing samples are 0 here.
    """
    if lead.lsb_uv is None:
        return None
    present = np.where(lead.missing, 0.0, lead.samples.astype(np.float64))
    digits = np.rint(present / lead.lsb_uv)
    back = (digits * lead.lsb_uv).astype(np.float32)
    if not np.array_equal(back, np.where(lead.missing, np.float32(0), lead.samples)):
        return None
    return digits.astype(np.int64), lead.lsb_uv


def quantised(lead: Lead) -> tuple[NDArray[np.int64], float]:
    """`stored_integers`, or for samples without a resolution digits of 0.1 uV (below any cart's noise), or coarser
    only where 16 bits would not hold the range. The error is at most half a digit."""
    exact = stored_integers(lead)
    if exact is not None:
        return exact
    present = np.where(lead.missing, 0.0, lead.samples.astype(np.float64))
    largest = float(np.abs(present).max())
    lsb = next(step for step in (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, largest / 32_000) if largest / step <= 32_000)
    return np.rint(present / lsb).astype(np.int64), lsb
