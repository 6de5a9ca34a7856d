"""Downloads of the page: followed, fetched, cancelled, tried again; none is lost, and nobody sees another's."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import psutil
from playwright.sync_api import Download, Page, expect

from tests.browser.conftest import ELENA, THREE_SESSIONS
from tests.browser.exports.doing import (
    LIST,
    bytes_of,
    csv_rows,
    dialog,
    expect_nothing,
    go,
    kept_in,
    open_dialog,
    tray,
)
from tests.browser.reading import figures_agree_with_rows, first_rows, wait_until


def test_one_that_waits_can_be_cancelled_and_is_gone(opened: Callable[..., Page], slots: ExitStack) -> None:
    page = opened()
    first_rows(page)
    open_dialog(page)
    go(page)
    expect(tray(page)).to_contain_text("Waiting for others to be written")
    expect(tray(page).get_by_role("progressbar")).to_be_visible()
    page.focus("#downloads-open")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(tray(page)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(tray(page).get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect_nothing(page)
    assert page.request.get("/api/downloads".join([page.url.partition("/studio")[0], ""])).json() == []
    expect(tray(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(tray(page)).to_be_hidden()
    expect(page.locator("#downloads-open")).to_be_focused()


def test_it_outlives_leaving_the_page_and_comes_in_the_tab_alone_that_began_it(
    opened: Callable[..., Page], slots: ExitStack
) -> None:
    page = opened()
    total = figures_agree_with_rows(page)
    open_dialog(page)
    go(page)
    expect(tray(page)).to_contain_text("Waiting")
    other = opened()
    came: list[Download] = []
    other.on("download", kept_in(came))
    page.reload()
    first_rows(page)
    page.bring_to_front()
    page.mouse.move(300, 300)
    page.click("#downloads-open")
    expect(tray(page)).to_contain_text("Waiting")
    other.mouse.move(300, 300)
    other.click("#downloads-open")
    expect(tray(other)).to_contain_text("Waiting")
    with page.expect_download() as found:
        slots.close()
    assert len(csv_rows(bytes_of(found.value))) == total
    expect(tray(page)).to_contain_text("Download again")
    other.bring_to_front()
    expect(tray(other)).to_contain_text(re.compile(r"\d+ kB · expires in 47 hours|\d+ kB · expires in 2 days"))
    assert came == []
    with page.expect_download() as again:
        tray(page).get_by_role("link", name="Download again").click()
    assert bytes_of(again.value) == bytes_of(found.value)
    with other.expect_download():
        tray(other).get_by_role("link", name="Download").click()
    tray(other).get_by_role("button", name="Delete").click()
    expect_nothing(other)


def test_a_tab_that_did_not_begin_it_leaves_it_to_be_fetched(opened: Callable[..., Page], slots: ExitStack) -> None:
    page = opened()
    first_rows(page)
    open_dialog(page)
    go(page)
    expect(tray(page)).to_contain_text("Waiting")
    page.close()
    other = opened()
    came: list[Download] = []
    other.on("download", kept_in(came))
    first_rows(other)
    other.click("#downloads-open")
    expect(tray(other)).to_contain_text("Waiting")
    slots.close()
    expect(tray(other).get_by_role("link", name="Download")).to_be_visible(timeout=15_000)
    assert came == []


def test_one_whose_writing_was_stopped_says_so_and_can_be_tried_again(
    opened: Callable[..., Page], slots: ExitStack, data_dir: Path
) -> None:
    page = opened()
    first_rows(page)
    open_dialog(page)
    go(page)
    expect(tray(page)).to_contain_text("Waiting")
    wait_until(page, lambda: bool(writers(data_dir)))  # it is listed before its process has begun
    for writer in writers(data_dir):
        writer.kill()
    expect(tray(page)).to_contain_text("The server was stopped while it was written.")
    slots.close()
    with page.expect_download():
        tray(page).get_by_role("button", name="Try again").click()
    expect(tray(page).get_by_role("listitem")).to_have_count(1)


def test_one_that_was_removed_does_not_come_back_with_an_older_answer(
    opened: Callable[..., Page], slots: ExitStack, served: str
) -> None:
    page = opened()
    first_rows(page)
    open_dialog(page)
    go(page)
    expect(tray(page)).to_contain_text("Waiting for others to be written")
    (mine,) = page.request.get(f"{served}/api/downloads").json()
    tray(page).get_by_role("button", name="Cancel").click()
    expect_nothing(page)
    kept = mine | {"id": "kept", "file_name": "kept.csv"}
    page.route("**/api/downloads", lambda route: route.fulfill(json=[mine, kept]))
    page.click("#downloads-open")
    page.click("#downloads-open")
    expect(tray(page).locator("li:not(.gone) b")).to_have_text(["kept.csv"])


def writers(data_dir: Path) -> list[psutil.Process]:
    """Processes that write this server's downloads, told by the lock that each holds."""
    found = [one for one in psutil.process_iter(["cmdline"]) if "downloads.worker" in (one.info["cmdline"] or [])]
    return [one for one in found if any(str(data_dir) in str(path) for path in open_paths(one))]


def open_paths(process: psutil.Process) -> list[Path]:
    return [link.readlink() for link in Path(f"/proc/{process.pid}/fd").iterdir()]


def test_polling_that_is_cut_says_so_keeps_the_list_and_goes_on(
    opened: Callable[..., Page], slots: ExitStack, complaints: list[str]
) -> None:
    page = opened()
    first_rows(page)
    open_dialog(page)
    go(page)
    expect(tray(page)).to_contain_text("Waiting")
    page.route(LIST, lambda route: route.abort())
    expect(tray(page).get_by_role("alert")).to_have_text("No answer about these downloads. It is tried again.")
    expect(tray(page)).to_contain_text("Waiting")
    page.unroute(LIST)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(tray(page).locator(".problem")).to_be_hidden()
    with page.expect_download():
        slots.close()
    complaints.clear()


def test_nothing_is_asked_once_all_are_finished(opened: Callable[..., Page]) -> None:
    page = opened()
    first_rows(page)
    open_dialog(page)
    with page.expect_download():
        go(page)
    expect(tray(page)).to_contain_text("Download again")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2500)
    assert [url for url in asked if "/api/downloads" in url] == []


def test_nobody_sees_or_fetches_the_downloads_of_another(opened: Callable[..., Page], served: str) -> None:
    page = opened()
    first_rows(page)
    open_dialog(page)
    with page.expect_download():
        go(page)
    (mine,) = page.request.get(f"{served}/api/downloads").json()
    other = opened("/studio/sessions?range=all", user=THREE_SESSIONS, role="creator")
    first_rows(other)
    other.click("#downloads-open")
    expect_nothing(other)
    assert other.request.get(f"{served}/api/downloads/{mine['id']}/file").status == 404
    expect(open_dialog(other)).to_have_attribute("data-address", re.compile(f"^/api/creators/{THREE_SESSIONS}/"))
    dialog(other).get_by_role("button", name="Cancel").click()
    other.request.post(f"{served}/sign-in", form={"user": ELENA, "role": "creator"}, max_redirects=0)
    assert other.request.delete(f"{served}/api/downloads/{mine['id']}").status == 204
