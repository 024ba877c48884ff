"""The ledger of recognition: rows, sums by unit, item and doctor, files, and the proof that nothing was changed."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, Field

from foundation.access import PRODUCT, Actor
from foundation.audit import Entry
from foundation.clock import shown
from recognition.api import XLSX as XLSX_TYPE
from recognition.api import Act, LedgerWanted, Row, Sum, Sums, by, csv_file, xlsx_file
from web import recognition as shape
from web.deps import SignedIn, TheHouse
from web.house import House

router = APIRouter(prefix="/api/recognition", tags=["recognition"])

Json = dict[str, Any]
Period = Annotated[str, Query(max_length=16)]
_SUM = ("已提示", "已查看", "已互认", "重复检查", "已告知患者", "节约(元)", "互认率")
_ROW = ("序号", "时间", "动作", "单位", "申请号", "项目编码", "项目", "目录版本", "结果来源单位", "医师", "报告编号",
        "报告版本", "原因", "说明", "已告知患者", "节约(元)")  # fmt: skip
ACTS = {
    Act.OFFERED: "已提示", Act.OPENED: "已查看", Act.RECOGNISED: "已互认", Act.REPEATED: "重复检查", Act.VOID: "已失效",
    Act.TOLD_UNIT: "已通知", Act.ACKNOWLEDGED: "已确认通知", Act.SHARED: "已分享",
}  # fmt: skip


class LedgerQuery(BaseModel):
    """Which rows; `before` is the `next` of the page before."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    act: Act | None = None
    unit_id: str = Field("", max_length=36)
    limit: int = Field(100, ge=1, le=500)
    before: int | None = Field(None, ge=1)


class Names:
    """Names of units, items and doctors, looked up once for a page or file."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.units = {one.id: one.name for one in house.registry.units()}
        self.items = house.registry.item_names()
        self.doctors = {one.id: one.name for one in house.registry.people(PRODUCT)}

    def unit(self, unit_id: str) -> str:
        """A unit's name."""
        return self.units.get(unit_id, unit_id)

    def item(self, code: str) -> str:
        """An item's newest name."""
        return self.items.get(code, code)

    def doctor(self, person_id: str) -> str:
        """A doctor's name."""
        return self.doctors.get(person_id, person_id)


@router.get("/ledger")
def ledger(wanted: Annotated[LedgerQuery, Query()], actor: SignedIn, house: TheHouse) -> Json:
    """`{items, next}`: the newest rows within reach."""
    asked = LedgerWanted(wanted.since, wanted.until, wanted.act, wanted.unit_id, wanted.before, wanted.limit)
    rows, names = house.recognition.ledger(actor, asked), Names(house)
    items = [shape.ledger_row(house, one, names.units, names.items) for one in rows]
    return {"items": items, "next": rows[-1].seq if len(rows) == wanted.limit else None}


@router.get("/sums")
def sums(period: Period, actor: SignedIn, house: TheHouse) -> Json:
    """A month's or quarter's sums within reach."""
    found, names = house.recognition.sums(actor, period), Names(house)
    doctors = sorted(found.doctors.items(), key=lambda pair: (-pair[1].recognised, -pair[1].opened, pair[0]))
    return {
        "period": found.period.name,
        "from": found.period.first.isoformat(),
        "until": found.period.last.isoformat(),
        "total": shape.total(found.total),
        "units": [{"id": key, "name": name, **shape.total(one)} for key, name, one in by(found.units, names.unit)],
        "items": [{"code": key, "name": name, **shape.total(one)} for key, name, one in by(found.items, names.item)],
        "doctors": [
            {"id": key, "name": names.doctor(key), "unit": names.unit(unit), **shape.total(one)}
            for (unit, key), one in doctors
        ],
        "results_of": [
            {"id": key, "name": names.unit(key), "recognised": count}
            for key, count in sorted(found.results_of.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
        "reasons": [
            {**(shape.case(house, key) or {}), "count": count}
            for key, count in sorted(found.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
        "months": [{"month": key, **shape.total(one)} for key, one in sorted(found.months.items())],
    }


@router.get("/sums.{kind}", response_class=Response)
def sums_file(kind: Literal["csv", "xlsx"], period: Period, actor: SignedIn, house: TheHouse) -> Response:
    """The same as a file: one table as CSV, a sheet for every side as XLSX."""
    found, names = house.recognition.sums(actor, period), Names(house)
    sides = list(_sides(found, names))
    if kind == "csv":
        rows = [(side, *row) for side, _, table in sides for row in table]
        return _file(house, actor, f"recognition-sums-{period}.csv", csv_file(("分类", "编号", "名称", *_SUM), rows))
    sheets = [(side, heading, table) for side, heading, table in sides]
    return _file(house, actor, f"recognition-sums-{period}.xlsx", xlsx_file(sheets))


@router.get("/ledger.{kind}", response_class=Response)
def ledger_file(kind: Literal["csv", "xlsx"], period: Period, actor: SignedIn, house: TheHouse) -> Response:
    """Every row of a period as a file, the oldest first."""
    names = Names(house)
    rows = (_cells(one, names) for one in house.recognition.rows_of(actor, period))
    data = csv_file(_ROW, rows) if kind == "csv" else xlsx_file([("台账", _ROW, rows)])
    return _file(house, actor, f"recognition-ledger-{period}.{kind}", data)


@router.get("/export", response_class=Response)
def export(month: Period, actor: SignedIn, house: TheHouse, format: Literal["csv", "json"] = "json") -> Response:  # noqa: A002 - its name outside
    """A month that is over, by the documented profile: the same bytes whenever it is asked for."""
    data = house.recognition.export_month(actor, month, format)
    kind = "application/json" if format == "json" else "text/csv; charset=utf-8"
    headers = {"Content-Disposition": f'attachment; filename="recognition-{month}.{format}"'}
    return Response(data, media_type=kind, headers=headers)


@router.post("/ledger/verify")
def verify(actor: SignedIn, house: TheHouse) -> Json:
    """Whether every row is what the audit chain says, and none is missing."""
    found = house.recognition.verify_ledger(actor)
    return {"rows": found.rows, "sound": found.sound, "first_bad": found.first_bad, "missing": found.missing}


def _sides(found: Sums, names: Names) -> Iterator[tuple[str, tuple[str, ...], list[tuple[Any, ...]]]]:
    heading = ("编号", "名称", *_SUM)
    yield "合计", heading, [(found.period.name, "合计", *_told(found.total))]
    yield "单位", heading, [(key, name, *_told(one)) for key, name, one in by(found.units, names.unit)]
    yield "项目", heading, [(key, name, *_told(one)) for key, name, one in by(found.items, names.item)]
    doctors = sorted(found.doctors.items(), key=lambda pair: (-pair[1].recognised, pair[0]))
    yield (
        "医师",
        heading,
        [(key, f"{names.doctor(key)}（{names.unit(unit)}）", *_told(one)) for (unit, key), one in doctors],
    )
    yield "月份", heading, [(key, key, *_told(one)) for key, one in sorted(found.months.items())]


def _told(one: Sum) -> tuple[Any, ...]:
    return one.offered, one.opened, one.recognised, one.repeated, one.told, one.saved / 100, one.rate


def _cells(one: Row, names: Names) -> tuple[Any, ...]:
    case = shape.case(names.house, one.reason)
    return (
        one.seq, shown(one.at), ACTS[one.act], names.unit(one.unit_id), one.accession_number, one.item_code,
        names.item(one.item_code), one.item_version, names.unit(one.result_unit_id) if one.result_unit_id else "",
        one.doctor_name, one.report_id, one.report_number or None, case["zh"] if case else "", one.note,
        "是" if one.told else "", one.saved / 100,
    )  # fmt: skip


def _file(house: House, actor: Actor, name: str, data: bytes) -> Response:
    """A file that left the house; the trail says so."""
    house.floor.audit.note(actor, Entry("recognition", "export", "R", "ledger-file", name))
    kind = "text/csv; charset=utf-8" if name.endswith("csv") else XLSX_TYPE
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=kind, headers=headers)
