"""The workbook that projects are entered from: its sheets, its columns, and an empty one to fill in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

LAST_ROW = 2000
WIDE = 22


@dataclass(frozen=True)
class Column:
    """`field` as the API calls it. `choices`: Chinese word -> code. `hint` is shown at the head."""

    field: str
    head: str
    needed: bool = False
    choices: Mapping[str, str] | None = None
    hint: str = ""


@dataclass(frozen=True)
class Sheet:
    name: str
    columns: tuple[Column, ...]

    def column_of(self, where: str) -> Column | None:
        """The column that a fault's JSON pointer speaks of."""
        field = where.rpartition("/")[2]
        return next((column for column in self.columns if column.field == field), None)


@dataclass(frozen=True)
class Line:
    """One filled row: values by field, empty ones left out."""

    sheet: Sheet
    number: int
    values: dict[str, Any]

    def cell(self, where: str = "") -> str:
        """`项目!C4`, or the whole row where no column is meant."""
        column = self.sheet.column_of(where)
        if column is None:
            return f"{self.sheet.name}!{self.number}"
        return f"{self.sheet.name}!{get_column_letter(self.sheet.columns.index(column) + 1)}{self.number}"


_SCHEME = {"施工责任险": "construction_liability", "工伤协办": "work_injury_performance"}
_PARTY = {"投保单位": "contractor", "建设单位": "project_owner", "监理单位": "supervision_firm"}
_KIND = {
    "塔式起重机": "tower_crane",
    "施工升降机": "builders_hoist",
    "物料提升机": "material_hoist",
    "流动式起重机": "mobile_crane",
    "支模部位": "formwork_area",
    "基坑": "pit",
    "脚手架": "scaffold",
    "附着式升降脚手架": "attached_scaffold",
    "高处作业吊篮": "basket",
    "卸料平台": "platform",
}
_SYSTEM = {
    "扣件式": "coupler",
    "盘扣式": "disklock",
    "悬挑式": "cantilever",
    "悬挑式（扣件）": "cantilever_coupler",
    "悬挑式（盘扣）": "cantilever_disklock",
    "其他形式": "other",
}
_PROJECT = Column("project", "项目名称", needed=True, hint="与“项目”表中的名称一致")

PROJECTS = Sheet(
    "项目",
    (
        Column("name", "项目名称", needed=True),
        Column("address", "地址", needed=True),
        Column("area", "行政区划代码", needed=True, hint="6 位，如 330100"),
        Column("stage", "施工阶段", needed=True, hint="如：基础、主体结构、装饰装修"),
        Column("lon", "经度", hint="不知道可不填，由审核员按首次到场定位核准"),
        Column("lat", "纬度"),
        Column("datum", "坐标系", choices={"WGS-84": "WGS-84", "GCJ-02": "GCJ-02"}, hint="手机定位为 WGS-84，高德、腾讯地图为 GCJ-02"),
        Column("radius_m", "半径（米）", hint="不填按 100 米"),
    ),
)  # fmt: skip
PARTIES = Sheet(
    "各方",
    (
        _PROJECT,
        Column("party", "身份", needed=True, choices=_PARTY),
        Column("organisation_id", "机构名称", needed=True, hint="须已在系统中登记"),
    ),
)
UNITS = Sheet(
    "设备与危大工程",
    (
        _PROJECT,
        Column("kind", "类别", needed=True, choices=_KIND),
        Column("sub", "体系", choices=_SYSTEM, hint="支模和脚手架才填"),
        Column("name", "名称或部位", needed=True, hint="如：1#塔机"),
        Column("model", "型号"),
        Column("scale", "规模", hint="如：开挖深度9.6m"),
        Column("plate", "产权备案号"),
        Column("maker", "制造单位"),
        Column("installed_on", "安装日期"),
        Column("calibrated_until", "检定有效期"),
    ),
)
POLICIES = Sheet(
    "保单",
    (
        _PROJECT,
        Column("scheme", "业务", needed=True, choices=_SCHEME),
        Column("number", "保单号", needed=True),
        Column("insurer_id", "承保机构", needed=True),
        Column("pool_id", "共保体"),
        Column("insured_amount", "保额（元）"),
        Column("starts_on", "起", needed=True),
        Column("ends_on", "止", needed=True),
    ),
)
SERVICES = Sheet(
    "服务关系",
    (
        _PROJECT,
        Column("scheme", "业务", needed=True, choices=_SCHEME),
        Column("originating_insurer_id", "引流机构", needed=True),
        Column("service_insurer_id", "服务机构", needed=True),
        Column("agency_id", "第三方机构"),
        Column("starts_on", "起", needed=True),
        Column("ends_on", "止"),
    ),
)
SHEETS = (PROJECTS, PARTIES, UNITS, POLICIES, SERVICES)


class NotThisWorkbook(Exception):
    """Not a workbook, or not of these sheets and columns; the sentence says what is missing."""


def write_template(path: Path) -> None:
    """An empty workbook: heads with hints, lists to choose from. Overwrites what is there."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in SHEETS:
        page = book.create_sheet(sheet.name)
        page.freeze_panes = "A2"
        for place, column in enumerate(sheet.columns, 1):
            _write_head(page, place, column)
    book.save(path)


def read(path: Path) -> dict[str, list[Line]]:
    """Filled rows by the sheet's name, in their order. Raises NotThisWorkbook, OSError."""
    content = BytesIO(path.read_bytes())
    try:
        book = load_workbook(content, read_only=True, data_only=True)
    except Exception as error:
        # The library answers a file of another kind with whatever it stumbled over.
        raise NotThisWorkbook(f"{path}: not an Excel workbook (.xlsx)") from error
    try:
        return {sheet.name: list(_lines(book, sheet)) for sheet in SHEETS}
    finally:
        book.close()


def _lines(book: Workbook, sheet: Sheet) -> Iterator[Line]:
    if sheet.name not in book.sheetnames:
        raise NotThisWorkbook(f"the sheet {sheet.name} is missing; fill in what --template writes")
    rows = book[sheet.name].iter_rows(values_only=True)
    heads = [_text(head).rstrip("*") for head in next(rows, ())]
    for place, column in enumerate(sheet.columns):
        if place >= len(heads) or heads[place] != column.head:
            raise NotThisWorkbook(
                f"{sheet.name}!{get_column_letter(place + 1)}1 应为“{column.head}”。请用模板填写。"
            )
    for number, row in enumerate(rows, 2):
        cells = zip(sheet.columns, row, strict=False)
        values = {column.field: _plain(value) for column, value in cells if _plain(value) != ""}
        if values:
            yield Line(sheet, number, values)


def _plain(value: Any) -> Any:
    """As people typed it: 2026-01-01 for a date, 339901 for a code that the program took for a number."""
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _text(value)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _write_head(page: Any, place: int, column: Column) -> None:
    letter = get_column_letter(place)
    cell = page.cell(1, place, column.head + ("*" if column.needed else ""))
    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EFFC")
    page.column_dimensions[letter].width = WIDE
    if column.hint:
        cell.comment = Comment(column.hint, "fieldapp")
    if column.choices:
        listed = DataValidation("list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
        page.add_data_validation(listed)
        listed.add(f"{letter}2:{letter}{LAST_ROW}")
