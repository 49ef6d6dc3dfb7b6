"""The whole chain as people walk it: photo, verdict, finding, what was missed, deduction, score."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from fieldapp.demo.settling import PASSWORD
from tests.browser.pages.authority import Case, Inspections, OpinionForm
from tests.browser.pages.desk import Desk
from tests.browser.pages.phone import Phone
from tests.browser.pages.score import Scores
from tests.browser.serving import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIABILITY, INJURY = "施工责任险", "工伤协办"
INSURER, PROJECT = "衡川财产保险", "锦岚花园二期"
LIMITERS, ARRESTER = "起重量限制器、起重力矩限制器", "防坠安全器"
VERTICALITY = "附着、独立高度、悬高与垂直度"
SEEN = "附着拉杆销轴缺开口销"
FACT = "月度检查记为合格，飞行检查见附着拉杆销轴缺开口销"
UNCLEAR = (3, 4)
"""Which of the case's media cannot be read: 询问笔录 and 门诊病历."""


def test_from_the_photo_to_the_score(
    serving: Product, phone_context: BrowserContext, desk_context: BrowserContext
) -> None:
    expect.set_options(timeout=60_000)
    desk = desk_context.new_page()

    before = _sheets(serving, desk)
    phone = _check_without_a_network(serving, phone_context)
    _hand_back(serving, phone)
    _judge_every_photo(serving, desk)
    _shoot_again(phone)
    assert _sheets(serving, desk) == before, "what the insurer found itself costs it nothing"

    _put_a_missed_item_on_record(serving, desk)
    _agree_about_what_was_reported(serving, desk)
    assert _sheets(serving, desk) == before, "a fact costs nothing before it is graded"
    _grade_below_excellent(serving, desk)
    _hold_the_survey_against_the_insurer(serving, desk)

    after = _sheets(serving, desk)
    assert after[LIABILITY] < before[LIABILITY]
    assert after[INJURY] < before[INJURY]
    _open_the_points(serving, desk, before, after)


def _sheets(serving: Product, page: Page) -> dict[str, Decimal]:
    """Both totals as the insurer itself sees them."""
    scores = Scores(page, serving.url)
    scores.sign_in("sun.jing", PASSWORD)
    totals = {}
    for scheme in (LIABILITY, INJURY):
        scores.open(scheme, INSURER)
        totals[scheme] = scores.total()
    scores.sign_out()
    return totals


def _check_without_a_network(serving: Product, context: BrowserContext) -> Phone:
    phone = Phone(context.new_page(), serving.url)
    phone.sign_in("wang.hai", PASSWORD)
    expect(phone.main.get_by_text(PROJECT).first).to_be_visible()
    phone.keep_for_offline()
    phone.begin()
    expect(phone.page.get_by_role("navigation", name="类别")).to_be_visible()

    context.set_offline(True)
    serving.stop()
    phone.part("1#塔机")
    _report_the_limiter(phone)
    phone = _without_loss_opened_again(phone)
    for category in ("起重机械", "高大支模", "脚手架", "消防"):
        phone.category(category)
        for part in phone.parts():
            phone.part(part)
            phone.pass_the_part()
    _declare_no_pit(phone)
    _sign_and_submit(phone)
    return phone


def _report_the_limiter(phone: Phone) -> None:
    """An unsafe item: a film, photos, the question about 重大, words, place, deadline."""
    item = phone.item(LIMITERS)
    item.get_by_role("button", name="不合格", exact=True).click()
    phone.photograph(item, "视频")
    while item.get_by_text("还要").count():
        phone.photograph(item)
    item.get_by_role("group", name="重大").get_by_role("button", name="是", exact=True).click()
    item.get_by_label("情况").fill("力矩限制器触点被导线短接，超载时不能切断上升电源")
    item.get_by_label("部位").fill("塔身第三标准节")
    expect(item.get_by_role("button", name="立即")).to_have_attribute("aria-pressed", "true")


def _without_loss_opened_again(phone: Phone) -> Phone:
    phone = phone.closed_and_opened_again()
    expect(phone.page.get_by_role("button", name=f"修改：{LIMITERS}")).to_be_visible()
    phone.page.reload()
    again = phone.page.get_by_role("button", name=f"修改：{LIMITERS}")
    expect(again).to_contain_text("疑似重大")
    return phone


def _declare_no_pit(phone: Phone) -> None:
    phone.category("深基坑")
    phone.page.get_by_role("button", name="本工程不涉及").click()
    phone.photograph(phone.main)


def _sign_and_submit(phone: Phone) -> None:
    phone.page.get_by_role("button", name="去收尾").click()
    expect(phone.main.get_by_text("塔身第三标准节")).to_be_visible()
    phone.make_up_for_what_is_missing()
    expect(phone.main.get_by_role("heading", name="还缺1 处")).to_be_visible()
    phone.sign("周建国", "项目安全员")
    expect(phone.page.get_by_text("该查的都查了，该拍的都拍了。")).to_be_visible()
    phone.page.get_by_role("button", name="提交", exact=True).click()
    expect(phone.page.get_by_text("没有网络。内容都在本机，有信号时自动上传。")).to_be_visible()


def _hand_back(serving: Product, phone: Phone) -> None:
    serving.start()
    phone.page.context.set_offline(False)
    expect(phone.page.get_by_text("已保存，可交还手机")).to_be_visible(timeout=180_000)


def _judge_every_photo(serving: Product, page: Page) -> None:
    desk = Desk(page, serving.url)
    desk.sign_in("sun.jing", PASSWORD)
    desk.room("审核台")
    desk.open_visit(PROJECT, "王海")
    desk.judge_all(
        rejected=ARRESTER, reason="看不清", follow_up="补拍", words="铭牌反光，标定日期读不出"
    )
    desk.sign_out()


def _shoot_again(phone: Phone) -> None:
    """The rejection is a task on that surveyor's phone, at that item."""
    phone.open()
    phone.main.get_by_role("button", name="刷新").click()
    phone.begin("去补拍")
    expect(phone.main.get_by_text("看不清")).to_be_visible()
    expect(phone.main.get_by_text("铭牌反光，标定日期读不出")).to_be_visible()
    expect(phone.main.get_by_role("heading", name=ARRESTER)).to_be_visible()
    phone.photograph(phone.main)
    phone.page.get_by_role("button", name="提交", exact=True).click()
    expect(phone.page.get_by_text("已保存，可交还手机")).to_be_visible(timeout=180_000)


def _put_a_missed_item_on_record(serving: Product, page: Page) -> None:
    """The county's own finding at an item that the insurer answered 合格: told, answered, recorded."""
    officer = Inspections(page, serving.url)
    officer.sign_in("lin.wei", PASSWORD)
    row = officer.find(PROJECT, "2#塔机", VERTICALITY, "合格", SEEN, "2#塔机第二道附着")
    expect(row).to_contain_text("漏检")
    officer.room("飞行检查")
    officer.open(VERTICALITY, PROJECT)
    expect(page.get_by_text("机构答复或期限届满后，才可记为事实。")).to_be_visible()
    officer.sign_out()

    supervisor = Inspections(page, serving.url)
    supervisor.sign_in("sun.jing", PASSWORD)
    supervisor.open(VERTICALITY, PROJECT)
    supervisor.accept_finding()
    supervisor.sign_out()

    officer.sign_in("lin.wei", PASSWORD)
    officer.open(VERTICALITY, PROJECT)
    officer.record_fact(FACT)
    officer.sign_out()


def _agree_about_what_was_reported(serving: Product, page: Page) -> None:
    """At the item that the insurer itself answered 不合格 nothing can be put on record."""
    officer = Inspections(page, serving.url)
    officer.sign_in("lin.wei", PASSWORD)
    row = officer.find(PROJECT, "1#塔机", LIMITERS, "不合格", "力矩限制器失效", "塔身第三标准节")
    expect(row).to_contain_text("一致")
    officer.open(LIMITERS, PROJECT)
    expect(officer.main.get_by_role("cell", name="无须处理", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="记为事实")).to_have_count(0)
    officer.sign_out()


def _grade_below_excellent(serving: Product, page: Page) -> None:
    form = OpinionForm(page, serving.url)
    form.sign_in("lin.wei", PASSWORD)
    form.open(INSURER)
    form.grade("技术服务情况", "良好", "月度检查漏检2#塔机附着问题", ground=FACT)
    expect(form.item("技术服务情况")).to_contain_text("8")
    form.submit()
    form.sign_out()


def _hold_the_survey_against_the_insurer(serving: Product, page: Page) -> None:
    """The social insurance agency judges the media; one officer proposes, another verifies."""
    case = Case(page, serving.url)
    case.sign_in("ma.li", PASSWORD)
    case.open("工伤-2026-0117")
    for place in range(case.media.count()):
        unclear = place in UNCLEAR
        case.judge(place, "看不清" if unclear else None, "字迹无法辨认" if unclear else "")
    case.propose("询问笔录和门诊病历影像模糊，无法辨认", ground="字迹无法辨认")
    expect(page.get_by_role("button", name="核实属实")).to_have_count(0)
    case.sign_out()

    case.sign_in("qian.jin", PASSWORD)
    case.open("工伤-2026-0117")
    case.verify("原件两页均无法辨认，属实")
    case.sign_out()


def _open_the_points(serving: Product, page: Page, before: dict, after: dict) -> None:
    """Every lost point opens down to the photo and its ledger entries."""
    scores = Scores(page, serving.url)
    scores.sign_in("sun.jing", PASSWORD)
    scores.open(LIABILITY, INSURER)
    expect(scores.year.get_by_text(f"{before[LIABILITY]} → ").first).to_be_visible()
    scores.form("临溪县住建局")
    scores.unfold("技术服务情况")
    _reaches_the_photo(page, scores.photos)
    scores.open(INJURY, INSURER)
    expect(scores.year.get_by_text(f"{before[INJURY]} → {after[INJURY]}")).to_be_visible()
    scores.unfold("工伤事故认定勘查")
    _reaches_the_photo(page, scores.photos)


def _reaches_the_photo(page: Page, photos: Locator) -> None:
    page.get_by_text(re.compile(r"^照片 · \d+ 条")).first.click()
    expect(page.get_by_text("SHA-256").filter(visible=True).first).to_be_visible()
    photos.first.click()
    expect(page.get_by_role("heading", name="保管链")).to_be_visible()
    expect(page.get_by_text("原件到达，复算一致")).to_be_visible()
    page.go_back()
