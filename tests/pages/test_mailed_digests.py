"""Digests by mail: asked for, confirmed, received by a real server each Monday, ended; by many processes, once."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from auth.viewer import Viewer
from services.digests import read_digest, sender
from services.views import owner_of
from tests.api.calendars import Watch
from tests.api.saved_views import ANNA, OLGA, OTTO, VIEWS, asking, saved
from tests.api.stored import alter
from tests.conftest import NOW
from tests.pages.conftest import Start
from tests.pages.mailing import ADDRESS, DAY, MONDAY, SITE, confirmed, link_in, mail_to
from tests.servers.smtp import Mailbox, running_smtp, text_of
from tests.serving import wait_for


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
    assert digest["Subject"] == "Disputes: week of 23 Nov – 29 Nov 2026"
    assert (digest["From"], digest["To"], digest["Auto-Submitted"]) == (
        "sessions@studio.example", ADDRESS, "auto-generated",
    )  # fmt: skip
    assert re.fullmatch(r"<\w{32}\.20261123@studio\.example>", digest["Message-ID"])
    watch.now = MONDAY + 7 * DAY
    assert mailbox.wait_for(3)["Subject"] == "Disputes: week of 30 Nov – 6 Dec 2026"


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
    assert mailbox.wait_for(4)["Subject"] == "Good: week of 23 Nov – 29 Nov 2026"
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
