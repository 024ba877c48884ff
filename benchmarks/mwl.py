"""A modality worklist of 100 entries: from the C-FIND request to the final response, as a device sees it.

The device is a child process with pynetdicom that has its association open and reads every answer. The peer is DCMTK's
`wlmscpfs` with the same 100 entries as files in one folder, asked by the same device in the same run.
"""

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from pynetdicom import evt

from foundation.access import PRODUCT
from foundation.floor import open_floor
from foundation.settings import FoundationSettings
from foundation.vocabulary import Sex
from lianzhen import schema
from pacs_gateway.api import Gateway, GatewaySettings
from pacs_gateway.scp import Scp
from pacs_gateway.worklist.service import MODALITY_WORKLIST, Worklist
from registry.api import NewDevice, NewOrder, NewPatient, Registry, RegistrySettings, UnitKind

ENTRIES = 100
TIMES = 40
WARM = 5
GOAL_MS = 100.0
AET = "EAST"
SURNAMES, GIVEN = "王李张刘陈杨黄赵周吴", "伟芳娜秀英敏静丽强磊"

STEP = "ScheduledProcedureStepSequence[0]."
KEYS = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "AccessionNumber", "StudyInstanceUID",
    "RequestedProcedureID", "RequestedProcedureDescription", "RequestedProcedurePriority", "ReferringPhysicianName",
    f"{STEP}Modality=DX", f"{STEP}ScheduledProcedureStepStartDate", f"{STEP}ScheduledProcedureStepStartTime",
    f"{STEP}ScheduledStationAETitle", f"{STEP}ScheduledProcedureStepDescription", f"{STEP}ScheduledProcedureStepID",
    f"{STEP}ScheduledPerformingPhysicianName",
)  # fmt: skip

# what runs as the device, in a process of its own
DEVICE = """
import json, sys, time
from pydicom import Dataset
from pynetdicom import AE
port, aet, called, times = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
step = Dataset()
for name in ("Modality", "ScheduledProcedureStepStartDate", "ScheduledProcedureStepStartTime",
             "ScheduledStationAETitle", "ScheduledProcedureStepDescription", "ScheduledProcedureStepID",
             "ScheduledPerformingPhysicianName"):
    setattr(step, name, "")
step.Modality = "DX"
asked = Dataset()
for name in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "AccessionNumber", "StudyInstanceUID",
             "RequestedProcedureID", "RequestedProcedureDescription", "RequestedProcedurePriority",
             "ReferringPhysicianName"):
    setattr(asked, name, "")
asked.ScheduledProcedureStepSequence = [step]
ae = AE(aet)
ae.add_requested_context("1.2.840.10008.5.1.4.31")
link = ae.associate("127.0.0.1", port, ae_title=called)
assert link.is_established
taken, found = [], 0
for _ in range(times):
    started = time.perf_counter()
    answers = [answer for status, answer in link.send_c_find(asked, "1.2.840.10008.5.1.4.31") if answer is not None]
    taken.append((time.perf_counter() - started) * 1000)
    found = len(answers)
link.release()
print(json.dumps([found, taken]))
"""


def device(port: int, called: str) -> list[float]:
    """How long each of the questions took, in ms."""
    words = [sys.executable, "-W", "ignore", "-c", DEVICE, str(port), AET, called, str(WARM + TIMES)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300, check=True)
    found, taken = json.loads(done.stdout.splitlines()[-1])
    assert found == ENTRIES, f"{found} answers of {called}"
    return list(taken[WARM:])


@contextmanager
def ours(folder: Path) -> Iterator[int]:
    """A township with 100 open orders behind the DICOM port."""
    chosen = FoundationSettings(data=folder)
    folder.mkdir(parents=True, exist_ok=True)
    schema.migrate(chosen.database_url)
    floor = open_floor(chosen)
    registry = Registry(floor, RegistrySettings())
    unit = registry.add_unit(PRODUCT, "河口镇卫生院", UnitKind.TOWNSHIP, "YXHK")
    registry.admit_device(PRODUCT, NewDevice(AET, unit.id, "DR 一号", "DX"))
    for number in range(ENTRIES):
        name = SURNAMES[number % 10] + GIVEN[number // 10] + GIVEN[number % 10]
        new = NewPatient(unit.id, name, f"P{number:04d}", Sex.FEMALE, date(1960, 1, 1 + number % 28))
        patient = registry.register_patient(PRODUCT, new)
        registry.create_order(PRODUCT, NewOrder(patient.id, "DR-CHEST-PA", history="咳嗽、咳痰一周"))
    settings = GatewaySettings(host="127.0.0.1", port=0)
    worklist = Worklist(registry, settings)
    service = {MODALITY_WORKLIST: (evt.EVT_C_FIND, worklist.find)}
    scp = Scp(Gateway(floor, registry, settings), registry, settings, service)
    scp.start()
    try:
        yield scp.port
    finally:
        scp.stop()
        floor.close()


@contextmanager
def wlmscpfs(folder: Path, port: int) -> Iterator[int]:
    """DCMTK's worklist server over the same entries, as our own list gives them to findscu."""
    called = folder / "PEER"
    called.mkdir(parents=True)
    (called / "lockfile").touch()
    keys = [word for key in KEYS for word in ("-k", key)]
    words = ["findscu", "-W", "-X", "-od", str(called), "-aet", AET, "-aec", "LIANZHEN", *keys]
    subprocess.run([*words, "127.0.0.1", str(port)], check=True, capture_output=True, timeout=60)
    for answer in called.glob("*.dcm"):
        answer.rename(answer.with_suffix(".wl"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        chosen = int(free.getsockname()[1])
    served = ["wlmscpfs", "--data-files-path", str(folder), "--disable-file-reject", str(chosen)]
    process = subprocess.Popen(served, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        yield chosen
    finally:
        process.terminate()
        process.wait()


def p95(taken: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(taken, n=20)[-1]


def rows() -> list[dict[str, Any]]:
    """Ours and the peer, one after the other in one run."""
    with tempfile.TemporaryDirectory() as folder, ours(Path(folder) / "data") as port:
        mine = device(port, "LIANZHEN")
        with wlmscpfs(Path(folder) / "peer", port) as other:
            theirs = device(other, "PEER")
    return [_row("median", median(mine), median(theirs)), _row("P95", p95(mine), p95(theirs))]


def _row(what: str, mine: float, theirs: float) -> dict[str, Any]:
    return {
        "figure": f"worklist of {ENTRIES} entries, request to final response, {what}", "unit": "ms",
        "ours": round(mine, 1), "peer": "DCMTK wlmscpfs", "peer_value": round(theirs, 1),
        "ratio": round(mine / theirs, 2), "goal": f"≤ {GOAL_MS:g}", "met": mine <= GOAL_MS,
    }  # fmt: skip
