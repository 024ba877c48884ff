"""The QR code on paper: printed 35 mm wide, scanned crooked, blurred and noisy at 150 dpi, read 10 of 10."""

import random
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageFilter

from reports.api.composing import version_of
from reports.api.sealing import claims
from reports.encodings.attachments import attachments
from reports.encodings.pdf import Beside, Letterhead, render, sheet
from reports.model import Statement
from reports.settings import ReportsSettings
from reports.signers import cose
from reports.signers.keys import KeyStore
from tests.unit.reports.statements import CONTENT, EXAMINATION, REVIEWED, final

pytestmark = pytest.mark.one_database  # there is none in it

CENTRE = "云溪县人民医院医学影像诊断中心"
REPORT_ID = "01a21257-ec1e-7394-8821-2d05eeb74089"
DPI = 150


@pytest.fixture(scope="module")
def says() -> Statement:
    """A report whose every claim is as long as it may be."""
    long = replace(EXAMINATION, item_name="胸部正侧位加双侧肋骨斜位数字化X线摄影检查", patient_name="欧阳小𬭊")
    impression = "右肺下野大片状密度增高影，考虑大叶性肺炎可能性大，右侧胸腔少量积液；建议抗感染治疗后两周复查。"
    content = replace(CONTENT, impression=impression, key_images=())
    return replace(final(content, long), report_id=REPORT_ID, centre_id="unit-0", centre_name=CENTRE)


@pytest.fixture(scope="module")
def code(says: Statement, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text that the county has signed."""
    keys = KeyStore(tmp_path_factory.mktemp("keys"), None, demo=True)
    return cose.sign(claims(says, version_of(says, None).sha256), keys.seal(CENTRE, REVIEWED))


@pytest.fixture(scope="module")
def printed(says: Statement, code: str, tmp_path_factory: pytest.TempPathFactory) -> Image.Image:
    """The page as a 150 dpi scanner sees it."""
    version = version_of(says, None)
    beside = Beside((), code, attachments(version, version, None))
    folder = tmp_path_factory.mktemp("page")
    (folder / "report.pdf").write_bytes(
        render(sheet(version, Letterhead(CENTRE, demo=True), beside, ReportsSettings().fonts))
    )
    command = [
        "pdftoppm",
        "-r",
        str(DPI),
        "-gray",
        "-singlefile",
        "-png",
        str(folder / "report.pdf"),
        str(folder / "report"),
    ]
    subprocess.run(command, check=True, timeout=60)
    with Image.open(folder / "report.png") as image:
        return image.convert("L")


def scanned(page: Image.Image, chance: random.Random, target: Path) -> None:
    """Crooked by up to 4 degrees, blurred, noisy, and saved as a poor JPEG."""
    turned = page.rotate(chance.uniform(-4, 4), Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    blurred = turned.filter(ImageFilter.GaussianBlur(chance.uniform(0.4, 0.6)))
    noise = Image.effect_noise(blurred.size, chance.uniform(8, 14))
    ImageChops.add(blurred, noise, scale=1, offset=-128).save(target, "JPEG", quality=60)


def test_ten_of_ten_scans_are_read_by_two_readers(printed: Image.Image, code: str, tmp_path: Path) -> None:
    chance = random.Random(4)
    by_zxing, by_zbar = [], []
    for number in range(10):
        target = tmp_path / f"{number}.jpg"
        scanned(printed, chance, target)
        with Image.open(target) as image:
            by_zxing.append([one.text for one in zxingcpp.read_barcodes(image)])
        done = subprocess.run(["zbarimg", "--quiet", "--raw", target], capture_output=True, check=False, timeout=60)
        by_zbar.append(done.stdout.decode().splitlines())
    assert by_zxing == [[code]] * 10
    assert by_zbar == [[code]] * 10


def test_the_code_says_what_it_may_and_no_more(code: str, says: Statement) -> None:
    read = cose.read(code).claims
    assert (read.report_id, read.number, read.status) == (REPORT_ID, 2, "final")
    assert read.sha256 == version_of(says, None).sha256
    assert (read.patient, read.writer, read.reviewer) == ("欧**𬭊", "李文博", "张建国")
    assert read.conclusion.startswith("右肺下野大片状密度增高影")
    assert len(read.conclusion) == 18
    assert says.examination.patient_id not in code
    assert len(read.unit) <= 12


def test_it_is_printed_35_millimetres_wide(printed: Image.Image) -> None:
    (found,) = zxingcpp.read_barcodes(printed)
    corners = found.position
    width = (corners.top_right.x - corners.top_left.x) * 25.4 / DPI
    assert abs(width - 35) < 1
