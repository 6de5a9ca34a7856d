"""Exports from the page: chosen, written, read back; none shows what is not the viewer's."""

import io
import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import duckdb
import pyarrow.ipc
import pyarrow.parquet
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import ELENA
from tests.browser.exports.doing import (
    FILTERED,
    OPERATIONS,
    SCRIPT,
    SENT,
    bytes_of,
    csv_bytes,
    csv_rows,
    dialog,
    exported,
    go,
    kept_in,
    open_dialog,
    tray,
)
from tests.browser.reading import figures_agree_with_rows, first_rows, wait_until


def test_a_csv_by_keys_alone_holds_all_filtered_rows_and_the_focus_comes_back(opened: Callable[..., Page]) -> None:
    page = opened()
    first_rows(page)
    total = figures_agree_with_rows(page)
    page.locator("[data-export=sessions]:visible").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#export-format-csv")).to_be_focused()
    expect(dialog(page)).to_contain_text(f"All {total:,} sessions, not only those loaded")
    for words in ("All time", "No-show", "Cancelled", "Newest first", "Europe/Berlin"):
        expect(dialog(page)).to_contain_text(words)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#export-format-xlsx")).to_be_checked()
    page.keyboard.press("ArrowUp")
    with page.expect_download() as found:
        page.keyboard.press("Enter")
    rows = csv_rows(bytes_of(found.value))
    assert len(rows) == total > 200
    assert {row["status"] for row in rows} == {"no_show", "cancelled"}
    starts = [row["scheduled_start_utc"] for row in rows]
    assert starts == sorted(starts, reverse=True)
    expect(dialog(page)).to_have_count(0)
    expect(page.locator("[data-export=sessions]:visible")).to_be_focused()
    expect(tray(page)).to_contain_text(found.value.suggested_filename)
    expect(page.locator("#downloads-open")).to_have_text("Downloads1")


def test_e_opens_it_and_escape_closes_it_but_not_where_one_types(opened: Callable[..., Page]) -> None:
    page = opened()
    first_rows(page)
    page.keyboard.press("e")
    dialog(page).wait_for()
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    page.locator("#filter-student").press_sequentially("eee")
    page.wait_for_timeout(300)
    expect(dialog(page)).to_have_count(0)


@pytest.mark.parametrize("format_", ["xlsx", "parquet", "arrow"])
def test_every_format_holds_as_many_rows_as_the_table(opened: Callable[..., Page], format_: str) -> None:
    page = opened()
    total = figures_agree_with_rows(page)
    open_dialog(page)
    file = exported(page, format_)
    read: dict[str, Callable[[io.BytesIO], int]] = {
        "xlsx": lambda file: load_workbook(file, read_only=True).worksheets[0].max_row - 1,
        "parquet": lambda file: int(pyarrow.parquet.read_table(file).num_rows),
        "arrow": lambda file: int(pyarrow.ipc.open_file(file).read_all().num_rows),
    }
    assert read[format_](io.BytesIO(file)) == total


def test_columns_can_be_chosen_and_the_byte_order_mark_is_for_csv_alone(opened: Callable[..., Page]) -> None:
    page = opened()
    first_rows(page)
    page.click("#grid-columns-more")
    page.locator(".column-list label", has_text="Rating").click()
    page.click("#grid-columns-more")
    open_dialog(page)
    page.check("#export-choose")
    page.locator("[data-export-columns=table]").click()
    page.locator("#export-columns label", has_text="Session notes").click()
    page.check("#export-bom")
    page.check("#export-format-parquet")
    expect(page.locator("#export-bom")).to_be_hidden()
    page.check("#export-format-csv")
    file = exported(page)
    assert csv_bytes(file).startswith(b"\xef\xbb\xbf")
    names = [
        "id", "scheduled_start_utc", "scheduled_start_local", "actual_duration", "status", "course", "student",
        "st", "has_recording", "notes",
    ]  # fmt: skip
    assert list(csv_rows(file)[0]) == names
    open_dialog(page)
    page.check("#export-choose")
    while (chosen := page.locator("#export-columns input:checked")).count():
        chosen.first.click()
    go(page)
    expect(dialog(page).get_by_role("alert")).to_have_text("Columns: choose at least one.")


@pytest.mark.parametrize(("table", "column"), [("student_teachers", "st"), ("over_time", "first")])
def test_figures_are_exported_beside_their_chart(opened: Callable[..., Page], table: str, column: str) -> None:
    page = opened()
    total = figures_agree_with_rows(page)
    rows = csv_rows(exported(page) if open_dialog(page, table) else b"")
    assert column in rows[0]
    assert sum(int(row["total_sessions"]) for row in rows) == total


@pytest.mark.parametrize("who", [{"user": ELENA, "role": "creator"}, OPERATIONS], ids=["creator", "operations"])
def test_the_copied_sql_gives_the_same_rows_from_the_parquet_files(
    opened: Callable[..., Page], data_dir: Path, who: dict[str, str]
) -> None:
    page = opened(f"{FILTERED}&sort=student", **who)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    total = figures_agree_with_rows(page)
    open_dialog(page)
    page.get_by_role("button", name="Copy as DuckDB SQL").click()
    expect(dialog(page).get_by_role("status")).to_contain_text("Copied. It runs in DuckDB")
    sql = page.evaluate("navigator.clipboard.readText()")
    export = str(data_dir / "demo-export")
    assert (export in sql) is (who is OPERATIONS)
    rows = duckdb.connect().sql(sql.replace("/path/to/the/export", export)).fetchall()
    written = csv_rows(exported(page))
    assert len(rows) == total
    assert [row[0] for row in rows] == [row["id"] for row in written]


def test_the_copied_link_gives_the_same_file_to_a_script(opened: Callable[..., Page]) -> None:
    page = opened("/studio/sessions?range=last_12_weeks&status=no_show")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first_rows(page)
    open_dialog(page)
    page.check("#export-format-csv")
    page.get_by_role("button", name="Copy link for scripts").click()
    expect(dialog(page).get_by_role("status")).to_contain_text("Copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    asked = parse_qs(urlsplit(link).query)
    assert {"from", "to", "tz"} <= asked.keys()
    assert "range" not in asked
    assert csv_rows(page.request.get(link).body()) == csv_rows(exported(page))


def test_a_browser_that_lets_nothing_be_copied_shows_what_to_copy(opened: Callable[..., Page]) -> None:
    page = opened()
    first_rows(page)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    open_dialog(page)
    page.get_by_role("button", name="Copy as DuckDB SQL").click()
    expect(dialog(page).get_by_label("To copy")).to_have_value(re.compile("^-- Sessions as shown"))


def test_a_click_on_export_that_comes_before_its_script_is_not_lost(opened: Callable[..., Page]) -> None:
    page = opened()
    held: list[Route] = []
    page.route(SCRIPT, kept_in(held))
    page.reload()
    first_rows(page)
    page.locator("[data-export=sessions]:visible").click()
    page.wait_for_timeout(200)
    expect(dialog(page)).to_have_count(0)
    wait_until(page, lambda: bool(held))
    held[0].continue_()
    dialog(page).wait_for()


def test_too_many_are_refused_in_words_and_the_choices_stay(
    opened: Callable[..., Page], slots: ExitStack, served: str, complaints: list[str]
) -> None:
    page = opened()
    first_rows(page)
    for _ in range(4):
        page.request.post(f"{served}/api/creators/me/sessions/export?format=csv&range=all")
    open_dialog(page)
    page.check("#export-format-parquet")
    go(page)
    expect(dialog(page).get_by_role("alert")).to_contain_text("As many downloads are kept or under way")
    expect(page.locator("#export-format-parquet")).to_be_checked()
    assert all("429" in complaint for complaint in complaints)
    complaints.clear()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda route: route.abort(), "There was no answer. Try again."),
        (lambda route: route.fulfill(status=503, json={"detail": "no"}), "The server cannot write files just now."),
        (lambda route: route.fulfill(status=422, json={"detail": "column: odd"}), "That did not work. column: odd"),
    ],
    ids=["cut", "503", "422"],
)
def test_what_goes_wrong_is_said_and_it_can_be_sent_again(
    opened: Callable[..., Page], complaints: list[str], answer: Callable[[Route], None], words: str
) -> None:
    page = opened()
    first_rows(page)
    open_dialog(page)
    page.route(SENT, answer)
    go(page)
    expect(dialog(page).get_by_role("alert")).to_contain_text(words)
    page.unroute(SENT)
    with page.expect_download():
        go(page)
    complaints.clear()


def test_who_is_signed_out_meanwhile_is_told(opened: Callable[..., Page], complaints: list[str], served: str) -> None:
    page = opened()
    first_rows(page)
    open_dialog(page)
    page.request.post(f"{served}/sign-out", max_redirects=0)
    with page.expect_response(lambda answer: answer.request.method == "GET" and answer.url.endswith("/api/downloads")):
        go(page)
    expect(dialog(page).get_by_role("alert")).to_have_text("You have been signed out.")
    expect(page.locator(".signed-out")).to_be_visible()
    assert all("401" in complaint for complaint in complaints)
    complaints.clear()


def test_a_dialog_that_cannot_be_loaded_says_so_and_asks_again(
    opened: Callable[..., Page], complaints: list[str]
) -> None:
    page = opened()
    first_rows(page)
    page.route(
        "**/_dash-update-component*",
        lambda route: route.abort() if "export-body" in (route.request.post_data or "") else route.continue_(),
    )
    page.locator("[data-export=sessions]:visible").click()
    failed = page.locator(".export-failed")
    expect(failed).to_be_visible()
    expect(failed).to_contain_text("Unable to load this export.")
    page.unroute("**/_dash-update-component*")
    failed.get_by_role("button", name="Retry").click()
    dialog(page).wait_for()
    expect(failed).to_be_hidden()
    complaints.clear()


def test_names_from_the_export_are_text_in_dialog_and_list(opened: Callable[..., Page], served: str) -> None:
    staff = opened("/studio/sessions?range=all", **OPERATIONS)
    course, creator = hostile_course(staff, served)
    staff.close()
    page = opened(f"/studio/sessions?range=all&course_id={course['id']}", user=creator, role="creator")
    first_rows(page)
    expect(open_dialog(page).locator(".chip").nth(1)).to_have_text(f"Course: {course['title']}")
    with page.expect_download():
        go(page)
    expect(tray(page)).to_contain_text(f"All time · {course['title']}")
    assert page.locator(".export script, #downloads-tray script").count() == 0


def hostile_course(page: Page, address: str) -> tuple[dict[str, str], str]:
    courses = page.request.get(f"{address}/api/creators/all/courses").json()
    course = next(one for one in courses if one["title"].startswith("<script>"))
    found = page.request.get(f"{address}/api/creators/all/sessions?course_id={course['id']}&range=all&limit=1").json()
    return course, found["sessions"][0]["creator_id"]


def test_an_analyst_is_offered_nothing_that_people_wrote(opened: Callable[..., Page]) -> None:
    page = opened("/studio/sessions?range=all", user="analyst", role="analyst")
    first_rows(page)
    open_dialog(page)
    page.check("#export-choose")
    expect(page.locator("#export-columns")).to_contain_text("creator_id")
    expect(page.locator("#export-columns")).not_to_contain_text("notes")


def test_a_phone_exports_from_a_sheet(opened: Callable[..., Page]) -> None:
    page = opened()
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_selector(".session-card")
    open_dialog(page)
    box = page.locator(".export .modal-content").bounding_box()
    assert box
    assert (box["x"], box["width"]) == (0, 390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert csv_rows(exported(page))
    assert page.evaluate("document.documentElement.scrollWidth") == 390
