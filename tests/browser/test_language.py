"""The page in a language made of brackets: whatever is seen or read out without them went past the catalogue."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.reading import ROWS, first_rows
from tests.pseudo import CODE, untranslated, write_pseudo
from tests.servers.app import running_app

# Every visible text and label; free text of the export, ids and initials are data.
COLLECT = """() => {
  const found = new Set();
  const isData = (element) => element.closest("script, style, noscript, code, .free-text, .av");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!isData(parent) && parent.checkVisibility()) found.add(walker.currentNode.data.trim());
  }
  for (const name of ["aria-label", "title", "placeholder", "aria-description", "alt"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      if (!isData(element) && element.checkVisibility()) found.add(element.getAttribute(name));
    }
  }
  return [...found];
}"""


@pytest.fixture(scope="module")
def bracketed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("language")
    write_pseudo(folder / "locales")
    settings = {"SESSIONS_DEMO_SESSIONS": "3000", "SESSIONS_LANGUAGE": CODE}
    with running_app(folder, settings | {"SESSIONS_LOCALES_DIR": str(folder / "locales")}) as address:
        yield address


def names(page: Page, address: str) -> list[str]:
    """What the export calls people and courses, the longest first, so that a part of a name does not stay."""
    found: set[str] = set()
    for path in ("me/sessions?range=all&limit=500", "me/sessions/upcoming?limit=500"):
        for number in range(1, 9):
            answer = page.request.get(f"{address}/api/creators/{path}&page={number}").json()
            for session in answer["sessions"]:
                found |= {session["course"]["title"], session["student"]["name"], session["st"]["name"]}
            if not answer["pagination"]["has_more"]:
                break
    return sorted(found | {"Elena Marchetti"}, key=len, reverse=True)


def forgotten(page: Page, data: list[str]) -> list[str]:
    texts = page.evaluate(COLLECT)
    assert len([text for text in texts if "⟦" in text]) > 10
    for name in data:
        texts = [text.replace(name, "") for text in texts]
    return untranslated(texts)


def test_every_state_of_the_page_speaks_its_language(sign_in: SignIn, bracketed: str) -> None:
    page = sign_in("/studio/sessions?range=last_12_weeks", at=bracketed)
    expect(page.locator("html")).to_have_attribute("lang", "en-AU")
    data = names(page, bracketed)
    first_rows(page)
    page.hover(".kpi:not(.loading)")
    expect(page.locator(".kpi .basis").first).to_be_visible()
    assert forgotten(page, data) == []
    page.click("#filter-course")
    page.wait_for_selector(".dash-dropdown-content")
    assert forgotten(page, data) == []
    page.keyboard.press("Escape")
    for button in ("#filter-more", "#range-custom", "#grid-columns-more"):
        page.click(button)
        page.wait_for_selector(".range-popover")
        assert forgotten(page, data) == []
        page.click(button)
    page.click("[data-table=toggle]")
    page.wait_for_selector("#chart-over-time-table td")
    assert forgotten(page, data) == []

    page.goto(f"{bracketed}/studio/sessions?range=all&student_q=nobody+of+this+name&status=completed")
    expect(page.locator("#grid-state")).to_contain_text("⟦No sessions match⟧")
    expect(page.locator("#grid-foot")).to_have_text("⟦No sessions⟧")
    assert forgotten(page, [*data, "nobody of this name"]) == []


def test_a_session_and_what_is_to_come_speak_it_too(sign_in: SignIn, bracketed: str) -> None:
    page = sign_in("/studio/sessions?range=all&status=completed&rated=true", at=bracketed)
    data = names(page, bracketed)
    first_rows(page)
    page.locator(f"{ROWS} button.play").first.click()
    expect(page.locator("#player-message, #player-link").filter(has_text="⟦")).to_be_visible()
    assert forgotten(page, data) == []

    page.goto(f"{bracketed}/studio/sessions?tab=upcoming")
    page.wait_for_selector(".fc-daygrid-event, .fc-event")
    assert forgotten(page, data) == []
    page.locator(".fc-event").first.click()
    expect(page.locator(".quick")).to_be_visible()
    assert forgotten(page, data) == []
    page.keyboard.press("Escape")
    for view in ("timeGridWeek", "agenda"):
        page.click(f".fc-{view}-button")
        page.wait_for_selector(f".fc-{view}-view")
        assert forgotten(page, data) == []
    page.click("[data-feed=open]")
    page.click(".feed .btn-accent")
    expect(page.locator(".feed input")).to_be_focused()
    expect(page.locator(".feed li")).to_have_count(1)
    assert forgotten(page, data) == []


def test_what_needs_review_speaks_it_as_well(sign_in: SignIn, bracketed: str) -> None:
    page = sign_in("/studio/sessions?tab=review&range=all", at=bracketed)
    data = names(page, bracketed)
    page.wait_for_selector("#grid-reviews .ag-row .pill")
    assert forgotten(page, data) == []
    page.goto(f"{bracketed}/studio/sessions?tab=review&review=decided")
    expect(page.locator("#review-state")).to_contain_text("⟦Nothing is decided yet⟧")
    assert forgotten(page, data) == []
    staff = sign_in("/studio/sessions?tab=review&range=all", user="operations", role="operations", at=bracketed)
    box = staff.locator("#grid-reviews .ag-row .ag-checkbox-input").first
    box.click()
    expect(box).to_have_attribute("aria-label", "⟦Choose this session⟧ (⟦chosen⟧)")
    expect(staff.locator("#review-batch")).to_contain_text("⟦ selected⟧")
    assert untranslated(staff.locator(".review-head, #review-batch").all_inner_texts()) == []


def test_a_comparison_speaks_it_too(sign_in: SignIn, bracketed: str) -> None:
    page = sign_in("/studio/sessions?tab=compare&vs_from=2026-01-01", at=bracketed)
    data = names(page, bracketed)
    page.wait_for_selector(".compare-table")
    assert forgotten(page, data) == []
    page.goto(f"{bracketed}/studio/sessions?tab=compare&range=all")
    expect(page.locator("#compare-result")).to_contain_text("⟦the range has no beginning")
    assert forgotten(page, data) == []


def test_so_do_an_export_and_the_downloads(sign_in: SignIn, bracketed: str) -> None:
    page = sign_in("/studio/sessions?range=all&status=completed&rating_min=1", at=bracketed)
    data = names(page, bracketed)
    first_rows(page)
    for table in ("student_teachers", "sessions"):
        page.click(f"[data-export={table}]:visible")
        page.wait_for_selector(".export-form")
        assert forgotten(page, data) == []
        page.keyboard.press("Escape")
        expect(page.locator(".export-form")).to_have_count(0)
    page.keyboard.press("e")
    page.check("#export-choose")
    assert forgotten(page, data) == []
    with page.expect_download():
        page.click("[data-export-go]")
    expect(page.locator("#downloads-tray")).to_contain_text("⟦Download again⟧")
    assert forgotten(page, [*data, "sessions.zip"]) == []


def test_so_does_a_phone(sign_in: SignIn, bracketed: str) -> None:
    page = sign_in("/studio/sessions?range=all", at=bracketed)
    page.set_viewport_size({"width": 390, "height": 844})
    data = names(page, bracketed)
    page.wait_for_selector(".session-card")
    assert forgotten(page, data) == []
    page.click("#filter-open")
    assert forgotten(page, data) == []
    page.click("[data-sheet=close].btn-accent")
    page.click("[data-charts=toggle]")
    assert forgotten(page, data) == []
    page.goto(f"{bracketed}/studio/sessions?tab=upcoming")
    page.wait_for_selector(".fc-event")
    assert forgotten(page, data) == []


def test_so_do_the_page_of_staff_and_the_access_log(sign_in: SignIn, bracketed: str) -> None:
    page = sign_in("/studio/sessions?session=nothing", user="analyst", role="analyst", at=bracketed)
    expect(page.locator(".detail-missing")).to_have_text("⟦There is no such session among yours.⟧")
    assert untranslated(page.locator(".head, .detail").all_inner_texts()) == []
    log = sign_in("/studio/sessions/access-log", user="operations", role="operations", at=bracketed)
    expect(log.locator("h1")).to_have_text("⟦Access log⟧")
