"""What is refused of digests by mail, and what no name, address or link brings about."""

from typing import Any

import pytest

from auth.viewer import Viewer
from tests.api.calendars import Watch
from tests.api.saved_views import ANA, ANNA, OLGA, OTTO, VIEWS, asking, saved
from tests.api.stored import alter
from tests.pages.conftest import Start
from tests.pages.mailing import ADDRESS, MONDAY, SITE, confirmed, link_in, mail_to
from tests.servers.smtp import Mailbox, text_of


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


def test_a_name_that_came_into_the_store_otherwise_ends_no_header_either(
    start: Start, mailbox: Mailbox, watch: Watch
) -> None:
    app = start()
    confirmed(app, mailbox, saved(app))
    alter(app, "UPDATE views SET name = 'Evil' || char(13) || char(10) || 'Bcc: eve@example.com'")
    watch.now = MONDAY
    digest = mailbox.wait_for(2)
    assert digest["Bcc"] is None
    assert digest["Subject"] == "Evil Bcc: eve@example.com: week of 23 Nov – 29 Nov 2026"


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
