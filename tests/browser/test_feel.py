"""How the page comes up: in its own colours from the first paint on, and without anything moving."""

from functools import partial
from typing import Literal

from playwright.sync_api import Browser, Page

from layouts.theme import PALETTES
from tests.browser.conftest import ELENA, SignIn
from tests.browser.reading import figures_agree_with_rows, first_rows, wait_until

WATCH = """() => {
  window.shifts = 0;
  window.sources = [];
  const told = ({ node, previousRect, currentRect }) =>
    [node?.id || node?.className || node?.nodeName, previousRect, currentRect];
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    window.shifts += entry.value;
    window.sources.push([entry.value, entry.sources.map(told)]);
  }))
    .observe({ type: "layout-shift", buffered: true });
  window.colours = new Set();
  const look = () => {
    if (document.body) window.colours.add(getComputedStyle(document.body).backgroundColor);
    requestAnimationFrame(look);
  };
  look();
}"""
COLOURS = """() => {
    const style = getComputedStyle(document.body);
    return [style.backgroundColor, style.getPropertyValue("--done-ink")];
}"""
DARK_GROUND = "rgb(18, 22, 28)"


def opened(browser: Browser, server: str, scheme: Literal["light", "dark"]) -> Page:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        timezone_id="Europe/Berlin",
        color_scheme=scheme,
        base_url=server,
    )
    page = context.new_page()
    page.request.post("/sign-in", form={"user": ELENA, "role": "creator"}, max_redirects=0)
    page.add_init_script(f"({WATCH})()")
    page.goto("/studio/sessions")
    first_rows(page)
    figures_agree_with_rows(page)
    page.wait_for_timeout(300)
    return page


def test_nothing_moves_while_the_page_comes_up(browser: Browser, server: str) -> None:
    page = opened(browser, server, "light")
    assert page.evaluate("() => window.shifts") < 0.02, page.evaluate("() => window.sources")
    page.context.close()


def test_no_other_theme_flashes_up_before_the_chosen_one(browser: Browser, server: str) -> None:
    page = opened(browser, server, "dark")
    assert page.evaluate("() => [...window.colours]") == [DARK_GROUND]
    page.emulate_media(media="print")
    assert page.evaluate(COLOURS) == ["rgb(255, 255, 255)", PALETTES["light"]["done-ink"]]
    page.emulate_media(media="screen", forced_colors="active")
    swatches = page.locator(".legend i").evaluate_all(
        "(all) => all.map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert len(set(swatches)) == len(swatches) >= 3
    page.context.close()


def test_the_outline_is_there_before_any_script_and_gone_with_the_page(
    sign_in: SignIn, browser: Browser, server: str
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900}, base_url=server)
    outline = context.new_page()
    outline.request.post("/sign-in", form={"user": ELENA, "role": "creator"}, max_redirects=0)
    outline.goto("/studio/sessions")
    assert "This page needs JavaScript." in outline.inner_text("body")
    assert outline.locator("#page-outline .kpi").count() == 5
    context.close()
    page = sign_in()
    first_rows(page)
    assert page.locator("#page-outline").count() == 0


def is_as_wide_as(page: Page, width: int) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") == width)


def test_the_page_is_never_wider_than_its_window(sign_in: SignIn) -> None:
    page = sign_in(user="operations", role="operations")
    first_rows(page)
    for width in (1440, 1180, 1100, 1024, 1010, 960, 901, 820, 768):
        page.set_viewport_size({"width": width, "height": 900})
        wait_until(page, partial(is_as_wide_as, page, width))


def test_a_long_figure_and_its_line_do_not_overlap(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    figure = page.locator(".kpi .v").first
    for width in (1440, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        figure.evaluate("(one) => { one.textContent = '5,000,000'; one.closest('.kpi').classList.add('long'); }")
        text = figure.evaluate("""(one) => {
            const range = document.createRange();
            range.selectNodeContents(one);
            return range.getBoundingClientRect().toJSON();
        }""")
        line = page.locator(".kpi .spark").first.bounding_box()
        assert line
        assert line["y"] + line["height"] <= text["top"] or line["x"] >= text["right"]
