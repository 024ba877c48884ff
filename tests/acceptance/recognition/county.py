"""What has happened before a story begins: persons at two townships, films, signed reports."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pydicom
from pydicom.data import get_testdata_file

from foundation import clock
from foundation.ids import new_uid
from lianzhen import demo
from registry.api import identification_number
from tests.house import PASSWORD
from tests.product import Client, Product, until

FINDINGS, IMPRESSION = "两肺纹理增多，右肺下野见斑片状密度增高影。", "右肺下野炎症，建议治疗后复查。"
DEVICES = {"technician": "TOWNSHIP1", "technician2": "TOWNSHIP2"}


def today() -> date:
    """The county's."""
    return clock.now().astimezone(clock.COUNTY_ZONE).date()


@dataclass
class Somebody:
    """A person with an identification card, who may be registered anywhere."""

    name: str
    number: int
    born: date = date(1962, 5, 17)
    id_card: str = field(init=False)

    def __post_init__(self) -> None:
        self.id_card = identification_number("420999", self.born, 200 + 2 * self.number)


@dataclass
class Desk:
    """The product and who works at it."""

    product: Product
    folder: Path
    _clients: dict[str, Client] = field(default_factory=dict)

    def client(self, account: str) -> Client:
        """Somebody signed in."""
        if account not in self._clients:
            self._clients[account] = self.product.client(account)
        return self._clients[account]

    def order(self, account: str, person: Somebody, item: str = "DR-CHEST-PA", **more: str) -> dict[str, Any]:
        """The technician of a township registers the person with an order."""
        patient = {
            "name": person.name, "sex": "F", "birth_date": person.born.isoformat(), "id_card": person.id_card,
        }  # fmt: skip
        answer = self.client(account).post("/api/orders", patient=patient, item_code=item, **more)
        answer.raise_for_status()
        order: dict[str, Any] = answer.json()
        return order

    def examined(self, account: str, order: dict[str, Any], days_ago: int = 0) -> str:
        """The township's device sends the film of an order, taken so many days ago; its study."""
        film = pydicom.dcmread(str(get_testdata_file(demo.FILM, download=False)))
        film.PixelData = film.pixel_array[::2, ::2].tobytes()  # the stories are about whose it is
        film.Rows, film.Columns = (film.Rows + 1) // 2, (film.Columns + 1) // 2
        day = (today() - timedelta(days=days_ago)).strftime("%Y%m%d")
        film.SpecificCharacterSet = "ISO_IR 192"
        film.PatientName, film.PatientID = order["patient"]["name"], order["patient"]["patient_id"]
        film.PatientSex, film.PatientBirthDate = "F", order["patient"]["birth_date"].replace("-", "")
        film.AccessionNumber, film.StudyDescription = order["accession_number"], order["item_name"]
        film.StudyDate = film.SeriesDate = film.AcquisitionDate = film.ContentDate = day
        film.BodyPartExamined, film.ImageComments = order["body_part"], demo.COMMENT
        film.StudyInstanceUID, film.SeriesInstanceUID, film.SOPInstanceUID = new_uid(), new_uid(), new_uid()
        film.file_meta.MediaStorageSOPInstanceUID = film.SOPInstanceUID
        path = self.folder / f"{order['accession_number']}.dcm"
        film.save_as(path, enforce_file_format=True)
        assert self.product.dcmsend(path, aet=DEVICES[account]).returncode == 0
        return str(film.StudyInstanceUID)

    def reported(self, study: str, *, impression: str = IMPRESSION, positive: bool = True) -> str:
        """The county's doctors sign the report of a study; its id."""
        content = {
            "findings": FINDINGS, "impression": impression, "positive": positive, "recommendation": "",
            "addendum": "", "key_images": [],
        }  # fmt: skip
        self._act("radiologist", study, "reading", "submit", content)
        self._act("reviewer", study, "review", "approve", content)
        row = until(lambda: next((one for one in self._studies() if one["study_instance_uid"] == study), None))
        assert row is not None
        return str(row["report"]["id"])

    def corrected(self, report: str, study: str, why: str, impression: str) -> None:
        """The county's doctors correct a report that was issued."""
        began = self.client("reviewer").post(f"/api/reports/{report}/revisions", kind="correction", reason=why)
        began.raise_for_status()
        self.reported(study, impression=impression)

    def offered(self, account: str, order: dict[str, Any]) -> dict[str, Any]:
        """What a doctor sees for an order."""
        offer: dict[str, Any] = self.client(account).get(f"/api/recognition/orders/{order['id']}").json()
        return offer

    def recognised(self, account: str, order: dict[str, Any]) -> None:
        """A doctor opens the first result that is offered for an order and recognises it."""
        client, offer = self.client(account), self.offered(account, order)
        result, path = offer["candidates"][0], f"/api/recognition/offers/{offer['id']}"
        client.post(f"{path}/open", report_id=result["report_id"]).raise_for_status()
        done = client.post(f"{path}/recognise", report_id=result["report_id"], number=result["number"])
        done.raise_for_status()

    def _studies(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.client("reviewer").get("/api/studies", days=365, limit=200).json()["items"]
        return rows

    def _act(self, account: str, study: str, kind: str, act: str, content: dict[str, Any]) -> None:
        client = self.client(account)
        uid = until(lambda: self._waiting(client, study, kind))
        lock = client.post(f"/api/workitems/{uid}/claim").json()["transaction_uid"]
        revision = client.get(f"/api/workitems/{uid}/draft").json()["revision"]
        body = {"transaction_uid": lock, "revision": revision, "content": content, "password": PASSWORD}
        client.post(f"/api/workitems/{uid}/{act}", **body).raise_for_status()

    @staticmethod
    def _waiting(client: Client, study: str, kind: str) -> str:
        rows = client.get("/api/worklist", kind=kind, limit=100).json()["items"]
        return next((str(row["uid"]) for row in rows if row["study_instance_uid"] == study), "")
