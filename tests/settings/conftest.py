"""No setting of whoever runs the tests is taken for one of a test."""

import os

import pytest


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SESSIONS_")]:
        monkeypatch.delenv(name)
