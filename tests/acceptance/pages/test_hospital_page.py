"""A hospital system that nobody admitted is refused in words; the administrator admits it, and its message is taken."""

import re
import socket
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.acceptance.conftest import SignIn
from tests.product import Product

Shot = Callable[[Page, str], Path]


def hl7(product: Product, control: str, pid: str) -> str:
    """The answer to an order that a hospital's system sends."""
    port = re.search(r"HL7 MLLP +\S+:(\d+)", product.greeting)
    assert port is not None
    message = (
        f"MSH|^~\\&|HIS|YXHK|LIANZHEN|YX|20261125||ORM^O01|{control}|P|2.4||||||UNICODE UTF-8\r"
        f"{pid}\rORC|NW|{control}\rOBR|1|{control}||DR-CHEST-PA^胸部正位\r"
    )
    with socket.create_connection(("127.0.0.1", int(port[1])), timeout=10) as link:
        link.sendall(b"\x0b" + message.encode() + b"\x1c\x0d")
        answer = b""
        while not answer.endswith(b"\x1c\x0d"):
            answer += link.recv(4096)
    return answer.decode()


def test_a_refused_message_is_seen_whole_its_sender_admitted_and_taken(
    product: Product, sign_in: SignIn, shot: Shot
) -> None:
    assert "MSA|AR|H-1" in hl7(product, "H-1", "PID|1||H1||周敏||19700203|F")
    assert "MSA|AR|H-2" in hl7(product, "H-2", "PID|1||H2||19700203|F|吴刚")
    page = sign_in(product, "admin")
    page.goto(product.url + "/admin/hospital")
    row = page.get_by_role("row").filter(has_text="H-1")
    expect(row).to_contain_text("还没有被准许")
    shot(page, "49-refused-messages")
    row.get_by_role("button", name="查看原文").click()
    expect(page.get_by_role("dialog")).to_contain_text("周敏")
    shot(page, "50-message-as-it-came")
    page.keyboard.press("Escape")
    row.get_by_role("button", name="准入").click()
    dialog = page.get_by_role("dialog").filter(has_text="准入 HL7 发送方")
    expect(dialog.get_by_label("地址")).to_have_value("127.0.0.1")
    expect(dialog).to_contain_text("河口镇卫生院")
    page.wait_for_timeout(400)  # the dialog has opened to its full size
    shot(page, "51-admit-sender")
    dialog.get_by_role("button", name="准入").click()
    expect(page.get_by_role("table", name="已准入的 HL7 发送方")).to_contain_text("127.0.0.1")
    row.get_by_role("button", name="重新接收").click()
    expect(row).to_be_hidden()
    shifted = page.get_by_role("row").filter(has_text="H-2")
    shifted.get_by_role("button", name="重新接收").click()
    expect(shifted).to_contain_text("错位")
    shot(page, "52-refused-again")
    shifted.get_by_role("button", name="处理完毕").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("医院已更正后重发")
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(shifted).to_be_hidden()
    page.get_by_text("全部消息").click()
    expect(page.get_by_role("row").filter(has_text="H-1")).to_contain_text("已接收")
    expect(page.get_by_role("row").filter(has_text="H-2")).to_contain_text("医院已更正后重发")
    technician = sign_in(product, "technician")
    technician.goto(product.url + "/orders")
    expect(technician.get_by_role("row").filter(has_text="周*")).to_be_visible()
