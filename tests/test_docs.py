"""The documents name everything that can be set and asked."""

from pathlib import Path

import pytest

from app import create_app
from settings import Settings, load_settings
from tests.serving import fastapi_of

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", [f"SESSIONS_{field.upper()}" for field in Settings.model_fields])
def test_the_readme_documents_every_setting(name: str) -> None:
    assert f"`{name}`" in (ROOT / "README.md").read_text()


def test_the_rest_guide_names_every_path(tmp_path: Path) -> None:
    app = create_app(load_settings(data_dir=tmp_path, export=None))
    paths = fastapi_of(app).openapi()["paths"]
    guide = (ROOT / "docs" / "rest.md").read_text()
    assert "/api/creators/{creator}/sessions" in paths
    assert [path for path in paths if path not in guide] == []
