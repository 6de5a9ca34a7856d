"""The Compare tab: two sides chosen, swapped, opened and shared, by mouse and by keys alone."""

import re
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.reading import choose, first_rows, total

AWKWARD_NAMES = "usr_00000003"
COMPARE = "/studio/sessions?tab=compare"
DIFFERENCES = ".compare-table .difference"
SIDES = ".compare-side"


def shown(page: Page) -> list[str]:
    """The differences, once they are those of what the address says."""
    page.wait_for_selector(SIDES)
    told = asked(page)["b"]["total_sessions"]
    expect(page.locator(f"{SIDES} .link").nth(1)).to_have_text(re.compile(rf"^{told:,} sessions?$"))
    expect(page.locator(DIFFERENCES)).to_have_count(5)
    return page.locator(DIFFERENCES).all_inner_texts()


def rest(page: Page, path: str) -> Any:
    answer = page.request.get(urljoin(page.url, path))
    assert answer.ok, answer.text()
    return answer.json()


def asked(page: Page) -> Any:
    """The same through REST."""
    query = page.evaluate("() => location.search").removeprefix("?")
    kept = [pair for pair in query.split("&") if pair.partition("=")[0] != "tab"]
    if not any(pair.startswith(("range=", "from=", "to=")) for pair in kept):
        kept.append("range=last_12_weeks")
    return rest(page, "/api/creators/me/sessions/compare?" + "&".join(kept))


def two_teachers(page: Page) -> list[dict[str, Any]]:
    found = rest(page, "/api/creators/me/student-teachers")
    return sorted(found, key=lambda st: -st["sessions"])[:2]


def signed(value: float) -> str:
    return f"{'+' if value > 0 else '−'}{abs(value):.1f} pts"


def test_it_begins_with_the_period_before_and_says_what_rest_says(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    page.click(".view-tab[data-tab=compare]")
    page.wait_for_selector(SIDES)
    expect(page.locator(".view-compare")).to_be_visible()
    expect(page.locator("#compare-range")).to_have_value("previous")
    before = asked(page)
    assert shown(page)[1] == signed(before["differences"]["completion_rate"]["difference"])
    page.select_option("#compare-range", "year_before")
    page.wait_for_url("**vs_range=year_before*")
    now = asked(page)
    assert now["b"]["total_sessions"] != before["b"]["total_sessions"]
    assert shown(page)[1] == signed(now["differences"]["completion_rate"]["difference"])
    page.go_back()
    expect(page.locator("#compare-range")).to_have_value("previous")
    assert shown(page)[1] == signed(before["differences"]["completion_rate"]["difference"])


def test_two_student_teachers_are_chosen_swapped_and_opened(sign_in: SignIn) -> None:
    page = sign_in(f"{COMPARE}&range=all")
    one, other = two_teachers(page)
    page.wait_for_selector("#compare-result .state-error")
    expect(page.locator("#compare-result .state-error")).to_contain_text("B's range: the range has no beginning")
    choose(page, "#filter-st", one["name"])
    page.wait_for_url(f"**st_id={one['id']}*")
    choose(page, "#compare-st", other["name"])
    page.wait_for_url(f"**vs_st_id={other['id']}*")
    expect(page.locator("#compare-range")).to_have_value("same")
    expect(page.locator(SIDES).nth(1)).to_contain_text(f"ST: {other['name']}")
    forth = shown(page)
    expect(page.locator(SIDES).first).to_contain_text(f"{one['sessions']:,} sessions")

    page.click(".swap")
    expect(page.locator(SIDES).first).to_contain_text(f"ST: {other['name']}")
    expect(page.locator(".chips").first).to_contain_text(f"ST: {other['name']}")
    back = shown(page)
    assert [text.translate(str.maketrans("+−", "−+")) for text in back[1:]] == forth[1:]

    page.locator(f"{SIDES} .link").nth(1).click()
    expect(page.locator("html")).to_have_attribute("data-tab", "sessions")
    first_rows(page)
    page.wait_for_function(
        "count => document.querySelector('#grid-foot').textContent.endsWith(count)", arg=f"of {one['sessions']:,}"
    )
    assert total(page) == one["sessions"]
    assert "vs_" not in page.url


def test_what_b_has_of_a_can_be_dropped_and_what_it_has_of_its_own_goes_back(sign_in: SignIn) -> None:
    page = sign_in(COMPARE)
    one, other = two_teachers(page)
    page.goto(page.url + f"&range=all&st_id={one['id']}&vs_st_id={other['id']}")
    shown(page)
    side = page.locator(SIDES).nth(1)
    side.get_by_role("button", name=f"Remove ST: {other['name']}").click()
    page.wait_for_url(lambda url: "vs_st_id" not in url)
    page.wait_for_selector("#compare-result .state-error")
    page.select_option("#compare-range", "same")
    expect(page.locator(".view-compare .state-warning")).to_contain_text("Both sides are the same sessions")
    side.get_by_role("button", name=f"Remove ST: {one['name']}").click()
    page.wait_for_url("**vs_without=st_id*")
    expect(side).to_contain_text("All Student-Teachers")
    expect(page.locator(".view-compare .state-warning")).to_contain_text(
        f"{one['sessions']:,} sessions are on both sides"
    )
    side.get_by_role("button", name="Remove All Student-Teachers").click()
    page.wait_for_url(lambda url: "vs_without" not in url)


def test_days_of_ones_own_are_compared(sign_in: SignIn) -> None:
    page = sign_in(COMPARE)
    shown(page)
    expect(page.locator("#compare-days")).to_be_hidden()
    page.select_option("#compare-range", "days")
    expect(page.locator("#compare-from")).to_be_focused()
    assert page.input_value("#compare-from") < page.input_value("#compare-to")
    page.fill("#compare-from", "2026-01-01")
    page.wait_for_url("**vs_from=2026-01-01*")
    page.fill("#compare-to", "2026-03-31")
    page.wait_for_url("**vs_to=2026-03-31*")
    expect(page.locator(SIDES).nth(1)).to_contain_text("1 Jan – 31 Mar 2026")
    shown(page)
    page.reload()
    expect(page.locator("#compare-range")).to_have_value("days")
    expect(page.locator("#compare-from")).to_have_value("2026-01-01")
    shown(page)


def test_it_needs_no_mouse(sign_in: SignIn) -> None:
    page = sign_in()
    first_rows(page)
    page.locator(".view-tab[data-tab=compare]").focus()
    page.keyboard.press("Enter")
    shown(page)

    def tab_to(selector: str, most: int = 40) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"no way to {selector} by Tab")

    tab_to("#compare-range")
    page.keyboard.press("ArrowDown")
    page.wait_for_url("**vs_range=year_before*")
    shown(page)
    tab_to("#compare-st")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.matches('.dash-dropdown-search')")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("() => document.activeElement.matches('[type=checkbox]')")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.wait_for_url("**vs_st_id=*")
    forth = shown(page)
    tab_to(".swap")
    page.keyboard.press("Enter")
    page.wait_for_url("**&st_id=*")
    expect(page.locator(DIFFERENCES).first).not_to_have_text(forth[0])
    expect(page.locator(".swap")).to_be_focused()
    shown(page)
    tab_to(f"{SIDES} .link")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-tab", "sessions")


def test_names_are_text_on_both_sides(sign_in: SignIn) -> None:
    page = sign_in(COMPARE, user=AWKWARD_NAMES)
    courses = rest(page, "/api/creators/me/courses")
    teachers = rest(page, "/api/creators/me/student-teachers")
    params = [f"st_id={st['id']}" for st in teachers] + [f"vs_course_id={course['id']}" for course in courses]
    page.goto(page.url + "&range=all&" + "&".join(params))
    page.wait_for_selector(SIDES)
    a, b = (page.locator(SIDES).nth(index).locator(".chip") for index in (0, 1))
    assert a.all_inner_texts() == ["All courses", *(f"ST: {st['name']}" for st in chosen(page, teachers, "st_id"))]
    told = [text.removesuffix("✕").strip() for text in b.all_inner_texts()]
    assert told[: len(courses)] == [f"Course: {course['title']}" for course in courses]
    assert page.evaluate("document.querySelectorAll('.view-compare :is(img, script, b b)').length") == 0


def chosen(page: Page, options: list[dict[str, Any]], field: str) -> list[dict[str, Any]]:
    ids = page.evaluate("(field) => new URLSearchParams(location.search).getAll(field)", field)
    return [next(option for option in options if option["id"] == id_) for id_ in ids]


def test_another_creators_page_keeps_no_side_of_the_one_before(sign_in: SignIn) -> None:
    page = sign_in(f"{COMPARE}&range=all&vs_range=last_30_days", user="operations", role="operations")
    page.wait_for_selector(SIDES)
    teacher = rest(page, "/api/creators/usr_00000001/student-teachers")[0]
    choose(page, "#compare-st", teacher["name"])
    page.wait_for_url("**vs_st_id=*")
    expect(page.locator(SIDES).nth(1)).to_contain_text(teacher["name"])
    page.click("#header-creator")
    page.locator(".dash-dropdown-content .dash-dropdown-option").nth(2).click()
    page.wait_for_url("**creator=*")
    assert "vs_st_id" not in page.url
    expect(page.locator(SIDES).nth(1)).to_contain_text("All Student-Teachers")


def test_without_an_answer_it_says_so_and_asks_again(sign_in: SignIn, complaints: list[str]) -> None:
    page = sign_in(COMPARE)
    before = shown(page)
    page.context.set_offline(True)
    page.select_option("#compare-range", "year_before")
    expect(page.locator(".compare-failed")).to_be_visible()
    page.context.set_offline(False)
    page.click(".compare-failed [data-retry=compare]")
    expect(page.locator(".compare-failed")).to_be_hidden()
    assert shown(page) != before
    complaints.clear()
