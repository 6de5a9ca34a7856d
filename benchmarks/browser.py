"""The page in a real browser: what a first and a repeated visit cost, and how soon a change of filter is painted."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

SCRIPT = (Path(__file__).parent / "browser.js").read_text()
PAGE = "/studio/sessions"
TILE = "#metrics-tiles .kpi:nth-child({}) .tile-button"
CHANGES = {
    "status, by its tile": (TILE.format(2), TILE.format(2)),
    "rated sessions, by their tile": (TILE.format(4), TILE.format(4)),
    "a Student-Teacher": ("#by-st-table .ag-row[row-index='1'] [col-id=sessions] button", "[data-remove=st_id]"),
    "range, this month and back": ("[data-preset=this_month]", "[data-remove=range]"),
}
VITALS = """() => {
  window.vitals = { shift: 0, paint: 0 };
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (!entry.hadRecentInput) window.vitals.shift += entry.value;
  })).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (entry.name === "first-contentful-paint") window.vitals.paint = entry.startTime;
  })).observe({ type: "paint", buffered: true });
}"""
SETTLED_MS = 1_500
WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Visit:
    """One load of the page: milliseconds, bytes as transferred, and the sum of its layout shifts."""

    first_paint: float
    figures: float
    transferred: int
    requests: int
    shift: float


@dataclass(frozen=True, slots=True)
class Change:
    """A change of filter, milliseconds: until painted, and the server's part of it (its slowest answer)."""

    painted: float
    server: float


def signed_in(browser: Browser, address: str, user: str) -> BrowserContext:
    context = browser.new_context(
        base_url=address, viewport={"width": 1440, "height": 900}, timezone_id="Europe/Berlin", locale="en-GB"
    )
    context.request.post("/sign-in", form={"user": user, "role": "creator"}, max_redirects=0)
    return context


def visits(browser: Browser, address: str, user: str, repetitions: int) -> tuple[list[Visit], list[Visit]]:
    """First visits, each in a browser that knows nothing yet, and repeated ones."""
    first, repeated = [], []
    for _ in range(repetitions):
        context = signed_in(browser, address, user)
        first.append(_visit(context))
        repeated.append(_visit(context))
        context.close()
    return first, repeated


def changes(browser: Browser, address: str, user: str, repetitions: int) -> dict[str, list[Change]]:
    """Every kind of change in `CHANGES`, there and back again in turn."""
    context = signed_in(browser, address, user)
    page = context.new_page()
    page.goto(PAGE)
    _settle(page)
    taken = {name: list(_changes(page, *selectors, repetitions)) for name, selectors in CHANGES.items()}
    context.close()
    return taken


def _visit(context: BrowserContext) -> Visit:
    page = context.new_page()
    page.add_init_script(f"({VITALS})()")
    sizes: list[int] = []
    session: CDPSession = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto(PAGE)
    page.wait_for_function(
        "() => document.querySelector('.kpi:not(.loading) .v')"
        " && document.querySelector('#grid-sessions .ag-row[row-index=\"0\"] .num')"
    )
    figures = page.evaluate("() => performance.now()")
    page.wait_for_timeout(SETTLED_MS)
    vitals = page.evaluate("() => window.vitals")
    page.close()
    return Visit(vitals["paint"], figures, sum(sizes), len(sizes), vitals["shift"])


def _settle(page: Page) -> None:
    if not page.evaluate("() => 'bench' in window"):
        page.evaluate(f"() => {{ {SCRIPT} }}")
    page.wait_for_function("() => !window.bench.isLoading()")
    page.wait_for_timeout(SETTLED_MS)


def _changes(page: Page, there: str, back: str, repetitions: int) -> Iterator[Change]:
    """What either state shows is learnt from one slow change; each measured one must show exactly that."""
    before = page.evaluate("() => window.bench.shown()")
    page.click(there)
    _settle(page)
    after = page.evaluate("() => window.bench.shown()")
    page.click(back)
    _settle(page)
    if before == after or page.evaluate("() => window.bench.shown()") != before:
        raise RuntimeError(f"{there} changes nothing, or {back} does not take it back")
    for turn in range(-WARM_UP, repetitions):
        for selector, expected in ((there, after), (back, before)):
            taken = page.evaluate(
                "([selector, expected]) => window.bench.change(selector, expected)", [selector, expected]
            )
            if turn >= 0:
                yield Change(taken["painted"], taken["server"])
            page.wait_for_timeout(150)
