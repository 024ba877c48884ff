"""One film from the township's DR to the clinic's signed PDF, over the real doors, with the tools a user has."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.house import PASSWORD
from tests.product import Client, Product, running, until

CONTENT = {
    "findings": "胸廓对称，双肺纹理增多，右下肺野见斑片状模糊影。心影大小正常，双侧膈面光滑。",
    "impression": "右下肺炎症，建议治疗后复查。",
    "positive": True,
    "recommendation": "抗感染治疗后 2 周复查胸片。",
    "key_images": [],
}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("film") / "data", LIANZHEN_PACS_GATEWAY__QUIET_SECONDS="1") as started:
        yield started


def send(product: Product, folder: Path, **options: Any) -> str:
    """A fresh film is sent; its accession number."""
    film = folder / "film.dcm"
    accession_number = product.film(film, **options)
    sent = product.dcmsend(film)
    assert sent.returncode == 0, sent.stdout + sent.stderr
    return accession_number


def waiting(reader: Client, accession_number: str, kind: str = "reading") -> dict[str, Any]:
    """The row in the worklist, once it is there."""

    def look() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = reader.get("/api/worklist", kind=kind, q=accession_number).json()["items"]
        return items

    return until(look, 15)[0]


def write(reader: Client, row: dict[str, Any]) -> dict[str, Any]:
    """Claim, draft, submit; the report's id and number."""
    claim = reader.post(f"/api/workitems/{row['uid']}/claim").json()
    assert claim["lease_seconds"] > 0, claim
    place, held = f"/api/workitems/{row['uid']}", {"transaction_uid": claim["transaction_uid"]}
    revision = reader.get(place).json()["draft"]["revision"] if reader.get(place).json()["draft"] else 0
    saved = reader.put(f"{place}/draft", **held, revision=revision, content=CONTENT)
    assert saved.status_code == 200, saved.text
    done = reader.post(f"{place}/submit", **held, revision=saved.json()["revision"], content=CONTENT, password=PASSWORD)
    assert done.status_code == 200, done.text
    result: dict[str, Any] = done.json()
    return result


def approve(reviewer: Client, row: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    """Claim the review and approve."""
    claim = reviewer.post(f"/api/workitems/{row['uid']}/claim").json()
    place = f"/api/workitems/{row['uid']}"
    revision = reviewer.get(place).json()["draft"]["revision"]
    done = reviewer.post(
        f"{place}/approve", transaction_uid=claim["transaction_uid"], revision=revision, content=content,
        password=PASSWORD,
    )  # fmt: skip
    assert done.status_code == 200, done.text
    result: dict[str, Any] = done.json()
    return result


VALID = {"Reviewer": "Signature is Valid", "CountySeal": "Signature is Valid"}


def signatures(pdf: Path) -> dict[str, str]:
    """What poppler says of each signature. Of an RFC 3161 document time stamp it can say nothing yet: left out."""
    said = subprocess.run(["pdfsig", str(pdf)], capture_output=True, text=True, check=False).stdout
    fields = re.findall(r"Signature Field Name: (\S+)", said)
    verdicts = re.findall(r"Signature Validation: (.+?)\.?$", said, re.MULTILINE)
    found = dict(zip(fields, verdicts, strict=True))
    found.pop("TimeStamp", None)
    return found


def test_a_film_is_sent_read_reviewed_signed_delivered_and_proves_itself(product: Product, tmp_path: Path) -> None:
    accession_number = send(product, tmp_path)
    with product.client("radiologist") as reader:
        report = write(reader, waiting(reader, accession_number))
    with product.client("reviewer") as reviewer:
        row = waiting(reviewer, accession_number, "review")
        approve(reviewer, row, CONTENT | {"impression": "右下肺炎症，建议治疗后复查胸片。"})
    with product.client("clinician") as clinic:

        def delivered() -> list[dict[str, Any]]:
            items: list[dict[str, Any]] = clinic.get("/api/inbox", unread="true", q=accession_number).json()["items"]
            return items

        item = until(delivered)[0]
        assert item["unread"]
        assert item["report_id"] == report["report_id"]
        assert item["positive"]
        answer = clinic.get(f"/api/reports/{item['report_id']}/versions/{item['number']}/pdf")
        assert answer.headers["content-type"] == "application/pdf"
        assert not clinic.get("/api/inbox", unread="true", q=accession_number).json()["items"], "the receipt counts"
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(answer.content)
    assert signatures(pdf) == VALID
    text = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    for words in ("右下肺野见斑片状模糊影", "建议治疗后复查胸片", "李文博", "张建国", accession_number):
        assert words in text.replace("\n", ""), f"{words} is missing in the PDF"
    flipped = bytearray(answer.content)
    flipped[len(flipped) // 3] ^= 1
    pdf.write_bytes(flipped)
    assert signatures(pdf) != VALID


def test_the_writer_cannot_approve_the_own_report(product: Product, tmp_path: Path) -> None:
    accession_number = send(product, tmp_path)
    with product.client("reviewer") as both:
        write(both, waiting(both, accession_number))
        row = waiting(both, accession_number, "review")
        refused = both.post(f"/api/workitems/{row['uid']}/claim")
        assert refused.status_code in {403, 409}
        assert refused.json()["detail"]


def test_another_units_people_learn_nothing(product: Product, tmp_path: Path) -> None:
    accession_number = send(product, tmp_path)
    with product.client("radiologist") as reader:
        report = write(reader, waiting(reader, accession_number))
    with product.client("reviewer") as reviewer:
        row = waiting(reviewer, accession_number, "review")
        approve(reviewer, row, CONTENT)
        study = row["study_instance_uid"]
    with product.client("clinician2") as other:
        assert other.get("/api/inbox", q=accession_number).json()["items"] == []
        addresses = [
            f"/api/reports/{report['report_id']}",
            f"/api/reports/{report['report_id']}/versions/1/pdf",
            f"/dicom-web/studies/{study}",
            f"/dicom-web/studies/{study}/metadata",
            f"/api/workitems/{row['uid']}",
        ]
        assert {other.get(address).status_code for address in addresses} <= {403, 404}
        assert other.get("/dicom-web/studies", StudyInstanceUID=study).json() == []


def test_everything_is_found_again_after_a_power_cut(tmp_path: Path) -> None:
    product = Product(tmp_path / "data", {"LIANZHEN_PACS_GATEWAY__QUIET_SECONDS": "1"}).start()
    accession_number = send(product, tmp_path)
    with product.client("radiologist") as reader:
        row = waiting(reader, accession_number)
        claim = reader.post(f"/api/workitems/{row['uid']}/claim").json()
        held = {"transaction_uid": claim["transaction_uid"]}
        saved = reader.put(f"/api/workitems/{row['uid']}/draft", **held, revision=0, content=CONTENT)
        assert saved.status_code == 200, saved.text
    product.kill()
    product.start()
    try:
        with product.client("radiologist") as reader:
            item = reader.get(f"/api/workitems/{row['uid']}").json()
            assert item["draft"]["content"]["findings"] == CONTENT["findings"]
            done = reader.post(
                f"/api/workitems/{row['uid']}/submit", **held, revision=saved.json()["revision"], content=CONTENT,
                password=PASSWORD,
            )  # fmt: skip
            assert done.status_code == 200, done.text
    finally:
        assert product.stop() == 0
