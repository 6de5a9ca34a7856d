"""How a journey reads the page: its rows, its tiles, and whether they agree."""

import re
import time
from collections.abc import Callable
from re import Pattern

from playwright.sync_api import Page, Route, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

ROWS = "#grid-sessions .ag-center-cols-container .ag-row"
BY_ST = "#by-st-table"
FOOT = "#grid-foot"
PATIENCE_SECONDS = 30
HEALTH = "**/api/health"
IN_POPOVER = "() => document.activeElement.closest('.range-popover')"
IS_INTERCEPTED = "async () => (await fetch('/api/health')).status === 204"
AGREE = """() => {
  const rows = /of ([\\d,]+)$/.exec(document.querySelector('#grid-foot')?.textContent)?.[1];
  return rows && rows === document.querySelector('.kpi .v')?.textContent;
}"""


def first_rows(page: Page) -> None:
    page.wait_for_selector(f"{ROWS}[row-index='0'] .num")


def total(page: Page) -> int:
    """The grid's own count, once it has one."""
    expect(page.locator(FOOT)).to_have_text(re.compile(r"of [\d,]+$"))
    return int(page.inner_text(FOOT).rpartition("of ")[2].replace(",", ""))


def tile(page: Page, label: str) -> str:
    value = page.locator(".kpi:not(.loading)", has=page.locator(".l", has_text=label)).locator(".v")
    return value.inner_text()


def figures_agree_with_rows(page: Page) -> int:
    """Figures and rows come by two requests: both are there once they agree. How many they are."""
    page.wait_for_function(AGREE)
    return total(page)


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """Poll while Playwright goes on delivering what happens. Raises TimeoutError."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError
        page.wait_for_timeout(20)


def intercept(page: Page, address: str | Pattern[str], handler: Callable[[Route], object]) -> None:
    """`page.route` for a page that is open already. Chromium says that it intercepts before the page's own process
    does, so that under load the next request could still get through: one that is sent to see waits for that."""
    page.route(HEALTH, lambda route: route.fulfill(status=204))
    page.route(address, handler)
    page.wait_for_function(IS_INTERCEPTED)
    page.unroute(HEALTH)


def enter_popover(page: Page, opener: str) -> None:
    """By key. Its component listens a moment after its button is drawn: what was pressed before is pressed again."""
    page.locator(opener).focus()
    for _ in range(3):
        page.keyboard.press("Enter")
        try:
            page.wait_for_function(IN_POPOVER, timeout=5_000)
            return
        except PlaywrightTimeoutError:
            expect(page.locator(".range-popover")).to_have_count(0)  # one that is open has the focus
    raise TimeoutError


def to_the_table(page: Page) -> None:
    """By key; the table takes the focus a moment later."""
    page.keyboard.press("g")
    page.wait_for_function("() => document.activeElement.matches('#grid-sessions .ag-cell')")


def choose(page: Page, control: str, text: str) -> None:
    page.click(control)
    page.locator(".dash-dropdown-content").get_by_text(text).first.click()
    page.keyboard.press("Escape")
