"""What a journey does to export, and how it reads what it gets."""

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Download, Locator, Page, expect

from callbacks.bundle import bundle

AT_ONCE = 2
SCRIPT = f"**/{bundle('js', 'later').name}"
FILTERED = "/studio/sessions?range=all&status=no_show&status=cancelled"
SENT = "**/sessions/export?*"
LIST = "**/api/downloads"
OPERATIONS = {"user": "operations", "role": "operations"}


def kept_in(found: list[Any]) -> Callable[[Any], None]:
    """Playwright takes no method of a list itself."""

    def keep(one: Any) -> None:
        found.append(one)

    return keep


def dialog(page: Page) -> Locator:
    return page.locator(".export-form")


def open_dialog(page: Page, table: str = "sessions") -> Locator:
    page.locator(f"[data-export={table}]:visible").click()
    dialog(page).wait_for()
    return dialog(page)


def go(page: Page) -> None:
    dialog(page).get_by_role("button", name="Export", exact=True).click()


def exported(page: Page, format_: str = "csv") -> bytes:
    """The file that the open dialog leads to."""
    page.check(f"#export-format-{format_}")
    with page.expect_download() as found:
        go(page)
    return bytes_of(found.value)


def bytes_of(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def csv_bytes(file: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(file)) as members:
        return members.read(next(name for name in members.namelist() if name.endswith(".csv")))


def csv_rows(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_bytes(file).decode("utf-8-sig"))))


def tray(page: Page) -> Locator:
    return page.locator("#downloads-tray")


def expect_nothing(page: Page) -> None:
    """That the open list says that there is nothing in it: its words stand there, hidden, at all times."""
    expect(tray(page).get_by_text("Nothing here.")).to_be_visible()
    expect(tray(page).locator("li:not(.gone)")).to_have_count(0)
