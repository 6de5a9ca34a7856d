"""A locustfile: people who open the page, read for some seconds, and open it again with another range."""

import json
import os
import random

from locust import FastHttpUser, between, task

CREATORS: list[str] = json.loads(os.environ["BENCH_CREATORS"])
STAFF_SHARE = 0.05
RANGES = ("last_12_weeks", "last_30_days", "this_month", "all")
WORDS = ("an", "mar", "li", "ste")


class Viewer(FastHttpUser):
    """One in twenty is staff and looks at one creator after the other; thinks for five seconds on average."""

    wait_time = between(2.5, 7.5)

    def on_start(self) -> None:
        self.random = random.Random()
        self.is_staff = self.random.random() < STAFF_SHARE
        user, role = ("operations", "operations") if self.is_staff else (self.random.choice(CREATORS), "creator")
        self.client.post("/sign-in", data={"user": user, "role": role}, allow_redirects=False, name="sign in")

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
            self.client.get(f"{path}/{asked}", name=name)
