"""The paper that the clinic gets: complete, beautiful, unforgeable, and never a program."""

import io
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from reports.api.composing import version_of
from reports.encodings.pdf import Beside, Letterhead, Sheet, render, sheet
from reports.errors import CertificateExpired, FontsMissing, NotPrintable
from reports.model import Content, Examination
from reports.settings import ReportsSettings
from reports.signers.keys import KeyStore
from reports.signers.pdf import Job, issue
from reports.signers.timestamps import demonstration
from reports.verification import verify_pdf
from tests.integration.reports.signed import Signed
from tests.integration.reports.tampering import overlay, rewritten
from tests.unit.reports.signers import doctor_key, proofs
from tests.unit.reports.statements import CONTENT, EXAMINATION, REVIEWED, REVIEWER, final

pytestmark = pytest.mark.one_database  # there is none in it

FONTS = ReportsSettings().fonts
HEAD = Letterhead("云溪县人民医院", demo=True)
PLAIN = replace(CONTENT, key_images=())


def picture(width: int = 320, height: int = 400) -> bytes:
    """A grey wedge as PNG."""
    packed = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).save(packed, "PNG")
    return packed.getvalue()


def page(content: Content = PLAIN, examination: Examination = EXAMINATION, images: int = 0) -> Sheet:
    """The sheet of a final version."""
    return sheet(version_of(final(content, examination), None), HEAD, Beside((picture(),) * images), FONTS)


def tool(name: str, *arguments: str, data: bytes) -> str:
    """What one of poppler's tools says of a PDF."""
    done = subprocess.run([name, *arguments], input=data, capture_output=True, check=False, timeout=60)
    return done.stdout.decode()


def words(pdf: bytes) -> str:
    """The text of a PDF without blanks and line ends."""
    return re.sub(r"\s+", "", tool("pdftotext", "-", "-", data=pdf))


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    return KeyStore(tmp_path_factory.mktemp("keys"), None, demo=True)


@pytest.fixture(scope="module")
def signed(keys: KeyStore) -> bytes:
    """A report, signed and sealed."""
    doctor, seal = doctor_key(keys, REVIEWER, "云溪县人民医院", REVIEWED), keys.seal("云溪县人民医院", REVIEWED)
    stamps = demonstration(keys.time_stamps("云溪县人民医院", REVIEWED))
    job = Job(page(images=1), doctor, seal, REVIEWED, "云溪县", proofs=proofs(keys, datetime.now(UTC)), stamps=stamps)
    made = issue(job)
    assert made.profile == "B-LTA"
    return made.pdf


def test_the_paper_carries_what_a_chinese_report_must(signed: bytes) -> None:
    text = words(signed)
    for expected in (
        "云溪县人民医院", "远程影像诊断报告", "王㛃䶮", "女", "68岁", "YXHK0000000001", "胸部正位", "2026-11-2209:31",
        "河口镇卫生院", "咳嗽、发热3天", "检查所见", "右肺下野见斑片状密度增高影。", "诊断意见", "右肺下野炎症。",
        "阳性", "建议", "治疗后复查。", "李文博", "2026-11-2210:12", "张建国", "副主任医师", "2026-11-2210:31",
        "第1页共1页", "演示DEMO·无法律效力", "诊断意见供临床医师参考", "国卫医发〔2022〕6号", "不是经认证的医疗器械",
    ):  # fmt: skip
        assert expected in text, expected


def test_markup_in_the_findings_is_printed_as_it_was_typed() -> None:
    nasty = (
        '#import "@preview/x:1.0.0": * #read("/etc/passwd") #eval("1+1") $x^2$ *粗* _斜_ = 标题 // 注释 '
        '`code` <script>alert(1)</script> \\u{41} @ref #set page(width: 1cm) "引号" -- ...'
    )
    content = replace(PLAIN, findings=nasty, impression=nasty, recommendation=nasty)
    text = words(render(page(content, replace(EXAMINATION, patient_name="#pagebreak()", history="*粗*"))))
    assert text.count(re.sub(r"\s+", "", nasty)) == 3
    assert "#pagebreak()" in text
    assert "*粗*" in text
    assert "root:" not in text


def test_long_findings_fill_three_pages_and_lose_nothing() -> None:
    lines = [
        f"第{number}段：双肺纹理清晰，未见明确实变影；纵隔居中，心影不大，膈面光整，肋膈角锐利。"
        for number in range(140)
    ]
    pdf = render(page(replace(PLAIN, findings="\n".join(lines)), images=1))
    text = words(pdf)
    assert "Pages:           4" in tool("pdfinfo", "-", data=pdf)
    assert all(line in text for line in lines)
    assert "第3页共4页" in text
    assert text.count("检查号YXHK0000000001") == 4  # once in the table, then at the head of each further page


def test_rare_characters_of_names_are_printed_with_a_glyph() -> None:
    names = "㛃䶮𬭊𫖯㼆𬱖"
    pdf = render(page(replace(PLAIN, findings=names), replace(EXAMINATION, patient_name=names)))
    assert words(pdf).count(names) == 2
    picture_of = Image.open(io.BytesIO(subprocess.run(
        ["pdftoppm", "-r", "60", "-png", "-"], input=pdf, capture_output=True, check=True, timeout=60
    ).stdout))  # fmt: skip
    assert picture_of.size[0] > 400


def test_the_paper_is_tagged_its_fonts_embedded_and_its_pictures_described(signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("zh")
        assert "/StructTreeRoot" in pdf.Root
        assert b"\xfe\xff" in bytes(pdf.docinfo["/Title"]) or "远程" in str(pdf.docinfo["/Title"])
    fonts = tool("pdffonts", "-", data=signed).splitlines()[2:]
    assert fonts
    assert all("yes yes yes" in line for line in fonts)
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        alternatives = [obj for obj in pdf.objects if isinstance(obj, pikepdf.Dictionary) and "/Alt" in obj]
    assert [str(obj.Alt) for obj in alternatives if str(obj.get("/S", "")) == "/Figure"] == ["图 1"]


def test_the_same_version_is_rendered_to_the_same_bytes() -> None:
    assert render(page(images=1)) == render(page(images=1))
    assert render(page()) != render(page(replace(PLAIN, findings="另一份")))


def test_a_paper_without_its_fonts_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing):
        render(replace(page(), fonts=str(tmp_path)))


def test_both_signatures_are_valid_by_two_independent_judges(signed: bytes, keys: KeyStore, tmp_path: Path) -> None:
    verdict = verify_pdf(signed, keys.roots())
    assert verdict.intact
    assert verdict.trusted
    reviewer, seal = verdict.signatures
    assert (reviewer.signer, seal.signer) == ("张建国", "云溪县人民医院 电子印章")
    assert reviewer.signed_at == REVIEWED.replace(microsecond=0)
    assert not reviewer.acceptable
    assert reviewer.proved_at is not None
    assert verdict.not_known == ("later-revocation", "superseded")
    path = tmp_path / "report.pdf"
    path.write_bytes(signed)
    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False, timeout=60).stdout
    assert said.count("Signature is Valid.") == 2
    assert "联诊演示 DEMO — 无法律效力" in said


def test_the_reviewer_certifies_that_only_signatures_may_follow(signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        transform = pdf.Root.Perms.DocMDP.Reference[0]
        assert str(transform.TransformMethod) == "/DocMDP"
        assert int(transform.TransformParams.P) == 2  # ISO 32000-1 table 254: forms and signatures, nothing else


def test_a_county_that_does_not_know_the_root_does_not_trust(signed: bytes, tmp_path: Path) -> None:
    stranger = KeyStore(tmp_path, None, demo=True)
    stranger.seal("另一个县", REVIEWED)
    verdict = verify_pdf(signed, stranger.roots())
    assert verdict.intact
    assert not verdict.trusted
    assert not verify_pdf(signed, ()).trusted


def test_one_flipped_bit_anywhere_does_not_verify(signed: bytes, keys: KeyStore) -> None:
    step = len(signed) // 60
    for place in range(7, len(signed), step):
        broken = bytearray(signed)
        broken[place] ^= 1 << place % 8
        assert not verify_pdf(bytes(broken), keys.roots()).intact, place


def test_a_flip_inside_the_seals_own_container_does_not_verify(signed: bytes, keys: KeyStore) -> None:
    hole = signed.rindex(b"/Contents <") + len("/Contents <")
    for place in [*range(hole, hole + 2600, 53), hole + 9000, hole + 12280]:
        broken = bytearray(signed)
        broken[place] ^= 1
        assert not verify_pdf(bytes(broken), keys.roots()).intact, place - hole


@pytest.mark.parametrize(
    "change",
    [
        overlay,
        rewritten,
        lambda pdf: pdf[:-200],
        lambda pdf: pdf + b"\n% more",
        lambda pdf: b"",
        lambda pdf: b"%PDF-1.7",
    ],
    ids=["overlay", "rewritten", "truncated", "appended", "empty", "head only"],
)
def test_a_file_that_was_worked_on_does_not_verify(
    signed: bytes, keys: KeyStore, change: Callable[[bytes], bytes]
) -> None:
    verdict = verify_pdf(change(signed), keys.roots())
    assert not verdict.intact
    assert not verdict.trusted


def test_a_paper_without_a_signature_says_so(keys: KeyStore) -> None:
    verdict = verify_pdf(render(page()), keys.roots())
    assert (verdict.intact, verdict.fault) == (False, "unsigned")


def test_the_countys_private_keys_lie_encrypted_in_files_of_their_own(keys: KeyStore) -> None:
    keys.seal("云溪县人民医院", REVIEWED)
    folder = keys._folder
    for path in folder.glob("*.key"):
        assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    for path in [*folder.glob("*.key"), keys._secret_file]:
        assert path.stat().st_mode & 0o077 == 0, path.name
    assert "private=" not in repr(keys.seal("云溪县人民医院", REVIEWED))


def test_an_expired_certificate_seals_nothing(keys: KeyStore) -> None:
    keys.seal("云溪县人民医院", REVIEWED)
    assert keys.has_demo_keys()
    with pytest.raises(CertificateExpired):
        keys.seal("云溪县人民医院", REVIEWED.replace(year=REVIEWED.year + 4))


def test_the_signed_paper_is_what_pdf_a_3_asks_for(yunxi: Signed) -> None:
    """Structure after ISO 19005-3, checked by hand: no validator of PDF/A can be had here."""
    with pikepdf.open(io.BytesIO(yunxi.pdf)) as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert not pdf.is_encrypted
        files = {str(one.UF): one for one in pdf.Root.AF}
        assert set(files) == {"report.json", "written.json", "writer-signature.json"}
        for one in files.values():  # §6.8
            assert str(one.AFRelationship) in {"/Source", "/Data"}
            assert str(one.EF.F.Subtype).startswith("/application")
            assert str(one.Desc)
        for page_of in pdf.pages:
            for widget in page_of.get("/Annots", []):  # §6.3: printed, not hidden; without a place it needs no picture
                assert int(widget.F) & 0b100
                assert not int(widget.F) & 0b10_0011
                assert [float(side) for side in widget.Rect] == [0, 0, 0, 0]
        forbidden = {"/JavaScript", "/Launch", "/Movie", "/Sound", "/ResetForm", "/ImportData"}
        actions = {str(one.get("/S", "")) for one in pdf.objects if isinstance(one, pikepdf.Dictionary)}
        assert not actions & forbidden


def test_rare_characters_are_drawn_each_as_itself() -> None:
    names = "㛃䶮𬭊𫖯"
    pictures = set()
    for letter in names:
        pdf = render(page(replace(PLAIN, findings=letter, impression="无", recommendation="")))
        drawn = subprocess.run(["pdftoppm", "-r", "60", "-gray", "-"], input=pdf, capture_output=True, check=True)
        pictures.add(drawn.stdout)
    assert len(pictures) == len(names)


@pytest.mark.parametrize("letter", ["\U0010fffd", "\ue863", "😀"], ids=["no character", "private use", "picture"])
def test_a_character_without_a_glyph_is_named_and_no_box_is_printed(letter: str) -> None:
    with pytest.raises(NotPrintable) as refusal:
        render(page(PLAIN, replace(EXAMINATION, patient_name=f"王{letter}芬")))
    assert refusal.value.facts == {"letter": letter, "code_point": f"U+{ord(letter):04X}"}


@pytest.mark.parametrize(("paper", "size"), [("a4", "595.276 x 841.89 pts"), ("a5", "419.528 x 595.276 pts")])
def test_a_short_report_keeps_to_one_page_beside_its_code(paper: str, size: str) -> None:
    code = "LZ1:" + "0123456789ABCDEF" * 28  # as long as a real one
    head = replace(HEAD, paper=paper)
    pdf = render(sheet(version_of(final(PLAIN), None), head, Beside(code=code), FONTS))
    said = tool("pdfinfo", "-", data=pdf)
    assert size in said
    assert "Pages:           1" in said
    assert "扫码核验" in words(pdf)
