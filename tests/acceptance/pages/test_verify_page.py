"""The page that checks QR codes: saved to a disk, opened without a network, in a real browser."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Page, expect

from reports.model import Superseded
from reports.signers import cose
from reports.signers.cose import Claims
from reports.signers.keys import KeyStore
from reports.signers.x509 import kid_of
from reports.verification import lists
from reports.verification.lists import KeyList, ListedKey
from tests.product import ROOT, Product

AT = datetime.now(UTC).replace(microsecond=0)
CENTRE = "云溪县人民医院"
CLAIMS = Claims(
    "01a21266-f7f1-764b-a47e-cde472b548a2", 2, "final", "ab" * 32, AT, "河口镇卫生院", "胸部正位", "王*䶮", "李文博",
    "张建国", "右肺下野炎症。",
)  # fmt: skip


class County:
    """A seal, a code, and the files that are published."""

    def __init__(self, folder: Path) -> None:
        store = KeyStore(folder / "keys", None, demo=True)
        self.seal = store.seal(CENTRE, AT)
        found = x509.load_der_x509_certificate(self.seal.certificate)
        public = found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        listed = ListedKey(
            kid_of(self.seal.certificate), self.seal.name, "seal", CENTRE, self.seal.algorithm, public,
            found.not_valid_before_utc, found.not_valid_after_utc,
        )  # fmt: skip
        self.known = KeyList(CENTRE, AT, True, {listed.kid: listed})
        self._store, self._folder = store, folder
        root = x509.load_der_x509_certificate(store.roots()[0])
        self.root = folder / "county.pem"
        self.root.write_bytes(root.public_bytes(Encoding.PEM))

    def list_file(self, known: KeyList) -> Path:
        path = self._folder / "keys.json"
        path.write_bytes(lists.sign(known, self._store.roots()[0], self._store.authority().key))
        return path


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path)


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Page:
    context = browser.new_context(viewport={"width": 720, "height": 1000}, locale="zh-CN", offline=True)
    opened = context.new_page()
    saved = tmp_path / "saved.html"
    saved.write_bytes((ROOT / "web" / "frontend" / "public" / "verify.html").read_bytes())
    opened.goto(saved.as_uri())
    return opened


def give(page: Page, county: County, known: KeyList) -> None:
    page.locator("#list-file").set_input_files(county.list_file(known))
    page.locator("#root-file").set_input_files(county.root)
    expect(page.get_by_text("已就绪")).to_be_visible()


def check(page: Page, text: str) -> str:
    page.get_by_label("扫描二维码得到的文字").fill(text)
    page.get_by_role("button", name="核对").click()
    heading = page.locator("#verdict h2")
    expect(heading).to_be_visible()
    return heading.inner_text()


def test_a_saved_page_checks_a_code_without_a_network(page: Page, county: County) -> None:
    text = cose.sign(CLAIMS, county.seal)
    assert check(page, text) == "请先选择密钥名单和根证书"
    give(page, county, county.known)
    assert check(page, text) == "完好，由机构印章签名"
    said = page.locator("#verdict").inner_text()
    for expected in (
        CENTRE,
        "河口镇卫生院",
        "王*䶮",
        "李文博",
        "张建国",
        "右肺下野炎症。",
        "ab" * 32,
        "演示证书，无法律效力",
    ):
        assert expected in said
    folder = ROOT / "build" / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / "25-verify-page.png")


def test_what_is_not_the_countys_is_refused(page: Page, county: County, tmp_path: Path) -> None:
    give(page, county, county.known)
    text = cose.sign(CLAIMS, county.seal)
    for place in range(6, len(text), 61):
        other = "1" if text[place] != "1" else "2"
        assert not check(page, text[:place] + other + text[place + 1 :]).startswith("完好"), place
    assert check(page, "https://example.org").startswith("不是联诊")
    (tmp_path / "other").mkdir()
    stranger = County(tmp_path / "other")
    assert "名单里没有这把密钥" in check(page, cose.sign(CLAIMS, stranger.seal))
    page.locator("#list-file").set_input_files(stranger.list_file(stranger.known))
    assert "不是这张根证书签名" in check(page, text)


def test_a_superseded_one_is_said_to_be(page: Page, county: County) -> None:
    give(page, county, replace(county.known, superseded={"ab" * 32: Superseded(3, "corrected", AT)}))
    assert check(page, cose.sign(CLAIMS, county.seal)).startswith("已被第 3 版取代（已更正，")


def test_a_revoked_seals_code_is_not_believed(page: Page, county: County) -> None:
    (one,) = county.known.keys.values()
    give(page, county, replace(county.known, keys={one.kid: replace(one, revoked_at=AT)}))
    assert "已吊销" in check(page, cose.sign(CLAIMS, county.seal))


def test_the_county_serves_it_with_its_own_list_inside(product: Product, browser: Browser) -> None:
    opened = browser.new_context(locale="zh-CN").new_page()
    faults: list[str] = []
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    answer = opened.goto(f"{product.url}/verify")
    assert answer is not None
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    expect(opened.get_by_text(re.compile("密钥名单和根证书：(已就绪|请选择文件)"))).to_be_visible()
    assert check(opened, "LZ1:NONSENSE").startswith("不是联诊")
    assert faults == []
