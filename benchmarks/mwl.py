"""A modality worklist of 100 entries: from the C-FIND request to the final response, as a device sees it.

The device is DCMTK's findscu, which asks again and again on one association and reads every answer; what it takes to
start and to associate is taken off. The peer is DCMTK's `wlmscpfs` with the same 100 entries as files in one folder,
asked by the same device in the same run.
"""

import socket
import subprocess
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
RUNS = 12
REPEATED = 10
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


def device(port: int, called: str) -> list[float]:
    """How long a question took in each of the runs, in ms."""
    said, _ = _asked(port, called, 1, "-v")
    assert said.count("(Pending)") == ENTRIES, f"{called}: {said[-500:]}"
    once, often = [], []
    for _ in range(RUNS):
        once.append(_asked(port, called, 1, "-q")[1])
        often.append(_asked(port, called, 1 + REPEATED, "-q")[1])
    start = min(once)  # process, association and one question
    return [(one - start) / REPEATED for one in often]


def _asked(port: int, called: str, times: int, *more: str) -> tuple[str, float]:
    """What findscu says, and how long it took in ms."""
    keys = [word for key in KEYS for word in ("-k", key)]
    words = ["findscu", "-W", *more, "--repeat", str(times), "-aet", AET, "-aec", called, *keys]
    began = time.perf_counter()
    done = subprocess.run([*words, "127.0.0.1", str(port)], capture_output=True, timeout=300, check=True)
    took = (time.perf_counter() - began) * 1000
    return (done.stdout + done.stderr).decode("ascii", "replace"), took


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
