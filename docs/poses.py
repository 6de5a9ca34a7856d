"""What is done to the page before its picture is taken."""

from collections.abc import Callable

from playwright.sync_api import Page

COMPARED = ".compare-table"


def play(page: Page) -> None:
    page.click("#player-play")
    page.wait_for_function("() => document.querySelector('#player-video').currentTime > 0.3")
    page.evaluate("() => { const v = document.querySelector('video'); v.pause(); v.currentTime = 40 }")
    page.wait_for_timeout(600)


def open_disputed(page: Page) -> None:
    found = page.request.get("/api/creators/me/sessions?flag=dispute&status=completed&limit=100").json()["sessions"]
    recorded = [s for s in found if s["has_recording"]]
    session = next((s for s in recorded if s["dispute_status"] == "open"), recorded[0])["id"]
    page.goto(f"/studio/sessions?session={session}")
    page.wait_for_selector("#player-play")
    play(page)


def watch_some(page: Page) -> None:
    """A day's work of operations, for the access log to tell of."""
    found = page.request.get("/api/creators/all/sessions?flag=low_rating&status=completed&limit=30").json()["sessions"]
    for session in found:
        page.request.get(f"/api/creators/{session['creator_id']}/sessions?limit=1")
        page.request.get(f"/api/sessions/{session['id']}/recording")
    page.reload()


def swiped(page: Page) -> None:
    page.evaluate("document.querySelectorAll('.swipe')[1].scrollLeft = 200")


def offline(page: Page) -> None:
    page.context.set_offline(True)
    page.evaluate("window.dash_clientside.sessionHistory.setParams({ range: 'this_month' })")
    page.wait_for_timeout(1500)


def signed_out(page: Page) -> None:
    page.request.post("/sign-out", max_redirects=0)
    page.evaluate("window.dash_clientside.sessionHistory.setParams({ range: 'this_month' })")
    page.wait_for_timeout(1500)


def open_lost_recording(page: Page) -> None:
    found = page.request.get("/api/creators/me/sessions?range=all&status=completed&limit=500").json()["sessions"]
    recorded = (s["id"] for s in found if s["has_recording"])
    lost = next(id_ for id_ in recorded if page.request.get(f"/api/sessions/{id_}/recording").status == 404)
    page.goto(f"/studio/sessions?session={lost}")
    page.click("#player-play")
    page.wait_for_timeout(1500)


def click(selector: str) -> Callable[[Page], None]:
    def then(page: Page) -> None:
        page.click(selector)
        page.wait_for_timeout(1200)

    return then


def begin_decision(page: Page) -> None:
    """A dispute that somebody has taken, and the question how it ends."""
    listed = page.request.get("/api/reviews?creator=all&range=all&reason=dispute&limit=50").json()["reviews"]
    session = next(s["id"] for s in listed if s["has_recording"] and s["low_rating"])
    page.goto(f"/studio/sessions?tab=review&range=all&session={session}")
    page.wait_for_selector(".queue-steps button")
    play(page)
    page.click("[data-decide=under_review]")
    page.wait_for_selector(".review-history")
    page.click(".decided [aria-label=Close]")
    page.click(".review-history summary")
    page.click("[data-decide=resolve]")
    page.keyboard.press("1")
    page.fill(".decision textarea", "Half of the time was lost to the sound: refunded in full.")


def choose_some(page: Page) -> None:
    """Some of each state in the queue: two under review, four chosen."""
    chosen = page.locator("#grid-reviews .ag-row .ag-checkbox-input")
    for action in ("assign", "under_review"):
        for index in (1, 4):
            chosen.nth(index).click()
        page.click(f"[data-batch={action}]")
        page.wait_for_selector("#review-batch", state="hidden")
    page.wait_for_selector("#grid-reviews .review-under_review")
    page.click(".decided [aria-label=Close]")
    for index in (2, 3, 5, 6):
        chosen.nth(index).click()
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)


def open_views(page: Page) -> None:
    """Three views, one of them shared and changed since, and what may be done about it."""
    for name, query, shared in (
        ("Disputes and low ratings", "flag=dispute&flag=low_rating&range=last_30_days", True),
        ("Missed this month", "status=no_show&range=this_month", False),
        ("My queue", "tab=review&review=mine&range=last_12_weeks", False),
    ):
        page.request.post("/api/views", data={"name": name, "query": query, "shared": shared})
    page.click("[data-views]")
    page.click(".view-open >> nth=0")
    page.wait_for_timeout(1500)
    page.click(".chip-remove >> nth=1")
    page.click("[data-views]")
    page.click(".view-more >> nth=0")
    page.mouse.move(0, 0)
    page.wait_for_timeout(1200)


def open_digest(page: Page) -> None:
    view = page.request.post("/api/views", data={"name": "All of my courses", "query": "range=all"}).json()
    page.goto(f"/studio/sessions/digest/{view['id']}?tz=Europe/Berlin")
    page.wait_for_selector(".figures")


def compare_two(page: Page) -> None:
    """The two Student-Teachers with most sessions, over all time."""
    found = page.request.get("/api/creators/me/student-teachers").json()
    one, other = sorted(found, key=lambda st: -st["sessions"])[:2]
    page.goto(f"/studio/sessions?tab=compare&range=all&st_id={one['id']}&vs_st_id={other['id']}")
    page.wait_for_selector(COMPARED)
    page.wait_for_timeout(800)


def open_export(page: Page) -> None:
    page.click("[data-export=sessions]:visible")
    page.check("#export-choose")
    page.wait_for_timeout(300)


def fetch_some(page: Page) -> None:
    """Two that are ready."""
    for path in ("sessions/export?format=parquet&range=all", "sessions/export?format=xlsx&status=no_show&range=all"):
        page.request.post(f"/api/creators/me/{path}")
    page.wait_for_timeout(4000)
    page.click("#downloads-open")
    page.wait_for_timeout(1200)
