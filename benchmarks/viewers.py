"""A locustfile: people who open the page, read for some seconds, and open it again with another range."""

import json
import os
import random
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from locust import FastHttpUser, between, task

CREATORS: list[str] = json.loads(os.environ["BENCH_CREATORS"])
STAFF_SHARE = 0.05
RANGES = ("last_12_weeks", "last_30_days", "this_month", "all")
WORDS = ("an", "mar", "li", "ste")


def sign_in(address: str, user: str, role: str) -> str:
    """The cookie. Not asked through locust, which would count it among the page's requests."""
    connection = HTTPConnection(urlsplit(address).netloc)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", urlencode({"user": user, "role": role}), form)
    answer = connection.getresponse()
    if answer.status != 303:
        raise RuntimeError(f"{user} could not sign in: {answer.status}")
    connection.close()
    return answer.headers["Set-Cookie"].partition(";")[0]


class Viewer(FastHttpUser):
    """One in twenty is staff and looks at one creator after the other; thinks for five seconds on average."""

    wait_time = between(2.5, 7.5)

    def on_start(self) -> None:
        self.random = random.Random()
        self.is_staff = self.random.random() < STAFF_SHARE
        user, role = ("operations", "operations") if self.is_staff else (self.random.choice(CREATORS), "creator")
        self.headers = {"Cookie": sign_in(str(self.host), user, role)}

    @task
    def open_page(self) -> None:
        creator = self.random.choice(CREATORS) if self.is_staff else "me"
        path, given = f"/api/creators/{creator}", f"range={self.random.choice(RANGES)}&tz=Europe/Berlin"
        for name, asked in (
            ("stats", f"sessions/stats?{given}"),
            ("first page", f"sessions?{given}&limit=100"),
            ("over time", f"sessions/over-time?{given}"),
            ("courses", "courses"),
            ("student-teachers", "student-teachers"),
            ("students", f"students?q={self.random.choice(WORDS)}"),
        ):
            self.client.get(f"{path}/{asked}", name=name, headers=self.headers)
