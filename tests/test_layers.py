"""The house's plan, held to: who imports whom, who commits, who judges without looking around."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "fieldapp"

# A room imports what stands on a line above it, or to its left on its own line.
PLAN = """
    errors message_settings config clock db keys calendar events jobs routing paging shapes
    papers
    ledger
    envelopes
    links
    accounts
    blobs
    projects
    checklists
    evidence
    reuse
    visits
    hazards
    desk
    cases
    notify
    sync
    seals
    oversight
    scoring
    archive
    home
    frontend refusals signing replying app serving migrating late waiting
    demo
    rights beginning importing household running describing doctor queue_commands bundles verifying restoring redaction_command cli
"""
ROOMS = PLAN.split()
DEPTH = {room: depth for depth, room in enumerate(ROOMS)}

# What judges: from values to values. It reaches no row, request, clock or setting, however far
# its imports lead.
PURE = [
    "*/rules.py",
    "*/flags.py",
    "*/flags/*",
    "*/draw.py",
    "*/limits.py",
    "*/limits/*",
    "oversight/comparing.py",
    "scoring/*",
    "sync/carrying.py",
    "sync/held_before.py",
    "sync/comparing.py",
    "sync/facts.py",
    "sync/judging.py",
    "sync/judging_forms.py",
    "sync/lacking_forms.py",
    "checklists/forms/*",
    "checklists/language/*",
    "sync/lacking.py",
    "sync/reasons.py",
    "seals/chaining.py",
]
# Files of those folders that hold rows or answer requests; an act that writes rows is added here.
KEEPS_ROWS = [
    "models.py",
    "routes.py",
    "schemas.py",
    "access.py",
    "appraising.py",
    "gathering.py",
    "grounds.py",
    "occurring.py",
    "opening.py",
    "proposing.py",
    "reopening.py",
    "reply_schemas.py",
    "resolving.py",
    "sheet_schemas.py",
    "sheets.py",
    "showing.py",
    "showing_forms.py",
    "showing_occurrences.py",
    "showing_year.py",
    "telling.py",
    "year_records.py",
    "year_routes.py",
    "year_schemas.py",
]
IMPURE = {
    "sqlalchemy",
    "flask",
    "flask_login",
    "flask_smorest",
    "flask_sqlalchemy",
    "random",
    "time",
}
IMPURE_ROOMS = {"clock", "config", "db", "jobs", "events"}


def test_every_room_has_its_place():
    found = {room_of(file) for file in files()} - {"__init__", "__main__"}

    assert found - set(ROOMS) == set(), "a room is missing from ROOMS and from the architecture"


def test_rooms_import_only_downwards():
    upward = [
        f"{name_of(file)} imports {module}"
        for file in files()
        for module in own_imports(file)
        if is_upward(room_of(file), module.split(".")[1])
    ]

    assert upward == []


def test_only_the_transaction_commits():
    assert [name_of(file) for file in files() if commits(file)] in ([], ["db.py"])


def test_only_the_configuration_reads_the_environment():
    assert [name_of(file) for file in files() if reads_environment(file)] in ([], ["config.py"])


def test_what_judges_looks_at_nothing_but_its_arguments():
    reached = [
        f"{name_of(file)} reaches {module}"
        for file in files()
        if is_pure(name_of(file))
        for module in reach(file)
        if is_impure(module)
    ]

    assert reached == []


@pytest.mark.parametrize(
    ("room", "imported", "upward"),
    [
        ("visits", "evidence", False),
        ("evidence", "visits", True),
        ("clock", "errors", False),
        ("errors", "clock", True),
        ("notify", "links", False),
        ("links", "notify", True),
        ("evidence", "evidence", False),
        ("cli", "app", False),
        ("__main__", "cli", False),
    ],
)
def test_up_and_down(room, imported, upward):
    assert is_upward(room, imported) is upward


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import fieldapp.db", {"fieldapp.db"}),
        ("from fieldapp import db", {"fieldapp.db"}),
        ("from fieldapp.evidence import filing", {"fieldapp.evidence.filing"}),
        ("from .models import Visit", {"fieldapp.visits.models.Visit"}),
        ("from . import models", {"fieldapp.visits.models"}),
        ("from ..evidence import filing", {"fieldapp.evidence.filing"}),
        ("def f():\n    import fieldapp.db", {"fieldapp.db"}),
        ("import flask", {"flask"}),
    ],
)
def test_imports_are_found(source, modules):
    assert set(imports_in(source, package=["fieldapp", "visits"])) == modules


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("session.commit()", True),
        ("db.session.commit()", True),
        ("save = session.commit", True),
        ("'never .commit( here'", False),
    ],
)
def test_commits_are_found(tmp_path, source, found):
    assert commits(written(tmp_path, source)) is found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("os.environ['X']", True),
        ("os.getenv('X')", True),
        ("from os import environ", True),
        ("os.path.join('environ')", False),
    ],
)
def test_reads_of_the_environment_are_found(tmp_path, source, found):
    assert reads_environment(written(tmp_path, source)) is found


def written(folder: Path, source: str) -> Path:
    file = folder / "source.py"
    file.write_text(source)
    return file


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def room_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def is_upward(room: str, imported: str) -> bool:
    above_all = len(ROOMS)
    return room != imported and DEPTH.get(imported, -1) >= DEPTH.get(room, above_all)


def own_imports(file: Path) -> Iterator[str]:
    return (name for name in imports_of(file) if name.startswith("fieldapp."))


def imports_of(file: Path) -> Iterator[str]:
    package = ["fieldapp", *file.relative_to(PACKAGE).parts[:-1]]
    return imports_in(file.read_text(), package)


def imports_in(source: str, package: list[str]) -> Iterator[str]:
    """Dotted names, with what is taken from a module as their last part."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            start = package[: len(package) + 1 - node.level] if node.level else []
            module = ".".join([*start, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def commits(file: Path) -> bool:
    tree = ast.walk(ast.parse(file.read_text()))
    return any(isinstance(node, ast.Attribute) and node.attr == "commit" for node in tree)


def reads_environment(file: Path) -> bool:
    readers = {"environ", "environb", "getenv"}
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Attribute) and node.attr in readers and is_os(node.value):
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            taken = {alias.name for alias in node.names}
            if taken & readers:
                return True
    return False


def is_os(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "os"


def is_pure(name: str) -> bool:
    return Path(name).name not in KEEPS_ROWS and any(fnmatch(name, pattern) for pattern in PURE)


def is_impure(module: str) -> bool:
    first, *rest = module.split(".")
    return first in IMPURE or (first == "fieldapp" and bool(rest) and rest[0] in IMPURE_ROOMS)


def reach(file: Path) -> set[str]:
    """Every module a file imports, straight or through other files of the package."""
    reached: set[str] = set()
    waiting = [file]
    while waiting:
        for module in set(imports_of(waiting.pop())) - reached:
            reached.add(module)
            if found := file_of(module):
                waiting.append(found)
    return reached


def file_of(module: str) -> Path | None:
    """The package's file of that name. A refusal's class is a value: errors.py is not entered."""
    parts = module.split(".")
    if parts[0] != "fieldapp" or parts[1:2] == ["errors"]:
        return None
    # The last part may be a name in the file and not a file.
    for length in (len(parts), len(parts) - 1):
        path = PACKAGE.joinpath(*parts[1:length])
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if file.is_file():
                return file
    return None
