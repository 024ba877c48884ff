"""Patients' pages, links and the catalogue over HTTP: masked until asked for, and every asking is in the trail."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from lianzhen.wiring import Opened
from tests.integration.web.conftest import SignIn

CARD = "11010519491231002X"
LINE = "编码,名称,类别,价格,生效日期\nLAB-UA,尿酸,LAB,{price},2025-01-01\n"


@pytest.fixture(scope="module")
def both(county: Opened) -> tuple[str, str]:
    """The same person at two townships."""
    from foundation.access import PRODUCT
    from registry.api import NewOrder, NewPatient

    units = {unit.code: unit.id for unit in county.house.registry.units()}
    made = []
    for code in ("YXHK", "YXQS"):
        new = NewPatient(units[code], "单小芳", id_card=CARD, phone="13812345678")
        patient = county.house.registry.register_patient(PRODUCT, new)
        county.house.registry.create_order(PRODUCT, NewOrder(patient.id, "DR-CHEST-PA"))
        made.append(patient.id)
    return made[0], made[1]


def shown(county: Opened, uid: str) -> int:
    return sum(row["subtype"] == "shown" for row in county.floor.audit.entries(q=uid))


def test_a_person_is_shown_masked_over_all_linked_ids_and_in_full_only_when_asked(
    county: Opened, sign_in: SignIn, both: tuple[str, str]
) -> None:
    reader = sign_in("radiologist")
    person = reader.get(f"/api/patients/{both[0]}/person").json()
    assert [one["id"] for one in person["headers"]] == list(both)
    assert {one["name"] for one in person["headers"]} == {"单*芳"}
    assert CARD not in str(person)
    assert "13812345678" not in str(person)
    assert {one["issuer_name"] for one in person["headers"]} == {"河口镇卫生院（演示）", "青石镇卫生院（演示）"}
    assert {order["patient_uid"] for order in person["orders"]} == set(both)
    before = shown(county, both[0])
    assert reader.get(f"/api/patients/{both[0]}").json()["id_card"] == CARD
    assert shown(county, both[0]) == before + 1


def test_a_technician_sees_the_own_units_part_of_a_person(sign_in: SignIn, both: tuple[str, str]) -> None:
    technician = sign_in("technician")
    person = technician.get(f"/api/patients/{both[0]}/person").json()
    assert [one["id"] for one in person["headers"]] == [both[0]]
    assert (person["links"], len(person["orders"])) == ([], 1)
    assert technician.get(f"/api/patients/{both[1]}/person").status_code == 404


def test_a_link_is_undone_and_made_again_by_a_person(sign_in: SignIn, both: tuple[str, str]) -> None:
    reader = sign_in("radiologist")
    (link,) = reader.get(f"/api/patients/{both[0]}/person").json()["links"]
    assert reader.post(f"/api/patient-links/{link['id']}/undo", json={"note": ""}).json()["code"] == "reason-needed"
    assert reader.post(f"/api/patient-links/{link['id']}/undo", json={"note": "两个人"}).status_code == 200
    assert len(reader.get(f"/api/patients/{both[0]}/person").json()["headers"]) == 1
    body = {"one": both[0], "other": both[1], "note": "电话核实是同一人"}
    assert sign_in("technician").post("/api/patient-links", json=body).status_code == 404
    assert reader.post("/api/patient-links", json=body).status_code == 201
    assert len(reader.get(f"/api/patients/{both[1]}/person").json()["headers"]) == 2


def test_a_registration_and_an_order_are_corrected_with_a_reason(sign_in: SignIn) -> None:
    technician = sign_in("technician")
    body = {"patient": {"name": "李强"}, "item_code": "DR-CHEST-PA", "visit_type": "emergency"}
    order = technician.post("/api/orders", json=body).json()
    uid = order["patient"]["id"]
    fixed = technician.patch(f"/api/patients/{uid}", json={"name": "李墙", "reason": "听错了"})
    assert (fixed.status_code, fixed.json()["name"]) == (200, "李*")
    assert technician.get(f"/api/patients/{uid}").json()["name"] == "李墙"
    changed = technician.patch(f"/api/orders/{order['id']}", json={"visit_type": "check-up", "reason": "体检"})
    assert changed.json()["visit_type"] == "check-up"
    assert sign_in("technician2").patch(f"/api/orders/{order['id']}", json={"reason": "x"}).status_code == 404
    assert sign_in("clinician").patch(f"/api/patients/{uid}", json={"reason": "x"}).status_code == 403


def test_the_barcode_is_an_svg_that_a_scanner_reads_as_the_accession_number(sign_in: SignIn) -> None:
    import zxingcpp
    from PIL import Image

    technician = sign_in("technician")
    body = {"patient": {"name": "李强"}, "item_code": "DR-CHEST-PA"}
    order = technician.post("/api/orders", json=body).json()
    answer = technician.get(f"/api/orders/{order['id']}/barcode.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    picture = Image.new("L", (1200, 160), 255)
    for bar in ET.fromstring(answer.content).iter("{http://www.w3.org/2000/svg}rect"):
        if "mm" in bar.get("x", ""):
            left, width = (round(float(bar.get(name, "0").removesuffix("mm")) * 12) for name in ("x", "width"))
            picture.paste(0 if "black" in bar.get("style", "") else 255, (left, 10, left + width, 150))
    (read,) = zxingcpp.read_barcodes(picture)
    assert (read.text, read.format.name) == (order["accession_number"], "Code128")
    assert sign_in("technician2").get(f"/api/orders/{order['id']}/barcode.svg").status_code == 404


def test_a_catalogue_file_is_checked_then_imported_and_comes_back_as_a_file(sign_in: SignIn) -> None:
    admin = sign_in("admin")

    def send(path: str, content: str, account: Any = admin) -> Any:
        return account.post(path, content=content.encode("gbk"), headers={"Content-Type": "text/csv"})

    plan = send("/api/catalogue/plan", LINE.format(price="六元")).json()
    assert plan["faults"] == [{"row": 2, "column": "价格", "reason": "number", "value": "六元"}]
    refused = send("/api/catalogue/import", LINE.format(price="六元"))
    assert (refused.status_code, refused.json()["code"]) == (400, "catalogue-faulty")
    assert "第 2 行" in refused.json()["detail"]
    assert send("/api/catalogue/import", LINE.format(price="6.00")).json()["added"][0]["price"] == 600
    assert [one["code"] for one in admin.get("/api/catalogue", params={"code": "LAB-UA"}).json()["items"]] == ["LAB-UA"]
    assert send("/api/catalogue/import", LINE.format(price="6.00"), sign_in("technician")).status_code == 403
    whole = admin.get("/api/catalogue.csv").content
    again = admin.post("/api/catalogue/plan", content=whole, headers={"Content-Type": "text/csv"}).json()
    assert (again["added"], again["faults"]) == ([], [])
    assert again["unchanged"] >= 11
    large = admin.post("/api/catalogue/plan", content=b"x" * (5 << 20), headers={"Content-Type": "text/csv"})
    assert large.status_code == 413
