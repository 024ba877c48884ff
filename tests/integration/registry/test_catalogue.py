"""The catalogue in a real database: imported whole or not at all, versions by day, orders that keep theirs."""

from datetime import timedelta

import pytest

from foundation.access import PRODUCT
from foundation.errors import Forbidden
from foundation.vocabulary import Role
from registry.api import Item, NewOrder, OrderChange
from registry.errors import CatalogueFaulty, ItemNotFound, OrderStepRefused, ReasonNeeded
from tests.integration.registry.desk import Desk

HEAD = "编码,名称,类别,部位,价格,有效天数,等效组,生效日期"


def file(*rows: str) -> bytes:
    return "\n".join((HEAD, *rows)).encode("gbk")


def versions(desk: Desk, code: str) -> list[Item]:
    return desk.registry.catalogue(desk.actor(Role.ADMINISTRATOR), code)


def test_a_new_house_can_order_the_examinations_of_a_township(desk: Desk) -> None:
    codes = {item.code for item in desk.registry.items()}
    assert {
        "DR-CHEST-PA",
        "DR-CHEST-PA-LAT",
        "DR-LSPINE-AP-LAT",
        "DR-KNEE-AP-LAT",
        "DR-ABDOMEN-ERECT",
        "ECG-12",
    } <= codes


def test_a_dry_run_writes_nothing_and_a_faulty_file_is_not_imported_at_all(desk: Desk) -> None:
    admin = desk.actor(Role.ADMINISTRATOR)
    good = "LAB-GLU,葡萄糖,LAB,,6.00,30,,2025-01-01"
    assert len(desk.registry.plan_import(admin, file(good)).added) == 1
    assert versions(desk, "LAB-GLU") == []
    with pytest.raises(CatalogueFaulty) as refusal:
        desk.registry.import_items(admin, file(good, good.replace("6.00", "六元"), good))
    assert refusal.value.facts["faults"] == 2
    assert versions(desk, "LAB-GLU") == []
    desk.registry.import_items(admin, file(good))
    assert [item.validity_days for item in versions(desk, "LAB-GLU")] == [30]
    assert desk.registry.import_items(admin, file(good)).unchanged == 1


def test_only_those_who_keep_the_catalogue_may_import(desk: Desk) -> None:
    for role in (Role.TECHNICIAN, Role.RADIOLOGIST, Role.CLINICIAN):
        with pytest.raises(Forbidden):
            desk.registry.import_items(desk.actor(role), file())


def test_an_order_keeps_the_version_that_was_in_force_and_equivalents_answer_by_day(desk: Desk) -> None:
    today = desk.registry.today()
    tomorrow = today + timedelta(days=1)
    old = desk.registry.create_order(PRODUCT, NewOrder(desk.patient().id, "DR-CHEST-PA"))
    desk.registry.import_items(
        PRODUCT,
        file(
            f"DR-CHEST-PA,胸部正位（新）,DX,CHEST,65,180,DR-CHEST,{today}",
            f"CR-CHEST-PA,胸部正位 CR,CR,CHEST,60,180,DR-CHEST,{tomorrow}",
        ),
    )
    new = desk.registry.create_order(PRODUCT, NewOrder(desk.patient().id, "DR-CHEST-PA"))
    assert (old.item_name, new.item_name) == ("胸部正位", "胸部正位（新）")
    with desk.floor.db.read() as conn:
        assert desk.registry.item_version(conn, old.item_version or "").price is None
        assert desk.registry.item_version(conn, new.item_version or "").price == 6500
        assert [one.code for one in desk.registry.equivalents(conn, "DR-CHEST-PA", today)] == ["DR-CHEST-PA"]
        both = [one.code for one in desk.registry.equivalents(conn, "DR-CHEST-PA", tomorrow)]
    assert both == ["DR-CHEST-PA", "CR-CHEST-PA"]
    assert desk.registry.item_at("DR-CHEST-PA", today - timedelta(days=9)).name == "胸部正位"
    with pytest.raises(ItemNotFound):
        desk.registry.item_at("CR-CHEST-PA", today)
    first, second = versions(desk, "DR-CHEST-PA")
    assert (first.effective_until, second.effective_from) == (today - timedelta(days=1), today)


def test_an_order_is_corrected_with_a_reason_while_nothing_was_received(desk: Desk) -> None:
    technician = desk.actor(Role.TECHNICIAN)
    made = desk.registry.create_order(technician, NewOrder(desk.patient().id, "DR-CHEST-PA"))
    with pytest.raises(ReasonNeeded):
        desk.registry.correct_order(technician, made.id, OrderChange(item_code="DR-KNEE-AP-LAT"), " ")
    fixed = desk.registry.correct_order(technician, made.id, OrderChange("DR-KNEE-AP-LAT"), "开错部位")
    kept = desk.registry.order(PRODUCT, made.id)
    assert (kept.item_name, kept.body_part, kept.item_version) == ("膝关节正侧位", "KNEE", fixed.item_version)
    desk.floor.db.write(lambda conn: desk.registry.received(conn, made.id, "1.2.3"))
    with pytest.raises(OrderStepRefused):
        desk.registry.correct_order(technician, made.id, OrderChange(history="咳嗽"), "补病史")


def test_a_cancelled_order_keeps_the_reason(desk: Desk) -> None:
    made = desk.registry.create_order(PRODUCT, NewOrder(desk.patient().id, "DR-CHEST-PA"))
    desk.registry.cancel_order(desk.actor(Role.TECHNICIAN), made.id, "患者离开")
    assert desk.registry.order(PRODUCT, made.id).cancel_reason == "患者离开"
