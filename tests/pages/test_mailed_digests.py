"""Digests by mail: asked for, confirmed, received by a real server each Monday, ended; by many processes, once."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest

from auth.viewer import Viewer
from services.digests import read_digest, sender
from services.views import owner_of
from store import calls
from tests.api.calendars import Watch, alter
from tests.api.saved_views import ANA, ANNA, OLGA, OTTO, VIEWS, asking, saved
from tests.conftest import NOW, Served, served
from tests.exports import write_export
from tests.servers.app import free_port
from tests.servers.smtp import Mailbox, running_smtp, text_of
from tests.serving import wait_for
from tests.two_creators import TABLES

MONDAY = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)  # seven o'clock in Berlin
DAY = timedelta(days=1)
ADDRESS = "olga@example.com"
SITE = "http://studio.example"
Start = Callable[..., Served]


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    monkeypatch.setattr(sender, "EVERY_SECONDS", 0.02)
    monkeypatch.setattr(calls, "REST_SECONDS", 0)
    return Watch()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(tmp_path: Path, watch: Watch, port: int) -> Iterator[Start]:
    """Starts the application, several times if wanted, on one store."""
    export = write_export(tmp_path / "export", as_of=NOW, **TABLES)
    with ExitStack() as stack:

        def begin(**settings: Any) -> Served:
            given = {
                "smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": "sessions@studio.example", "public_url": SITE,
                "database_url": f"sqlite:///{tmp_path}/store.sqlite", "export": str(export),
            } | settings  # fmt: skip
            return stack.enter_context(served(tmp_path / f"data-{free_port()}", watch, **given))

        yield begin


@pytest.fixture
def mailbox(port: int) -> Iterator[Mailbox]:
    with running_smtp(port) as (_, box):
        yield box


def mail_to(app: Served, view: dict[str, Any], viewer: Viewer = OLGA, **changes: Any) -> httpx2.Response:
    body = {"address": ADDRESS, "tz": "Europe/Berlin"} | changes
    return asking(app, viewer).put(f"{VIEWS}/{view['id']}/digest", json=body)


def link_in(text: str, kind: str) -> str:
    found = re.search(rf"{SITE}(/studio/sessions/digests/{kind}/\S+)", text)
    assert found, text
    return found[1]


def confirmed(app: Served, mailbox: Mailbox, view: dict[str, Any], viewer: Viewer = OLGA, **changes: Any) -> None:
    count = len(mailbox.messages) + 1
    assert mail_to(app, view, viewer, **changes).status_code == 202
    link = link_in(text_of(mailbox.wait_for(count), "plain"), "confirm")
    assert app.as_nobody().post(link).status_code == 200


def test_a_digest_is_asked_for_confirmed_and_received(start: Start, mailbox: Mailbox, watch: Watch) -> None:
    app = start()
    view = saved(app, query="range=all&flag=dispute&flag=low_rating")
    assert mail_to(app, view).status_code == 202
    question = mailbox.wait_for(1)
    assert question["X-Recipients"] == question["To"] == ADDRESS
    assert question["Subject"] == "Do you want “Disputes” each Monday?"
    link = link_in(text_of(question, "plain"), "confirm")
    assert link in text_of(question, "html")
    listed = asking(app).get(VIEWS).json()
    assert listed["mailed"] == {view["id"]: {"address": ADDRESS, "creator_id": None, "confirmed": False}}
    watch.now = MONDAY + 7 * DAY - DAY
    nobody = app.as_nobody()
    assert "Shall the digest be mailed to you" in nobody.get(link).text
    assert not asking(app).get(VIEWS).json()["mailed"][view["id"]]["confirmed"]
    watch.now = NOW
    assert "It comes each Monday" in nobody.post(link).text
    assert asking(app).get(VIEWS).json()["mailed"][view["id"]]["confirmed"]
    watch.now = MONDAY - timedelta(seconds=1)
    assert len(mailbox.messages) == 1
    watch.now = MONDAY
    digest = mailbox.wait_for(2)
    assert digest["Subject"] == "Disputes: week of 23 Nov – 29 Nov"
    assert (digest["From"], digest["To"], digest["Auto-Submitted"]) == (
        "sessions@studio.example", ADDRESS, "auto-generated",
    )  # fmt: skip
    assert re.fullmatch(r"<\w{32}\.20261123@studio\.example>", digest["Message-ID"])
    watch.now = MONDAY + 7 * DAY
    assert mailbox.wait_for(3)["Subject"] == "Disputes: week of 30 Nov – 6 Dec"


def test_it_holds_what_the_page_holds_but_no_students_name(start: Start, mailbox: Mailbox, watch: Watch) -> None:
    app = start()
    view = saved(app, query="range=all")
    confirmed(app, mailbox, view)
    watch.now = MONDAY
    digest = mailbox.wait_for(2)
    stats = asking(app).get(
        "/api/creators/all/sessions/stats", params={"from": "2026-11-23", "to": "2026-11-29", "tz": "Europe/Berlin"}
    ).json()  # fmt: skip
    assert stats["total_sessions"] == 2
    for kind in ("plain", "html"):
        said = unescape(text_of(digest, kind))
        assert "2 scheduled" in said
        assert "All creators" in said
        assert f"{SITE}/studio/sessions?" in said
        for student in ("Ulla", "Sue Shared", "Secret Student"):
            assert student not in said


def test_a_creators_holds_their_own_alone_whoever_else_asks_for_one(
    start: Start, mailbox: Mailbox, watch: Watch
) -> None:
    app = start()
    confirmed(app, mailbox, saved(app, ANNA, query="range=all"), ANNA, creator="me")
    view = saved(app, query="range=all")
    confirmed(app, mailbox, view, creator="anna", address="o@example.com")
    watch.now = MONDAY
    mailbox.wait_for(4)
    for digest in mailbox.messages[2:]:
        for kind in ("plain", "html"):
            assert "secret" not in re.sub(r"/digests/\S+", "", text_of(digest, kind)).casefold()
            assert "1 scheduled" in text_of(digest, kind)
    assert mail_to(app, view, creator="nobody").status_code == 404
    assert mail_to(app, saved(app, ANNA, name="x"), ANNA, creator="bela").status_code == 403


def test_that_staff_are_mailed_of_creators_is_logged(start: Start, mailbox: Mailbox, watch: Watch) -> None:
    app = start()
    confirmed(app, mailbox, saved(app, query="range=all"))
    alter(app, "DELETE FROM access_log")
    watch.now = MONDAY
    mailbox.wait_for(2)
    entries = asking(app).get("/api/access-log", params={"account": "olga"}).json()["entries"]
    assert [(entry["at"], entry["creator_id"]) for entry in entries] == [("2026-11-30T06:00:00Z", None)]


def test_two_processes_mail_each_once(start: Start, mailbox: Mailbox, watch: Watch) -> None:
    first, second = start(), start()
    for n in range(4):
        confirmed((first, second)[n % 2], mailbox, saved(first, name=f"{n}"), address=f"o{n}@example.com")
    watch.now = MONDAY
    mailbox.wait_for(8)
    watch.now = MONDAY + DAY
    wait_for(lambda: not first.store.digests.claim(9, watch.now, DAY))
    assert len(mailbox.messages) == 8
    assert len({message["Message-ID"] for message in mailbox.messages}) == 8


def test_a_server_that_is_down_is_tried_again_with_the_same_message(
    start: Start, port: int, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    app = start()
    view = saved(app, query="range=all")
    assert mail_to(app, view).status_code == 202
    wait_for(lambda: "the mail server failed (ConnectionRefusedError)" in caplog.text)
    with running_smtp(port) as (_, mailbox):
        watch.now = NOW + sender.FIRST_PAUSE
        link = link_in(text_of(mailbox.wait_for(1), "plain"), "confirm")
        app.as_nobody().post(link)
        mailbox.answer = "451 later"
        watch.now = MONDAY
        mailbox.wait_for_tries(2)
        mailbox.answer = ""
        wait_for(lambda: app.store.digests.list_of(owner_of(OLGA))[0].claim is None)
        watch.now = MONDAY + sender.FIRST_PAUSE
        assert mailbox.wait_for(2)["Subject"].startswith("Disputes: week of 23 Nov")
    assert ADDRESS not in caplog.text


def test_one_that_cannot_be_made_keeps_no_other_waiting(
    start: Start, mailbox: Mailbox, watch: Watch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = start()
    stolen = saved(app, ANNA, name="Stolen", query="course_id=course-secret&range=all")
    broken, good = saved(app, name="Broken"), saved(app, OTTO, name="Good")
    for view, viewer in ((stolen, ANNA), (broken, OLGA), (good, OTTO)):
        confirmed(app, mailbox, view, viewer)

    def fail(services: Any, viewer: Viewer, view_id: str, params: Any) -> Any:
        return read_digest(services, viewer, view_id, params) if view_id != broken["id"] else 1 / 0

    monkeypatch.setattr(sender, "read_digest", fail)
    watch.now = MONDAY
    assert mailbox.wait_for(4)["Subject"] == "Good: week of 23 Nov – 29 Nov"
    wait_for(lambda: "ZeroDivisionError" in caplog.text and "cannot be made (NotFoundError)" in caplog.text)
    monkeypatch.setattr(sender, "read_digest", read_digest)
    watch.now = MONDAY + sender.FIRST_PAUSE
    assert mailbox.wait_for(5)["Subject"].startswith("Broken")
    watch.now = MONDAY + DAY
    wait_for(lambda: not app.store.digests.claim(9, watch.now, DAY))
    assert len(mailbox.messages) == 5


def test_an_address_that_does_not_exist_is_asked_no_more(start: Start, mailbox: Mailbox) -> None:
    app = start()
    mailbox.answer = "550 nobody here"
    view = saved(app)
    assert mail_to(app, view).status_code == 202
    wait_for(lambda: asking(app).get(VIEWS).json()["mailed"] == {})
    assert mailbox.tries == 1


@pytest.mark.parametrize("how", ["link", "program", "rest", "view", "unshared", "lapsed"])
def test_it_ends(start: Start, mailbox: Mailbox, watch: Watch, how: str) -> None:
    app = start()
    view = saved(app, shared=True)
    confirmed(app, mailbox, view, OTTO)
    watch.now = MONDAY
    digest = mailbox.wait_for(2)
    stop = digest["List-Unsubscribe"].strip("<>").removeprefix(SITE)
    assert link_in(text_of(digest, "plain"), "stop") == stop
    if how == "link":
        assert "Shall the digest be mailed no more?" in app.as_nobody().get(stop).text
        assert asking(app, OTTO).get(VIEWS).json()["mailed"]
        assert "It is mailed no more." in app.as_nobody().post(stop).text
        assert app.as_nobody().post(stop).status_code == 200
    elif how == "program":
        assert digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert app.as_nobody().post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    elif how == "rest":
        assert asking(app, OTTO).delete(f"{VIEWS}/{view['id']}/digest").status_code == 204
    elif how == "view":
        asking(app).delete(f"{VIEWS}/{view['id']}")
    elif how == "unshared":
        asking(app).put(f"{VIEWS}/{view['id']}", json={"name": "x", "query": "range=all"})
        watch.now = MONDAY + 7 * DAY
    else:
        watch.now = NOW + sender.LAPSES + DAY
    wait_for(lambda: asking(app, OTTO).get(VIEWS).json()["mailed"] == {})
    assert len(mailbox.messages) == 2


def test_it_goes_on_while_its_owner_opens_the_page(start: Start, mailbox: Mailbox, watch: Watch) -> None:
    app = start()
    confirmed(app, mailbox, saved(app))
    watch.now = NOW + 5 * DAY
    assert asking(app).get("/studio/sessions?range=all").status_code == 200
    watch.now = MONDAY
    mailbox.wait_for(2)
    watch.now = NOW + sender.LAPSES + DAY
    mailbox.wait_for(3)


# What cannot be


@pytest.mark.parametrize(
    "address",
    ["", "olga", "olga@", "@example.com", "a b@example.com", "a@example.com\r\nBcc: eve@example.com", "a@b.c, e@x.y",
     "<a@example.com>", "a@exämple.com", "a@" + "x." * 130 + "com", '"a b"@example.com'],
)  # fmt: skip
def test_what_is_no_address_is_named(start: Start, mailbox: Mailbox, address: str) -> None:
    app = start()
    answer = mail_to(app, saved(app), address=address)
    assert (answer.status_code, answer.json()["field"]) == (422, "address")


def test_a_hostile_name_ends_no_header_and_is_no_markup(start: Start, mailbox: Mailbox, watch: Watch) -> None:
    app = start()
    eve = Viewer("olga", "Eve\r\nBcc: all@example.com <script>alert(1)</script>", OLGA.role)
    view = saved(app, name="<script>alert(1)</script> =1+1 ünï", query="student_q=%0D%0ABcc:x<b>&range=all")
    confirmed(app, mailbox, view, eve)
    watch.now = MONDAY
    for message in (mailbox.wait_for(1), mailbox.wait_for(2)):
        assert message["Bcc"] is None
        assert message["X-Recipients"] == ADDRESS
        assert "<script>" not in text_of(message, "html")
        assert not [line for line in text_of(message, "plain").splitlines() if line.startswith("Bcc:")]
        assert "<script>alert(1)</script> =1+1 ünï" in str(message["Subject"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "address"),
        ({"address": ADDRESS, "tz": "Nowhere"}, "tz"),
        ({"address": ADDRESS, "role": "analyst"}, "role"),
        ({"address": [ADDRESS]}, "address"),
    ],
)
def test_what_is_wrong_with_the_wish_is_named(start: Start, mailbox: Mailbox, body: Any, field: str) -> None:
    app = start()
    answer = asking(app).put(f"{VIEWS}/{saved(app)['id']}/digest", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_nobody_is_mailed_of_a_view_that_they_do_not_see(start: Start, mailbox: Mailbox) -> None:
    app = start()
    view = saved(app)
    for viewer in (OTTO, ANA, ANNA):
        assert mail_to(app, view, viewer).status_code == 404
        assert asking(app, viewer).delete(f"{VIEWS}/{view['id']}/digest").status_code == 404


def test_nobody_has_many_strangers_mailed(start: Start, mailbox: Mailbox) -> None:
    app = start()
    view = saved(app)
    answers = [mail_to(app, view, address=f"o{n}@example.com") for n in range(6)]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429]
    other = saved(app, OTTO)
    assert mail_to(app, other, OTTO).status_code == 202


def test_without_mail_it_is_not_offered(start: Start) -> None:
    app = start(smtp_url=None)
    view = saved(app)
    refused = mail_to(app, view)
    assert (refused.status_code, "SESSIONS_SMTP_URL" in refused.json()["detail"]) == (403, True)
    assert asking(app).get(VIEWS).json()["may_mail"] is False
    assert "SESSIONS_SMTP_URL" in asking(app).get(f"/studio/sessions/digest/{view['id']}").text


def test_no_link_but_the_one_that_was_mailed_does_anything(start: Start, mailbox: Mailbox, watch: Watch) -> None:
    app = start()
    view = saved(app)
    mail_to(app, view)
    first = link_in(text_of(mailbox.wait_for(1), "plain"), "confirm")
    mail_to(app, view, address="other@example.com")
    second = link_in(text_of(mailbox.wait_for(2), "plain"), "confirm")
    stop = mailbox.messages[1]["List-Unsubscribe"].strip("<>").removeprefix(SITE)
    nobody = app.as_nobody()
    for link in (first, f"{second}x", stop.replace("/stop/", "/confirm/"), second.replace("/confirm/", "/stop/")):
        assert (nobody.get(link).status_code in (200, 404), nobody.post(link).status_code) == (True, 404), link
    assert not asking(app).get(VIEWS).json()["mailed"][view["id"]]["confirmed"]
    assert nobody.post(second).status_code == 200
