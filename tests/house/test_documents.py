"""What the documents say is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click
import pytest
import yaml
from flask import Flask
from werkzeug.exceptions import NotFound

from ruraldx.catalog.kinds import Rule
from ruraldx.catalog.loader import load_set
from ruraldx.catalog.schema import Verification
from ruraldx.commands import COMMANDS
from ruraldx.config import ROOT, Settings
from ruraldx.docs import PAGES
from tests.house.tree import texts

TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
FOLDERS_OF_A_MACHINE = {"etc", "run", "var"}
# Words of the walk that a page puts together from a word and the name of a commune or the code of an indicator.
OF_ONE_COMMUNE = ("Xã Quế Phú", "Hồ sơ xã", "Biên nhận hồ sơ xã", "Chỉ tiêu sau (")
LARGEST_PICTURE = 150 * 1024


def documents() -> Iterator[tuple[Path, str]]:
    """README, the list of changes and every page below docs/."""
    for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        yield path, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_tables_made_from_the_code_are_up_to_date(bare_app: Flask, name: str) -> None:
    with bare_app.app_context():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs`"


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command of ours by its words."""
    for command in COMMANDS:
        assert command.name
        if isinstance(command, click.Group):
            yield from ((f"{command.name} {name}", inner) for name, inner in command.commands.items())
        else:
            yield command.name, command


@pytest.mark.parametrize(("words", "command"), list(commands()), ids=lambda item: item if isinstance(item, str) else "")
def test_a_command_is_described_and_writes_only_when_told(words: str, command: click.Command) -> None:
    assert command.help
    assert f"| `ruraldx {words}` |" in (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    options = {name for parameter in command.params for name in parameter.opts}
    # What writes records waits for --commit, what reads can be read by a program; tables and templates are files.
    assert words in ("docs", "catalog template") or options & {"--commit", "--json"}


def test_make_commands_exist() -> None:
    for path, text in documents():
        for target in re.findall(r"(?:`|^\s*)make ([a-z]+)", text, re.MULTILINE):
            assert target in TARGETS, f"{path.name}: make {target}"


def test_our_commands_exist_with_their_options(bare_app: Flask) -> None:
    bare_app.extensions["migrate"].load()
    for path, text in documents():
        for line in re.findall(r"(?:`|^\s*|/)ruraldx ([a-z][^`\n]*)", text, re.MULTILINE):
            words = line.split()
            command = bare_app.cli.get_command(click.Context(bare_app.cli), words[0])
            assert command, f"{path.name}: ruraldx {line}"
            if isinstance(command, click.Group) and len(words) > 1:
                assert words[1] in command.commands, f"{path.name}: ruraldx {line}"
                command = command.commands[words[1]]
            known = {name for parameter in command.params for name in parameter.opts}
            assert {word for word in words if word.startswith("--")} <= known, f"{path.name}: ruraldx {line}"


def test_settings_exist() -> None:
    # Besides the settings: what gunicorn and the tests read from the environment themselves.
    tools = "".join(text for name, text in texts() if name.endswith(".py") and name.startswith(("deploy/", "tests/")))
    known = {f"RURALDX_{name.upper()}" for name in Settings.model_fields}
    known |= set(re.findall(r"environ(?:\.get\(|\[)\"(RURALDX_[A-Z_]+)\"", tools))
    for path, text in documents():
        for name in re.findall(r"RURALDX_[A-Z][A-Z_]*", text):
            assert name in known, f"{path.name}: {name}"


def test_addresses_exist(bare_app: Flask) -> None:
    routes = bare_app.url_map.bind("localhost")
    nowhere = []
    for path, text in documents():
        for address in re.findall(r"`(/[a-z0-9./-]*)`", text):
            if address.split("/")[1] in FOLDERS_OF_A_MACHINE:
                continue
            try:
                routes.match(address, method="GET")
            except NotFound:
                nowhere.append(f"{path.name}: {address}")
    assert nowhere == []


def test_links_between_documents_lead_somewhere() -> None:
    for path, text in documents():
        targets = re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)", text) + re.findall(r"<img src=\"([^\"]+)", text)
        for target in targets:
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    pages = dict(documents())
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page in pages:
            reached.add(page)
            waiting += [(page.parent / target).resolve() for target in re.findall(r"\]\(([^):#\s]+\.md)", pages[page])]
    assert set(pages) - reached == set()


def test_files_named_in_documents_exist() -> None:
    top = {path.name for path in ROOT.iterdir()}
    for path, text in documents():
        for name in re.findall(r"`([\w.-]+(?:/[\w.-]+)+/?)`", text):
            if name.split("/")[0] in top and not name.startswith(("instance", "static/vendor", ".venv")):
                assert (ROOT / name).exists(), f"{path.name}: {name}"


def test_words_in_bold_are_words_of_the_pages() -> None:
    """README walks through pages by their words: each must stand in a template, a form, a rule or a criteria set."""
    sources = [text for name, text in texts() if name.startswith(("templates/", "ruraldx/"))]
    product = "\n".join(sources).replace("%%", "%")
    for name in ("README.md", "docs/guide.md", "docs/catalog.md"):
        text = re.sub(r"\s+", " ", (ROOT / name).read_text(encoding="utf-8"))
        for words in re.findall(r"\*\*([^*]+)\*\*", text):
            if not words.isascii() and not words.startswith(OF_ONE_COMMUNE):
                wanted = words.rstrip("….").rstrip()
                assert wanted in product, f"{name}: {words}"


def test_pictures_are_small_and_used() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for picture in (ROOT / "docs" / "screenshots").iterdir():
        assert picture.stat().st_size <= LARGEST_PICTURE, picture.name
        assert f"docs/screenshots/{picture.name}" in readme, picture.name


def test_criteria_in_the_documents_are_valid(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "catalog.md").read_text(encoding="utf-8")
    whole, *rules = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    file = tmp_path / "set.yaml"
    file.write_text(whole, encoding="utf-8")
    load_set(file)
    kinds = set()
    for part in map(yaml.safe_load, rules):
        example = yaml.safe_load(whole)
        if "rule" in part:
            most = part.get("max_points")
            example["criteria"][0] |= {"max_points": most}
            example["criteria"][0]["indicators"][0] |= part
            example |= {"total_points": most}
        else:
            # A part of the head, with criteria of its own; what is asked stays that of the whole example.
            below = [{**node, "indicators": []} for node in part["criteria"]]
            assert sum(group["max_points"] for group in below[0]["groups"]) == below[0]["max_points"]
            example |= {**part, "total_points": 50, "criteria": [*example["criteria"], *below]}
        file.write_text(yaml.safe_dump(example, allow_unicode=True), encoding="utf-8")
        kinds.add(load_set(file).indicators[0].rule.kind)
    assert kinds == {kind.model_fields["kind"].annotation.__args__[0] for kind in get_args(Rule)}
    assert all(f"| `{value}` |" in text for value in Verification)
