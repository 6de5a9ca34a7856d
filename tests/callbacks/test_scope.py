"""What a creator can get at of another's through the page's callbacks: nothing, whatever is posted to them."""

import logging
import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest

from layouts import ids
from tests.conftest import Served
from tests.two_creators import SECRET_IDS

SEARCHES = (
    "",
    "range=all",
    "range=this_month&tz=Asia/Tokyo",
    "course_id=course-secret",
    "course_id=course-a&course_id=course-secret",
    "st_id=st-secret",
    "st_id=st-both",
    "student_id=student-secret",
    "student_id=student-both",
    "student_q=secret",
    "flag=dispute&flag=low_rating",
    "creator=bela",
    "creator_id=bela",
    "all_creators=true",
    "from=nonsense",
)
SIDES = ("vs_course_id=course-secret", "vs_st_id=st-secret&vs_st_id=st-both", "vs_range=all", "vs_without=st_id",
         "vs_from=nonsense")  # fmt: skip
CREATORS = ("me", "anna", "bela", "all", "nobody", "", None, 7, ["bela"], {"id": "bela"})
QUESTIONS = [{"creator": creator, "search": search} for creator in CREATORS for search in SEARCHES]
ODD: tuple[Any, ...] = (None, 7, ["x"], {})
TABLES = ("sessions", "student_teachers", "over_time")
VALUES: dict[str, list[Any]] = {
    f"{ids.QUESTION}.data": [*QUESTIONS, {}, None, [], "bela", {"search": ["course_id=course-secret"]}],
    f"{ids.UPCOMING}.data": QUESTIONS,
    f"{ids.COMPARE}.data": [
        *QUESTIONS,
        *({"creator": "me", "search": f"range=all&{side}"} for side in SIDES),
        None,
        [],
        "bela",
        {"search": ["vs_st_id=st-secret"]},
    ],
    f"{ids.REVIEWS}.data": [None, {"creator": "bela", "search": ""}],
    f"{ids.REVIEW_CHANGED}.data": [None],
    f"{ids.CREATOR}.data": list(CREATORS),
    f"{ids.EXPORT}.data": [
        *({**question, "table": table, "sort": "st"} for question, table in product(QUESTIONS, TABLES)),
        *({"creator": "me", "search": "range=all", "table": odd, "sort": odd} for odd in ODD),
        "bela",
    ],
    f"{ids.THEME}.data": ["light"],
    f"{ids.SORT}.data": ["-rating"],
    f"{ids.DETAIL_SESSION}.data": [*SECRET_IDS.values(), "session-secret-0", "session-a-1", "nothing", 7, ["x"], None],
}
Callback = dict[str, Any]


@pytest.fixture(scope="module")
def anna(two_creators: Served) -> httpx2.Client:
    return two_creators.as_creator("anna")


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Nonsense is logged whole, as it should be; here it is expected."""
    caplog.set_level(logging.CRITICAL)


def server_callbacks(client: httpx2.Client) -> list[Callback]:
    """All that the page has, those apart that run in the browser."""
    answer = client.get(f"{ids.PAGE_PATH}/_dash-dependencies")
    return [callback for callback in answer.json() if not callback["clientside_function"]]


def call(client: httpx2.Client, callback: Callback, values: dict[str, Any]) -> httpx2.Response:
    def given(parts: list[dict[str, str]]) -> list[dict[str, Any]]:
        return [{**part, "value": values.get(f"{part['id']}.{part['property']}")} for part in parts]

    names = [name.rpartition(".") for name in callback["output"].strip(".").split("...")]
    outputs = [{"id": id_, "property": prop} for id_, _, prop in names]
    body = {
        "output": callback["output"],
        "outputs": outputs if callback["output"].startswith("..") else outputs[0],
        "inputs": given(callback["inputs"]),
        "state": given(callback["state"]),
        "changedPropIds": [f"{part['id']}.{part['property']}" for part in callback["inputs"]],
    }
    return client.post(f"{ids.PAGE_PATH}/_dash-update-component", json=body)


def posts(callback: Callback) -> Iterator[dict[str, Any]]:
    """Every combination of the values that its inputs and states may be given."""
    names = [f"{part['id']}.{part['property']}" for part in callback["inputs"] + callback["state"]]
    values = dict(VALUES)
    if len(names) > 1:  # beside another question it only says which tab is open
        values[f"{ids.UPCOMING}.data"] = [None, {"creator": "bela", "search": ""}]
    for combination in product(*(values[name] for name in names)):
        yield dict(zip(names, combination, strict=True))


def asked_ids(values: dict[str, Any]) -> set[str]:
    """What was asked for by name, and may be said back."""
    texts = [value for value in values.values() if isinstance(value, str)]
    for value in values.values():
        if isinstance(value, dict):
            texts += [text for found in parse_qs(str(value.get("search", ""))).values() for text in found]
    return {text for text in texts if text not in ("", "me", "all")}


def assert_no_secret(text: str, values: dict[str, Any]) -> None:
    text = text.lower()
    for asked in sorted(asked_ids(values), key=len, reverse=True):
        text = text.replace(asked.lower(), "")
    assert not re.findall(r".{0,40}(?:secret|bela).{0,40}", text)


def test_every_callback_of_the_page_is_attacked_here(anna: httpx2.Client) -> None:
    callbacks = server_callbacks(anna)
    inputs = {f"{part['id']}.{part['property']}" for one in callbacks for part in one["inputs"] + one["state"]}
    assert len(callbacks) >= 3
    assert inputs == set(VALUES)


@pytest.mark.parametrize("number", range(6))
def test_no_callback_gives_away_anything_of_another(anna: httpx2.Client, number: int) -> None:
    callback = server_callbacks(anna)[number]
    for values in list(posts(callback))[:: 1 if len(callback["state"]) == 0 else 4]:
        answer = call(anna, callback, values)
        if isinstance(values.get(f"{ids.QUESTION}.data", {}), dict):
            assert answer.status_code in (200, 204), f"{values}: {answer.text[:200]}"
        assert_no_secret(answer.text, values)


def test_the_page_itself_names_nobody_else(anna: httpx2.Client) -> None:
    for path in ("", "/", "/_dash-layout", "/_dash-dependencies"):
        assert_no_secret(anna.get(ids.PAGE_PATH + path, follow_redirects=True).text, {})


def test_anothers_session_opens_in_the_words_for_one_that_there_is_not(anna: httpx2.Client) -> None:
    callback = next(one for one in server_callbacks(anna) if ids.DETAIL_BODY in one["output"])
    answers = [
        call(anna, callback, {f"{ids.DETAIL_SESSION}.data": id_, f"{ids.QUESTION}.data": {"creator": "me"}}).text
        for id_ in ("session-secret-1", "nothing")
    ]
    assert answers[0] == answers[1]
    assert "There is no such session" in answers[0]


def test_nobody_who_is_not_signed_in_calls_anything(two_creators: Served, anna: httpx2.Client) -> None:
    for callback in server_callbacks(anna):
        assert call(two_creators.as_nobody(), callback, next(posts(callback))).status_code == 401


def test_those_who_may_see_the_secrets_do_through_the_same_callbacks(two_creators: Served, anna: httpx2.Client) -> None:
    for client, creator in ((two_creators.as_creator("bela"), "me"), (two_creators.as_staff(), "all")):
        for callback in server_callbacks(anna):
            values = {
                f"{ids.QUESTION}.data": {"creator": creator, "search": "range=all"},
                f"{ids.UPCOMING}.data": {"creator": creator, "search": ""},
                f"{ids.COMPARE}.data": {"creator": creator, "search": "range=all&vs_course_id=course-secret"},
                f"{ids.CREATOR}.data": creator,
                f"{ids.EXPORT}.data": {"creator": creator, "search": "range=all&course_id=course-secret"},
                f"{ids.THEME}.data": "light",
                f"{ids.DETAIL_SESSION}.data": "session-secret-1",
            }
            assert "secret" in call(client, callback, values).text.lower()
