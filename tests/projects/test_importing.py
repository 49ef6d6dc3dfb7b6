"""Projects from a workbook: all of it or nothing, and each fault named by its cell."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from fieldapp.cli import run
from fieldapp.db import db, transaction
from fieldapp.projects.models import Project

ROWS = {
    "项目": [["东岭安置房", "东岭路8号", 339901, "主体结构", 119.91, 29.21, "WGS-84", 120]],
    "各方": [["东岭安置房", "投保单位", "东方建工"]],
    "设备与危大工程": [
        ["东岭安置房", "塔式起重机", None, "1#塔机", "QTZ80", None, "浙A-T-0001", None, "2026-03-01"],
        ["东岭安置房", "脚手架", "盘扣式", "2#楼外架", None, "搭设高度36m"],
    ],
    "保单": [["东岭安置房", "施工责任险", "AZ-0001", "安泰财险市分公司", None, 2000000, "2026-01-01", "2026-12-31"]],
    "服务关系": [["东岭安置房", "施工责任险", "安泰财险市分公司", "安泰财险市分公司", "安巡技术服务公司", "2026-01-01"]],
}  # fmt: skip


@pytest.fixture
def file(tmp_path, app, town, environment, monkeypatch) -> Path:
    """Where workbooks are filled in, beside an installation that is set up."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return tmp_path / "projects.xlsx"


def filled(file: Path, rows: dict[str, list[list]]) -> Path:
    run(["import", "projects", "--template", str(file)])
    book = load_workbook(file)
    for sheet, lines in rows.items():
        for line in lines:
            book[sheet].append(line)
    book.save(file)
    return file


def changed(sheet: str, row: int, column: int, value: object) -> dict[str, list[list]]:
    rows = {name: [list(line) for line in lines] for name, lines in ROWS.items()}
    rows[sheet][row][column] = value
    return rows


def names() -> set[str]:
    with transaction(write=False):
        return set(db.session.scalars(db.select(Project.name)))


def test_a_filled_template_becomes_projects_with_all_that_hangs_on_them(file, sign_in, capsys):
    assert run(["import", "projects", str(filled(file, ROWS))]) == 0, capsys.readouterr().err

    assert (
        "entered: 项目 1, 各方 1, 设备与危大工程 2, 保单 1, 服务关系 1" in capsys.readouterr().out
    )
    sun = sign_in("sun")
    (found,) = sun.get("/api/projects?search=东岭").json["items"]
    project = sun.get(f"/api/projects/{found['id']}").json
    assert [unit["name"] for unit in project["units"]] == ["1#塔机", "2#楼外架"]
    assert project["units"][0]["details"]["installed_on"] == "2026-03-01"
    assert project["units"][1]["sub"] == "disklock"
    assert project["site"]["lon"] == 119.91
    assert len(project["site"]["polygon"]) >= 8
    assert project["contacts"] == [{"party": "contractor", "organisation": "东方建工"}]
    assert project["services"][0]["agency"]["name"] == "安巡技术服务公司"
    assert project["policies"][0]["insured_amount"] == "2000000.00"


def test_a_dry_run_says_that_all_is_well_and_enters_nothing(file, capsys):
    assert run(["import", "projects", str(filled(file, ROWS)), "--dry-run"]) == 0

    assert "all is well, not entered yet" in capsys.readouterr().out
    assert names() == {"滨江三号地块", "云栖花园二期"}


FAULTS = [
    (("项目", 0, 2, "3399"), "项目!C2: 须为 6 位行政区划代码。"),
    (("项目", 0, 3, None), "项目!D2: 必填。"),
    (("项目", 0, 4, 29.2), "项目!E2: 经度须在 73 到 136 之间；是否与纬度填反？"),
    (("项目", 0, 0, "滨江三号地块"), "项目!A2: 该区域已有同名项目"),
    (("项目", 0, 1, "滨江三号地块 工地"), "项目!B2: 同一地址已有项目"),
    (("各方", 0, 2, "没有这家公司"), "各方!C2: “没有这家公司”不在可填的范围内，或未在系统中登记。"),
    (("各方", 0, 2, "安泰财险市分公司"), "各方!C2: 没有这家机构，或机构类别不符。"),
    (("设备与危大工程", 0, 0, "西岭"), "设备与危大工程!A2: “项目”表中没有“西岭”。"),
    (("设备与危大工程", 0, 1, "飞艇"), "设备与危大工程!B2: “飞艇”不在可填的范围内"),
    (("设备与危大工程", 1, 3, "1#塔机"), "设备与危大工程!D3: 登记中已有同名的设备或部位。"),
    (("设备与危大工程", 0, 8, "去年"), "设备与危大工程!I2: 不是有效的时间。"),
    (("保单", 0, 2, "binjiang-construction_liability"), "保单!C2: 已有这一保单号。"),
    (("保单", 0, 7, "2025-01-01"), "保单!H2: 止日早于起日。"),
    (("服务关系", 0, 4, "安泰财险市分公司"), "服务关系!E2: 没有这家机构，或机构类别不符。"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), FAULTS, ids=lambda value: str(value)[:24])
def test_each_fault_is_named_by_its_cell_and_nothing_is_entered(file, capsys, change, said):
    assert run(["import", "projects", str(filled(file, changed(*change)))]) == 1

    told = capsys.readouterr().err
    assert said in told
    assert "nothing was entered" in told
    assert names() == {"滨江三号地块", "云栖花园二期"}


def test_all_faults_of_a_workbook_are_told_at_once(file, capsys):
    rows = changed("项目", 0, 3, None)
    rows["项目"].append(["西岭中学", "西岭路1号", "339901", "基础", 300])
    rows["项目"].append(["西岭中学", "西岭路2号", "339901", "基础"])

    assert run(["import", "projects", str(filled(file, rows))]) == 1

    told = capsys.readouterr().err
    assert "项目!D2: 必填。" in told
    assert "项目!E3: 经度" in told
    assert "项目!A4: 表中有同名项目。" in told


def test_another_file_is_refused_in_a_sentence(file, capsys):
    file.write_text("项目名称,地址")
    assert run(["import", "projects", str(file)]) == 1
    assert "not an Excel workbook" in capsys.readouterr().err

    book = load_workbook(filled(file, {}))
    book["保单"]["C1"] = "保单编号"
    book.save(file)
    assert run(["import", "projects", str(file)]) == 1
    assert "保单!C1 应为“保单号”" in capsys.readouterr().err
