"""A version as a PDF: typst, tagged, fonts embedded, the same bytes for the same version.

Runs in a child process (`render`); the door gathers the facts (`sheet`). Time stands in the document only as it was
fixed at approval, so a report rendered again has the same bytes.
"""

import base64
import io
import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from foundation import clock
from reports.encodings.attachments import DESCRIPTION, MIME, Attachment
from reports.encodings.qr import qr_svg
from reports.errors import FontsMissing, NotPrintable
from reports.model import ReportStatus, Signatory, Statement, Version
from reports.wording import age

NO_GLYPH = re.compile(r'the text `"(?:\\u\{([0-9a-f]+)\}|(.))[^`]*"` could not be displayed')
TEMPLATE = Path(__file__).parent / "report.typ"
SEX = {"M": "男", "F": "女", "O": "其他"}
MODALITY = {
    "DX": "数字化X线摄影（DR）", "CR": "计算机X线摄影（CR）", "DR": "数字化X线摄影（DR）", "CT": "CT", "MR": "磁共振",
    "US": "超声", "MG": "乳腺X线摄影", "ECG": "心电图", "XA": "X线血管造影", "RF": "X线透视",
}  # fmt: skip
FOOT = "本系统未取得医疗器械注册证，不是经认证的医疗器械。Not a certified medical device."
DEMO_FOOT = "演示报告，不得用于临床诊疗。Demonstration only, not for clinical use. "
EMERGENCY_WORDS, EMERGENCY_MARK = "急诊报告，以正式报告为准", "急诊报告"
BANNER = {
    ReportStatus.AMENDED: "修订报告，替代此前版本",
    ReportStatus.CORRECTED: "更正报告，替代此前版本",
    ReportStatus.APPENDED: "补充报告，替代此前版本",
    ReportStatus.ENTERED_IN_ERROR: "本报告已撤销，不得用于诊疗",
}
WATERMARK = {ReportStatus.CORRECTED: "更正报告", ReportStatus.ENTERED_IN_ERROR: "已撤销"}
RECOGNITION = (
    "诊断意见供临床医师参考，请结合临床。按《医疗机构检查检验结果互认管理办法》（国卫医发〔2022〕6号）第二条，"
    "互认的是检查影像和数据，不包括医师出具的诊断结论。"
)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whose report it is, and on which paper. `demo` marks every page."""

    centre: str
    demo: bool
    paper: str = "a4"  # or "a5"


@dataclass(frozen=True, slots=True)
class Beside:
    """What a page carries beside its version's own facts."""

    images: tuple[bytes, ...] = ()  # the key images' PNG, in their order
    code: str = ""  # the text of the QR code; empty leaves it out
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that `render` needs; crosses to the child process."""

    data: dict[str, Any]
    images: tuple[bytes, ...]  # PNG, in the order of data["captions"]
    at: datetime
    fonts: str


def sheet(version: Version, head: Letterhead, beside: Beside, fonts: Path) -> Sheet:
    """The page of a version that is issued."""
    says = version.says
    exam, content = says.examination, says.content
    digest, at = version.sha256, says.reviewed_at or says.written_at
    data = {
        "paper": head.paper,
        "title": head.centre,
        "kind": "急诊影像诊断报告" if says.emergency else "远程影像诊断报告",
        "centre": head.centre,
        "number": exam.accession_number or says.report_id,
        "accession": exam.accession_number or "—",
        "mark": says.mark.text if says.status is not ReportStatus.ENTERED_IN_ERROR else "",
        "tag": "演示 DEMO · 无法律效力" if head.demo else "",
        "banner": banner(says),
        "watermark": WATERMARK.get(says.status, "") if not says.emergency else EMERGENCY_MARK,
        "patient": {
            "name": exam.patient_name,
            "sex": SEX.get(exam.patient_sex, "—"),
            "age": age(exam.patient_birth_date, exam.study_at) or "—",
        },
        "fields": _fields(says),
        "captions": [f"图 {number}" for number in range(1, len(beside.images) + 1)],
        "findings": content.findings,
        "impression": content.impression,
        "positive": bool(content.positive),
        "recommendation": content.recommendation,
        "addendum": content.addendum,
        "seal": {"name": head.centre, "use": "演示专用章" if head.demo else "诊断报告专用章"},
        "doctors": _doctors(says),
        "notes": [
            RECOGNITION,
            f"本报告已由{'审核医师' if says.reviewer else '报告医师'}和机构作数字签名，改动任何一处都会使签名失效。"
            f"第 {says.number} 版，内容摘要 SHA-256 {digest[:16]}…{digest[-16:]}。",
        ],
        "foot": f"{DEMO_FOOT if head.demo else ''}{FOOT}",
        "code": qr_svg(beside.code) if beside.code else "",
        "attachments": [
            {
                "name": one.name,
                "text": one.data.decode(),
                "mime": MIME[one.name],
                "relationship": one.relationship,
                "description": DESCRIPTION[one.name],
            }
            for one in beside.attachments
        ],
    }
    return Sheet(data, beside.images, at.replace(microsecond=0), str(fonts))


def banner(says: Statement) -> dict[str, str] | None:
    """The words above a report that is not simply final, and whether they warn."""
    if says.emergency:
        return {"text": EMERGENCY_WORDS, "reason": "单人签发的初步报告，两级审核后的正式报告将替代本报告。"}
    words = BANNER.get(says.status)
    if words is None:
        return None
    return {"text": f"{words}（第 {says.number} 版）", "reason": f"原因：{says.reason}" if says.reason else ""}


def _doctors(says: Statement) -> list[dict[str, str]]:
    writer = _doctor("报告医师", says.writer, "书写时间", says.written_at)
    if says.reviewer is None or says.reviewed_at is None:
        return [writer, {"role": "审核医师", "name": "待审核", "title": "", "time-label": "", "time": ""}]
    withdrawn = says.status is ReportStatus.ENTERED_IN_ERROR
    role, label = ("撤销医师", "撤销时间") if withdrawn else ("审核医师", "审核时间")
    return [writer, _doctor(role, says.reviewer, label, says.reviewed_at)]


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
    """The PDF, unsigned. Raises FontsMissing, NotPrintable, ValueError for an image that is not one."""
    images = [
        {"svg": _svg(png), "caption": caption} for png, caption in zip(page.images, page.data["captions"], strict=True)
    ]
    compiler, template = _compiler(page.fonts)
    inputs = {"data": json.dumps({**page.data, "images": images}, ensure_ascii=False)}
    try:
        pdf = compiler.compile(
            input=template, format="pdf", sys_inputs=inputs, timestamp=page.at, pdf_standards=["a-3a"], pdf_tags=True
        )
    except RuntimeError as fault:  # typst's own; PDF/A wants a glyph for everything (ISO 19005-3 §6.2.11.8)
        found = NO_GLYPH.search(str(fault))
        if found is None:
            raise
        letter = chr(int(found[1], 16)) if found[1] else found[2]
        raise NotPrintable(letter=letter, code_point=f"U+{ord(letter[0]):04X}") from fault
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
