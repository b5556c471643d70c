"""A code in front of the camera: a real GS1 DataMatrix before Chromium's camera from a file, read by our own reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.test_paths import open_as
from tests.browser.test_supply import find_station

pytestmark = pytest.mark.browser
__all__ = ["open_as"]
WIDTH, HEIGHT, SIDE = 640, 480, 14
PACK = """
█▄▀ █▄█▄▀▄▀▄▀ ▀ ▀▄
█ ▄▄▀ ▀█ ▀ ▄ ▀▀▄▄▄
█▀▀  █ ▄▄▀ ▀▄▀ ▀ ▄
█  █  ▄▀▄▄▀█▄  ▀▀▄
██  █▄▄ ▄▀ █▀ █▀ ▄
█▄ █▀ ▀▄  █▄▀▄ ▄ ▄
█   █▄▄ ▄▄▀██▀  ▄▄
██▄█▀ ▀  █▀▄ █ ▄▀▄
██▄▄▄██▄▄▄█▄▄█▄██▄
"""
"""(01)09520000000011(17)081231(10)CAM1 as a DataMatrix, two rows in a line; GS1's prefix 952 is for demonstrations."""


def film(path: Path, code: str) -> Path:
    """A film of a few pictures of a code on white, as Chromium's camera from a file takes it."""
    lines = code.strip().splitlines()
    rows = [[cell in dark for cell in line] for line in lines for dark in ("█▀", "█▄")]
    left, top = (WIDTH - SIDE * len(rows[0])) // 2, (HEIGHT - SIDE * len(rows)) // 2
    picture = bytearray(b"\xeb" * WIDTH * HEIGHT)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            for line in range(top + y * SIDE, top + (y + 1) * SIDE) if dark else ():
                start = line * WIDTH + left + x * SIDE
                picture[start : start + SIDE] = b"\x10" * SIDE
    frame = b"FRAME\n" + bytes(picture) + b"\x80" * (WIDTH * HEIGHT // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 5)
    return path


@pytest.fixture
def chromium(launch, tmp_path: Path):
    """A Chromium with a pack in front of its camera."""
    browser = launch(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film(tmp_path / 'pack.y4m', PACK)}",
    )
    yield browser
    browser.close()


def test_a_pack_is_read_by_the_camera_and_its_fields_are_filled(open_as, site) -> None:
    page = open_as("xu", size="phone")
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.rsplit("/", 1)[-1]))
    page.goto(find_station(page, site) + "receive/")
    assert not {"scan.js", "zxing_reader.wasm"} & set(fetched), "nothing of it is loaded before the button is pressed"
    page.click("[data-scan-script]")
    page.wait_for_selector("#id_lot[value=CAM1]")
    assert page.input_value("#id_commodity") == "male-condom"
    assert page.input_value("#id_expires_on") == "2008-12-31"
    assert page.locator("#errors").count() == 0
    assert page.evaluate("document.activeElement.id") == "id_quantity", "only the quantity is left to type"


def test_why_there_is_no_picture_is_said_and_the_field_still_takes_typing(open_as, site) -> None:
    page = open_as("xu", size="phone")
    page.goto(find_station(page, site) + "hand-out/")
    for name, said in (("NotAllowedError", "没有使用摄像头的许可"), ("NotFoundError", "没有可用的摄像头")):
        page.evaluate(
            "name => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', name); }; }", name
        )
        page.click("[data-scan-script]")
        page.wait_for_selector(f"dialog >> text={said}")
        page.click("dialog [data-close]")
        page.wait_for_function("() => document.activeElement.id === 'id_who'")


LATE = """() => {
  navigator.mediaDevices.getUserMedia = () => new Promise((resolve) => {
    window.allow = () => { window.given = document.createElement('canvas').captureStream(); resolve(window.given); };
  });
}"""


def test_a_camera_that_is_allowed_after_the_dialog_was_closed_is_let_go(open_as, site) -> None:
    page = open_as("xu", size="phone")
    page.goto(find_station(page, site) + "hand-out/")
    page.evaluate(LATE)
    page.click("[data-scan-script]")
    page.wait_for_function("() => 'allow' in window")
    page.click("dialog [data-close]")
    page.wait_for_function("() => document.activeElement.id === 'id_who'")
    page.evaluate("allow()")
    page.wait_for_function("() => given.getTracks().every((track) => track.readyState === 'ended')", timeout=5_000)


def test_only_pages_that_read_codes_may_open_the_camera(open_as, site) -> None:
    page = open_as("xu")
    allowed = page.goto(find_station(page, site) + "hand-out/").headers
    assert "camera=(self)" in allowed["permissions-policy"]
    assert "'wasm-unsafe-eval'" in allowed["content-security-policy"]
    elsewhere = page.goto(f"{site}/people/").headers
    assert "camera=()" in elsewhere["permissions-policy"]
    assert "wasm" not in elsewhere["content-security-policy"]
