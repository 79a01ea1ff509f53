"""What others wrote and we serve or test with: named, licensed, unchanged."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDERS = ("adapters/house/static/vendor", "tests/browser/vendor")


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_manifest_names_every_file_as_it_is(folder: str) -> None:
    manifest = json.loads((ROOT / folder / "manifest.json").read_text())

    named = {entry["file"]: entry["sha256"] for entry in manifest}
    there = {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in (ROOT / folder).iterdir()
        if path.name != "manifest.json"
    }
    assert named == there
    assert all(entry["name"] and entry["version"] and entry["licence"] for entry in manifest)


def test_pages_ask_no_other_host_for_anything() -> None:
    house = ROOT / "adapters/house"
    ours = [*house.glob("templates/*.html"), house / "static/house.css", house / "static/house.js"]

    for path in ours:
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text, path
        assert "https://" not in text, path
        assert " style=" not in text, path
        assert "onclick" not in text, path
