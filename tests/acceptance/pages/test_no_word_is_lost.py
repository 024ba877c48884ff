"""Whatever happens to session, line or lease while a report is written, every typed word is kept."""

import re

from playwright.sync_api import Page, expect

from tests.acceptance.conftest import SignIn
from tests.acceptance.pages.conftest import OpenFilm
from tests.house import PASSWORD
from tests.product import Product


def write(page: Page, field: str, words: str) -> None:
    """Type at the end of a field, reached by its key."""
    page.keyboard.press({"检查所见": "Alt+1", "诊断意见": "Alt+2"}[field])
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def saved(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="已保存")).to_be_visible(timeout=10_000)


def test_an_expired_session_asks_for_the_password_and_saves_what_was_typed_meanwhile(open_film: OpenFilm) -> None:
    page = open_film("过期一号")
    page.context.clear_cookies()
    write(page, "检查所见", "过期时写的文字。")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("登录已过期")).to_be_visible(timeout=10_000)
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("wrong-password")).to_be_visible()
    dialog.get_by_placeholder("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    saved(page)
    page.reload()
    expect(page.get_by_label("检查所见")).to_have_value("过期时写的文字。", timeout=15_000)


def test_a_reload_with_an_expired_session_brings_the_unsaved_words_back(open_film: OpenFilm) -> None:
    page = open_film("重载一号")
    page.context.clear_cookies()
    write(page, "诊断意见", "还没有保存")
    page.reload()
    expect(page.get_by_label("账号")).to_have_value("radiologist")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("诊断意见")).to_have_value("还没有保存", timeout=15_000)
    saved(page)


def test_words_typed_without_a_line_are_saved_when_it_is_back(open_film: OpenFilm) -> None:
    page = open_film("断线一号")
    expect(page.get_by_text("完整", exact=True)).to_be_visible(timeout=30_000)
    page.context.set_offline(True)
    write(page, "检查所见", "断线时写的文字。")
    expect(page.get_by_role("status").filter(has_text="离线")).to_be_visible(timeout=10_000)
    page.context.set_offline(False)
    saved(page)


def test_a_taken_over_item_is_said_to_be_lost_and_its_text_stays(
    product: Product, open_film: OpenFilm, sign_in: SignIn
) -> None:
    page = open_film("接手一号")
    write(page, "检查所见", "原医师的文字。")
    saved(page)
    other = sign_in(product, "reviewer")
    other.goto(page.url)
    other.get_by_role("button", name="接手").click(timeout=15_000)
    other.keyboard.type("原医师已下班")
    other.keyboard.press("Control+Enter")
    expect(other.get_by_label("检查所见")).to_have_value("原医师的文字。", timeout=15_000)
    write(page, "检查所见", "之后的文字。")
    expect(page.get_by_role("alert").filter(has_text="不归您处理")).to_be_visible(timeout=10_000)
    expect(page.get_by_label("检查所见")).to_have_value("原医师的文字。之后的文字。")
    expect(page.get_by_role("button", name=re.compile("提交审核"))).to_be_disabled()
    expect(other.get_by_label("检查所见")).to_have_value("原医师的文字。")


def test_a_second_window_asks_which_text_to_keep(open_film: OpenFilm) -> None:
    page = open_film("两窗一号")
    second = page.context.new_page()
    second.goto(page.url)
    second.get_by_label("检查所见").wait_for()
    write(second, "检查所见", "第二窗口")
    saved(second)
    write(page, "检查所见", "第一窗口")
    expect(page.get_by_role("alert").filter(has_text="另一个窗口")).to_be_visible(timeout=10_000)
    page.get_by_role("button", name="用已保存的文字").click()
    expect(page.get_by_label("检查所见")).to_have_value("第二窗口")


def test_the_password_of_a_signature_never_gets_into_the_report(open_film: OpenFilm) -> None:
    page = open_film("签名一号")
    expect(page.get_by_text("完整", exact=True)).to_be_visible(timeout=30_000)
    write(page, "检查所见", "两肺清晰。")
    write(page, "诊断意见", "未见异常。")
    page.keyboard.press("Alt+p")
    page.keyboard.press("Control+Enter")
    page.keyboard.type("too-early")  # before anybody could see the dialog
    field = page.get_by_role("dialog").get_by_placeholder("登录密码")
    expect(field).to_be_focused()
    field.fill("")
    page.keyboard.type("top-secret")
    expect(field).to_have_value("top-secret")
    page.keyboard.press("Escape")
    expect(page.get_by_label("检查所见")).to_have_value("两肺清晰。")
    expect(page.get_by_label("诊断意见")).to_have_value("未见异常。")
