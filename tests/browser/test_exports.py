"""Exports from the page: chosen, written, fetched, read back; none is lost, none shows what is not the viewer's."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import psutil
import pyarrow.ipc
import pyarrow.parquet
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Download, Locator, Page, Route, expect

from callbacks.bundle import bundle
from downloads.slots import locked
from tests.browser.conftest import ELENA, THREE_SESSIONS, SignIn
from tests.browser.reading import figures_agree_with_rows, first_rows
from tests.servers.app import running_app

AT_ONCE = 2
SCRIPT = f"**/{bundle('js', 'later').name}"
FILTERED = "/studio/sessions?range=all&status=no_show&status=cancelled"
SENT = "**/sessions/export?*"
LIST = "**/api/downloads"
OPERATIONS = {"user": "operations", "role": "operations"}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


@pytest.fixture(scope="module")
def served(data_dir: Path) -> Iterator[str]:
    settings = {"SESSIONS_DEMO_SESSIONS": "12000", "SESSIONS_DOWNLOADS_AT_ONCE": str(AT_ONCE)}
    with running_app(data_dir, settings) as address:
        yield address


@pytest.fixture
def opened(sign_in: SignIn, served: str) -> Iterator[Callable[..., Page]]:
    """The page as somebody, whose downloads are deleted in the end."""
    pages: list[Page] = []

    def open_page(path: str = FILTERED, **who: str) -> Page:
        page = sign_in(path, at=served, **who)
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        if not page.is_closed():
            answer = page.request.get(f"{served}/api/downloads")
            for one in answer.json() if answer.ok else []:
                page.request.delete(f"{served}/api/downloads/{one['id']}")


@pytest.fixture
def slots(data_dir: Path) -> Iterator[ExitStack]:
    """All slots taken: what is begun waits until they are let go."""
    folder = data_dir / "downloads" / "slots"
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        for number in range(AT_ONCE):
            held.enter_context(taken(folder / f"slot-{number}"))
        yield held


def taken(path: Path) -> IO[bytes]:
    slot = locked(path)
    assert slot, "another export is still being written"
    return slot


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
    expect(tray(page)).to_contain_text("Nothing here.")
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
    expect(tray(other)).to_contain_text("Nothing here.")


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
    for writer in writers(data_dir):
        writer.kill()
    expect(tray(page)).to_contain_text("The server was stopped while it was written.")
    slots.close()
    with page.expect_download():
        tray(page).get_by_role("button", name="Try again").click()
    expect(tray(page).get_by_role("listitem")).to_have_count(1)


def writers(data_dir: Path) -> list[psutil.Process]:
    """Processes that write this server's downloads, told by the lock that each holds."""
    found = [one for one in psutil.process_iter(["cmdline"]) if "downloads.worker" in (one.info["cmdline"] or [])]
    return [one for one in found if any(str(data_dir) in str(path) for path in open_paths(one))]


def open_paths(process: psutil.Process) -> list[Path]:
    return [link.readlink() for link in Path(f"/proc/{process.pid}/fd").iterdir()]


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
    expect(failed).to_contain_text("Unable to load this export.")
    page.unroute("**/_dash-update-component*")
    failed.get_by_role("button", name="Retry").click()
    dialog(page).wait_for()
    expect(failed).to_be_hidden()
    complaints.clear()


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
    expect(tray(other)).to_contain_text("Nothing here.")
    assert other.request.get(f"{served}/api/downloads/{mine['id']}/file").status == 404
    expect(open_dialog(other)).to_have_attribute("data-address", re.compile(f"^/api/creators/{THREE_SESSIONS}/"))
    dialog(other).get_by_role("button", name="Cancel").click()
    other.request.post(f"{served}/sign-in", form={"user": ELENA, "role": "creator"}, max_redirects=0)
    assert other.request.delete(f"{served}/api/downloads/{mine['id']}").status == 204


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
