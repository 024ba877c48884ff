"""One signed report: rendering, two signatures, their time stamps, checking all; CPU of the child process that does it.

The goals are issue 4's: render, sign twice and stamp (B-LTA) in at most 200 ms of CPU, verify in at most 100, warm.
Each run has findings of its own, so nothing is answered from typst's cache of the page before.
"""

import io
import resource
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from reports.api.composing import version_of
from reports.encodings.pdf import Beside, Letterhead, Sheet, render, sheet
from reports.model import Content, Examination, ReportStatus, Signatory, Statement
from reports.settings import ReportsSettings
from reports.signers.certificates import Holder
from reports.signers.keys import KeyStore
from reports.signers.pdf import Job, Proofs, issue
from reports.signers.timestamps import demonstration
from reports.signers.x509 import Key
from reports.verification import verify_pdf

RUNS = 15
GOAL_MS = 200
GOAL_VERIFY_MS = 100
AT = datetime.now(UTC).replace(microsecond=0)  # revocation lists are fresh for a week
WRITER = Signatory("w", "李文博", "主治医师", "")
REVIEWER = Signatory("r", "张建国", "副主任医师", "")
EXAMINATION = Examination(
    study_instance_uid="2.25.1", accession_number="YXHK0000000001", modality="CR", body_part="CHEST",
    item_name="胸部正位", history="咳嗽、发热 3 天", study_at="2026-11-22T09:31", unit_id="u", unit_name="河口镇卫生院",
    requesting_unit_id="u", requesting_unit_name="河口镇卫生院", order_id="o", patient_uid="p", patient_id="P0001",
    patient_name="王㛃䶮", patient_sex="F", patient_birth_date="1958-03-04",
)  # fmt: skip
CONTENT = Content(
    findings="胸廓对称，气管居中。右肺下野见斑片状密度增高影，边界模糊，密度不均匀；余肺野未见明确实变影，肺纹理稍增多。\n"
    "双侧肺门影未见明显增大。心影大小、形态在正常范围。双侧膈面光整，肋膈角锐利，未见明确胸腔积液征象。",
    impression="右肺下野斑片影，考虑炎症，请结合临床及实验室检查。",
    positive=True,
    recommendation="抗感染治疗后复查；如病灶吸收不佳，建议胸部CT检查。",
)


def doctor_key(keys: KeyStore) -> Key:
    """The reviewer's key in hand."""
    private = ec.generate_private_key(ec.SECP256R1())
    certificate, issuers = keys.issue(Holder(REVIEWER.name, "云溪县人民医院", REVIEWER.id), private.public_key(), AT)
    plain = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Key(REVIEWER.name, certificate, issuers, plain)


def cpu_ms(work: Callable[[], object]) -> float:
    """User and system time of this process for one call."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return 1000 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def page(number: int, picture: bytes) -> Sheet:
    """A report with findings of its own."""
    content = replace(CONTENT, findings=f"{CONTENT.findings}第 {number} 份。")
    says = Statement("report", 2, ReportStatus.FINAL, EXAMINATION, content, WRITER, AT, REVIEWER, AT)
    head = Letterhead("云溪县人民医院", demo=True)
    return sheet(version_of(says, None), head, Beside((picture,)), ReportsSettings().fonts)


def key_image() -> bytes:
    """A real chest film at the width of a report, PNG."""
    import numpy
    import pydicom
    from PIL import Image
    from pydicom.data import get_testdata_file

    path = get_testdata_file("RG1_UNCR.dcm", download=False)
    assert isinstance(path, str)
    pixels = pydicom.dcmread(path).pixel_array.astype(float)
    low, high = numpy.percentile(pixels, (1, 99))
    grey = Image.fromarray(((high - pixels) / (high - low) * 255).clip(0, 255).astype("uint8"))
    width = ReportsSettings().key_image_width
    packed = io.BytesIO()
    grey.resize((width, grey.height * width // grey.width)).save(packed, "PNG")
    return packed.getvalue()


def pdfsig_ms(pdf: bytes) -> float | None:
    """CPU of poppler's pdfsig for the same file; None when it is not installed."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            subprocess.run(["pdfsig", file.name], capture_output=True, check=False)
        except FileNotFoundError:
            return None
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def row(figure: str, ours: float, **more: Any) -> dict[str, Any]:
    """One line of the table."""
    return {"figure": figure, "unit": "ms CPU", "ours": round(ours, 1), "peer": None, "peer_value": None,
            "ratio": None, "goal": None, "met": None, **more}  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """Medians over warm runs, and the first, cold one."""
    picture = key_image()
    with tempfile.TemporaryDirectory() as folder:
        keys = KeyStore(Path(folder), None, demo=True)
        doctor, seal = doctor_key(keys), keys.seal("云溪县人民医院", AT)
        lists, stamps = keys.revocations([], AT), demonstration(keys.time_stamps("云溪县人民医院", AT))
        proofs = Proofs(revocations=(lists or b"",))
        roots = keys.roots()
    jobs = [
        Job(page(number, picture), doctor, seal, AT, "云溪县", proofs=proofs, stamps=stamps)
        for number in range(RUNS + 1)
    ]
    cold = cpu_ms(lambda: issue(jobs[0]))
    both = statistics.median(cpu_ms(partial(issue, job)) for job in jobs[1:])
    pages = [page(number + 1000, picture) for number in range(RUNS)]
    drawn = statistics.median(cpu_ms(partial(render, one)) for one in pages)
    pdf = issue(jobs[0]).pdf
    verify_pdf(pdf, roots)
    checked = statistics.median(cpu_ms(lambda: verify_pdf(pdf, roots)) for _ in range(RUNS))
    peer = pdfsig_ms(pdf)
    pdfsig = (
        {}
        if not peer
        else {"peer": "pdfsig (no difference policy)", "peer_value": round(peer, 1), "ratio": round(checked / peer, 2)}
    )
    return [
        row("render, sign twice, three time stamps", both, goal=f"≤ {GOAL_MS}", met=both <= GOAL_MS),
        row("of which render", drawn),
        row("first report of a child process", cold),
        row(
            "verify signatures and time stamps",
            checked,
            goal=f"≤ {GOAL_VERIFY_MS}",
            met=checked <= GOAL_VERIFY_MS,
            **pdfsig,
        ),
        row("size of the report with one image", len(pdf) / 1024, unit="KiB"),
    ]
