"""A version as a PDF: typst, tagged, fonts embedded, the same bytes for the same version.

Runs in a child process (`render`); the door gathers the facts (`sheet`). Time stands in the document only as it was
fixed at approval, so a report rendered again has the same bytes.
"""

import base64
import io
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from foundation import clock
from reports.errors import FontsMissing
from reports.model import Signatory, Statement, Version, age

TEMPLATE = Path(__file__).parent / "report.typ"
SEX = {"M": "男", "F": "女", "O": "其他"}
MODALITY = {
    "DX": "数字化X线摄影（DR）", "CR": "计算机X线摄影（CR）", "DR": "数字化X线摄影（DR）", "CT": "CT", "MR": "磁共振",
    "US": "超声", "MG": "乳腺X线摄影", "ECG": "心电图", "XA": "X线血管造影", "RF": "X线透视",
}  # fmt: skip
FOOT = "本系统未取得医疗器械注册证，不是经认证的医疗器械。Not a certified medical device."
DEMO_FOOT = "演示报告，不得用于临床诊疗。Demonstration only, not for clinical use. "
RECOGNITION = (
    "诊断意见供临床医师参考，请结合临床。按《医疗机构检查检验结果互认管理办法》（国卫医发〔2022〕6号）第二条，"
    "互认的是检查影像和数据，不包括医师出具的诊断结论。"
)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whose report it is. `demo` marks every page."""

    centre: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that `render` needs; crosses to the child process."""

    data: dict[str, Any]
    images: tuple[bytes, ...]  # PNG, in the order of data["captions"]
    at: datetime
    fonts: str


def sheet(version: Version, head: Letterhead, images: tuple[bytes, ...], fonts: Path) -> Sheet:
    """The page of an approved version. `images` are the key images' PNG, in their order."""
    says = version.says
    assert says.reviewer is not None
    assert says.reviewed_at is not None
    exam, content = says.examination, says.content
    foot = f"{DEMO_FOOT if head.demo else ''}{FOOT}"
    digest = version.sha256
    data = {
        "title": head.centre,
        "kind": "远程影像诊断报告",
        "centre": head.centre,
        "number": exam.accession_number or says.report_id,
        "accession": exam.accession_number or "—",
        "tag": "演示 DEMO · 无法律效力" if head.demo else "",
        "patient": {
            "name": exam.patient_name,
            "sex": SEX.get(exam.patient_sex, "—"),
            "age": age(exam.patient_birth_date, exam.study_at) or "—",
        },
        "fields": _fields(says),
        "captions": [f"图 {number}" for number in range(1, len(images) + 1)],
        "findings": content.findings,
        "impression": content.impression,
        "positive": bool(content.positive),
        "recommendation": content.recommendation,
        "seal": {"name": head.centre, "use": "演示专用章" if head.demo else "诊断报告专用章"},
        "doctors": [
            _doctor("报告医师", says.writer, "书写时间", says.written_at),
            _doctor("审核医师", says.reviewer, "审核时间", says.reviewed_at),
        ],
        "notes": [
            RECOGNITION,
            f"本报告已由审核医师和机构作数字签名，改动任何一处都会使签名失效。第 {says.number} 版，"
            f"内容摘要 SHA-256 {digest[:16]}…{digest[-16:]}。",
        ],
        "foot": foot,
    }
    return Sheet(data, images, says.reviewed_at.replace(microsecond=0), str(fonts))


def _doctor(role: str, person: Signatory, label: str, at: datetime) -> dict[str, str]:
    return {"role": role, "name": person.name, "title": person.title, "time-label": label, "time": clock.shown(at)}


def _fields(says: Statement) -> list[dict[str, Any]]:
    exam = says.examination

    def one(label: str, value: str, span: int = 1, *, strong: bool = False) -> dict[str, Any]:
        return {"label": label, "value": value or "—", "span": span, "strong": strong}

    fields = [
        one("姓名", exam.patient_name, strong=True),
        one("性别", SEX.get(exam.patient_sex, "")),
        one("年龄", age(exam.patient_birth_date, exam.study_at)),
        one("检查号", exam.accession_number),
        one("患者编号", exam.patient_id),
        one("检查时间", exam.study_at.replace("T", " ")),
        one("检查项目", exam.item_name, 2),
        one("检查设备", MODALITY.get(exam.modality, exam.modality)),
        one("检查单位", exam.unit_name, 2),
        one("申请单位", exam.requesting_unit_name or exam.unit_name),
    ]
    if exam.history:
        fields.append(one("临床信息", exam.history, 3))
    return fields


def render(page: Sheet) -> bytes:
    """The PDF, unsigned. Raises FontsMissing, ValueError for an image that is not one."""
    images = [
        {"svg": _svg(png), "caption": caption} for png, caption in zip(page.images, page.data["captions"], strict=True)
    ]
    compiler, template = _compiler(page.fonts)
    inputs = {"data": json.dumps({**page.data, "images": images}, ensure_ascii=False)}
    pdf = compiler.compile(
        input=template, format="pdf", sys_inputs=inputs, timestamp=page.at, pdf_standards=["1.7"], pdf_tags=True
    )
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _compiler(fonts: str) -> tuple[Any, bytes]:
    import typst

    if not Path(fonts, "NotoSansCJK-Regular.ttc").exists():
        raise FontsMissing(folder=fonts)
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    # the root is the template's own folder: nothing outside it could be read even by the template itself
    return typst.Compiler(root=str(TEMPLATE.parent), font_paths=found, ignore_system_fonts=True), TEMPLATE.read_bytes()


def _svg(png: bytes) -> str:
    """A picture that travels inside the JSON: JPEG (quality 92) in an SVG frame of its own size."""
    from PIL import Image

    with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
        grey = image if image.mode in {"L", "RGB"} else image.convert("RGB")
        packed = io.BytesIO()
        grey.save(packed, "JPEG", quality=92)
        width, height = grey.size
    text = base64.b64encode(packed.getvalue()).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}"><image width="{width}" height="{height}" '
        f'xlink:href="data:image/jpeg;base64,{text}"/></svg>'
    )
