"""What somebody searches for, and whatever else is words, gets into no event."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.events import FIELDS, EventsBody
from queries.filters import FilterError
from tests.api.telling import GOOD, Data, kept, tell
from tests.conftest import Served

WORDS = "Müller's secret"


def hostile(words: str) -> Iterator[tuple[str, Data]]:
    """Words in every place that an event has."""
    for field in FIELDS:
        for value in (words, [words], {"words": words}):
            yield "filter_applied", {"filter_type": field, "value": value}
            yield "page_view", {"session_count": 1, "filter_state": {field: value}}
    yield "filter_applied", {"filter_type": words, "value": None}
    yield "filter_applied", {"filter_type": "student_q", "value": None, "words": words}
    yield "page_view", {"session_count": words, "filter_state": {}}
    yield "page_view", {"session_count": 1, "filter_state": {words: True}}
    yield "page_view", {"session_count": 1, "filter_state": words}
    for name in ("session_viewed", "recording_played", words):
        yield name, {"session_id": words}
        yield name, {"session_id": "s1", "words": words}


def test_words_are_refused_wherever_they_stand(listener: Served) -> None:
    for name, data in hostile(WORDS):
        answer = tell(listener.as_creator("anna"), (name, data))
        assert answer.status_code == 422, (name, data)
    tell(listener.as_creator("anna"), GOOD[3])
    assert len(kept(listener, 1)) == 1


@settings(max_examples=200, deadline=None)
@given(more=st.text(), before=st.booleans())
def test_no_words_get_into_any_event(more: str, before: bool) -> None:
    for name, data in hostile(f"{more} anna" if before else f"anna {more}"):
        told = json.dumps({"events": [{"name": name, "data": data}]}).encode()
        with pytest.raises((FilterError, ValueError)):
            EventsBody.model_validate_json(told)


@settings(max_examples=200, deadline=None)
@given(word=st.text(min_size=1) | st.sampled_from(["anna", "true", "null", "1", "completed"]))
def test_no_word_of_a_search_gets_into_an_event(word: str) -> None:
    """A single word looks like an id; as what it is, a search, it has no place."""
    for data in ({"filter_type": "student_q", "value": word}, {"filter_type": "student_q", "value": [word]}):
        with pytest.raises(ValueError, match="student_q"):
            EventsBody.model_validate({"events": [{"name": "filter_applied", "data": data}]})
    seen = {"session_count": 1, "filter_state": {"student_q": word}}
    with pytest.raises(ValueError, match="student_q"):
        EventsBody.model_validate({"events": [{"name": "page_view", "data": seen}]})
