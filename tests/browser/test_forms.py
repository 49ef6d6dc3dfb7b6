"""An accident is surveyed where there is no signal; what the phone kept is the insurer's file an hour later."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fieldapp.demo.settling import PASSWORD
from tests.browser.pages.desk import Desk
from tests.browser.pages.form import Form
from tests.browser.pages.phone import Phone
from tests.browser.serving import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PROJECT = "锦岚花园二期"
CASE = "工伤-2026-0131"
COURSE = "上午九点左右，伤者在二号楼木工加工棚搬运方木时，上层堆放的方木滑落，砸中其左脚背，工友随即扶其坐下并报告班组长，班组长拨打了急救电话。"


@pytest.mark.parametrize("serving", ["sqlite+disk"], indirect=True)
def test_an_accident_survey_filled_in_offline_is_received(
    serving: Product, phone_context: BrowserContext, desk_context: BrowserContext
) -> None:
    expect.set_options(timeout=60_000)
    phone = Phone(phone_context.new_page(), serving.url)
    phone.sign_in("li.ming", PASSWORD)
    expect(phone.main.get_by_role("heading", name=PROJECT).first).to_be_visible()
    phone.keep_for_offline()
    phone.page.get_by_role("button", name="收到").click()
    expect(phone.page.get_by_text("已确认收到")).to_be_visible()
    phone.begin("开始填写")
    expect(phone.page.get_by_role("heading", name="事故现场勘查")).to_be_visible()

    phone_context.set_offline(True)
    serving.stop()
    form = Form(phone)
    _report(form)
    _employer(form)
    phone = _without_loss_opened_again(phone)
    form = Form(phone)
    _injured(form)
    _scene(form)
    _submit_with_what_is_missing(form)

    serving.start()
    phone_context.set_offline(False)
    expect(phone.page.get_by_text("已保存，可交还手机")).to_be_visible(timeout=180_000)
    _read_at_the_desk(serving, desk_context.new_page())


def _report(form: Form) -> None:
    form.open("报案与时限")
    expect(form.field("case_number").get_by_role("textbox")).to_have_value(CASE)
    form.choose("report_channel", "电话")
    form.type("reporter_name", "周建国")
    form.type("reporter_phone", "13800000000")
    form.now("dispatched_at")
    form.now("arrived_at")
    form.choose("arrived_place", "现场")
    form.photograph("entrustment")
    form.back()


def _employer(form: Form) -> None:
    form.open("参保（投保）单位")
    form.type("employer_name", "广义建设集团")
    form.type("employer_code", "91350100M000100Y44")
    wrong = form.field("employer_code").get_by_text("号码有误")
    expect(wrong).to_be_visible()
    form.type("employer_code", "91350100m000100y43")
    expect(wrong).to_have_count(0)
    form.back()


def _without_loss_opened_again(phone: Phone) -> Phone:
    phone = phone.closed_and_opened_again("继续填写")
    form = Form(phone)
    form.open("参保（投保）单位")
    expect(form.field("employer_name").get_by_role("textbox")).to_have_value("广义建设集团")
    form.back()
    return phone


def _injured(form: Form) -> None:
    form.add("伤者")
    form.type("injured_name", "刘德顺")
    form.choose("id_type", "居民身份证")
    form.type("id_number", "110105491231002")
    form.field("id_number").get_by_role("textbox").blur()
    expect(form.field("id_number").get_by_role("textbox")).to_have_value("11010519491231002X")
    expect(form.field("birth")).to_contain_text("1949-12-31")
    expect(form.field("sex")).to_contain_text("女")
    form.type("job", "木工")
    form.type("injured_part", "左脚背")
    form.choose("injury_degree", "待诊断")
    form.back()


def _scene(form: Form) -> None:
    form.open("现场勘查")
    form.field("position").get_by_role("button", name="记录当前位置").click()
    form.type("course", COURSE)
    form.choose("accident_kind", "物体打击")
    form.photograph("scene_wide", 2)
    form.photograph("scene_place")
    form.back()
    form.open("结论与签名")
    form.choose("conclusion", "待补充")
    form.sign("surveyor_signatures", ["李明", "王海"])
    form.back()


def _submit_with_what_is_missing(form: Form) -> None:
    form.page.get_by_role("link", name=re.compile("去收尾")).click()
    expect(form.phone.main.get_by_text("未填：单位联系人")).to_be_visible()
    form.page.get_by_role("button", name=re.compile("^提交（还缺")).click()
    form.page.get_by_role("button", name="仍要提交").click()
    expect(form.page.get_by_text("没有网络。内容都在本机，有信号时自动上传。")).to_be_visible()


def _read_at_the_desk(serving: Product, page: Page) -> None:
    """Masked at first; the full number for a named purpose."""
    desk = Desk(page, serving.url)
    desk.sign_in("sun.jing", PASSWORD)
    desk.room("检查记录")
    page.get_by_role("row").filter(has_text="事故勘查").get_by_role("link").first.click()
    main = page.get_by_role("main")
    expect(main.get_by_text("缺项")).not_to_have_count(0)
    expect(main.get_by_text("110***********002X")).to_be_visible()
    expect(main.get_by_text("刘**")).to_be_visible()
    main.get_by_role("button", name="查看个人信息").click()
    main.get_by_role("combobox", name="用途").select_option(label="核对身份")
    main.get_by_role("button", name="记录并查看").click()
    expect(main.get_by_text("11010519491231002X")).to_be_visible()
    expect(main.get_by_text("1949-12-31")).to_be_visible()
    page.get_by_role("link", name="查看案件").click()
    expect(page.get_by_text(CASE).first).to_be_visible()
