"""`fieldapp import projects FILE.xlsx`: through the same doors as the screens, all of the workbook or nothing of it."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError

from fieldapp.accounts.models import Organisation
from fieldapp.app import create_app
from fieldapp.config import ConfigMissing, from_environment
from fieldapp.db import db, transaction
from fieldapp.errors import Problem, unopened
from fieldapp.migrating import bring_up
from fieldapp.projects import entering, insuring, registering, siting, workbook
from fieldapp.projects.keeping_schemas import (
    PartyEntrySchema,
    PolicyEntrySchema,
    ProjectEntrySchema,
    ServiceEntrySchema,
    SiteEntrySchema,
    UnitEntrySchema,
)
from fieldapp.projects.kinds import DETAILS
from fieldapp.projects.models import Pool, Project
from fieldapp.projects.workbook import Line, NotThisWorkbook
from fieldapp.refusals import in_chinese

SITE = ("lon", "lat", "datum", "radius_m")
NAMED = {  # columns that name an organisation or a pool, which the doors want by id
    "organisation_id": Organisation,
    "insurer_id": Organisation,
    "originating_insurer_id": Organisation,
    "service_insurer_id": Organisation,
    "agency_id": Organisation,
    "pool_id": Pool,
}


def import_projects(arguments: Sequence[str]) -> int:
    """Exit 1 with every fault by its cell; then nothing of the workbook is entered."""
    parser = argparse.ArgumentParser(
        prog="fieldapp import projects", description="Enter projects from a workbook, all or none."
    )
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="the filled workbook, .xlsx"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="look, say what is wrong, enter nothing"
    )
    parser.add_argument(
        "--template", type=Path, metavar="OUT", help="write an empty workbook and stop"
    )
    asked = parser.parse_args(arguments)
    if asked.template:
        workbook.write_template(asked.template)
        return _say(f"{asked.template}")
    if asked.file is None:
        parser.error("name the workbook, or --template OUT.xlsx")
    try:
        lines = workbook.read(asked.file)
        app = create_app(from_environment())
    except OSError as error:
        return _refuse([unopened(error)])
    except (NotThisWorkbook, ConfigMissing) as error:
        return _refuse([str(error)])
    bring_up(app)
    with app.command("import"):
        return _entered(lines, dry_run=asked.dry_run)


class NothingEntered(Exception):
    """Rolls the whole back."""


@dataclass
class Entry:
    """One run: faults by cell, in the order of the workbook; projects by their name in it."""

    faults: list[str] = field(default_factory=list)
    projects: dict[str, Project | None] = field(default_factory=dict)
    entered: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def require_whole(self, *, dry_run: bool) -> None:
        if self.faults or dry_run:
            raise NothingEntered

    def put(self, line: Line, act: Callable[[], object]) -> None:
        """Do it in a savepoint; a refusal becomes a fault at its cell, and the rest is looked at nevertheless."""
        try:
            with db.session.begin_nested():
                act()
            self.entered[line.sheet.name] += 1
        except ValidationError as refused:
            for where, said in _messages(refused.messages):
                self.faults.append(f"{line.cell(where)}: {in_chinese(said)}")
        except Problem as problem:
            found = [(fault.where, fault.detail) for fault in problem.faults]
            for where, said in found or [("", problem.zh)]:
                self.faults.append(f"{line.cell(where)}: {said}")


def _entered(lines: dict[str, list[Line]], *, dry_run: bool) -> int:
    run = Entry()
    try:
        with transaction():
            for line in lines[workbook.PROJECTS.name]:
                _project(run, line)
            for sheet, add in _ADDING:
                for line in lines[sheet.name]:
                    _hang_on(run, line, add)
            run.require_whole(dry_run=dry_run)
    except NothingEntered:
        if run.faults:
            return _refuse([*run.faults, f"{len(run.faults)} to mend; nothing was entered"])
    told = ", ".join(f"{name} {count}" for name, count in run.entered.items()) or "nothing"
    return _say(f"{'all is well, not entered yet' if dry_run else 'entered'}: {told}")


def _project(run: Entry, line: Line) -> None:
    name = line.values.get("name", "")
    if name in run.projects:
        run.faults.append(f"{line.cell('/name')}: 表中有同名项目。")
        return
    run.projects[name] = None

    def enter() -> None:
        values = _coded(line)
        site = {key: values.pop(key) for key in SITE if key in values}
        given = _loaded(ProjectEntrySchema(), values)
        given.pop("is_another")
        project = entering.enter(given)
        if site:
            siting.approve(project, None, **_loaded(SiteEntrySchema(), site))
        run.projects[name] = project

    run.put(line, enter)


def _hang_on(run: Entry, line: Line, add: Callable[[Project, dict[str, Any]], object]) -> None:
    name = line.values.get("project")
    if name not in run.projects:
        run.faults.append(f"{line.cell('/project')}: “项目”表中没有“{name or ''}”。")
        return
    project = run.projects[name]
    if project is None:
        return  # its own line is a fault already; what hangs on it cannot be judged

    def hang() -> None:
        values = _coded(line)
        values.pop("project")
        add(project, values)

    run.put(line, hang)


def _party(project: Project, values: dict[str, Any]) -> object:
    return entering.add_party(project, **_loaded(PartyEntrySchema(), values))


def _unit(project: Project, values: dict[str, Any]) -> object:
    details = {key: values.pop(key) for key in DETAILS if key in values}
    return registering.add(project, None, _loaded(UnitEntrySchema(), values | {"details": details}))


def _policy(project: Project, values: dict[str, Any]) -> object:
    return insuring.add_policy(project, _loaded(PolicyEntrySchema(), values))


def _service(project: Project, values: dict[str, Any]) -> object:
    return insuring.begin_service(project, _loaded(ServiceEntrySchema(), values))


_ADDING = (
    (workbook.PARTIES, _party),
    (workbook.UNITS, _unit),
    (workbook.POLICIES, _policy),
    (workbook.SERVICES, _service),
)


def _loaded(schema: Schema, values: dict[str, Any]) -> dict[str, Any]:
    return dict(schema.load(values))


def _coded(line: Line) -> dict[str, Any]:
    """The cells with their words turned into codes and names into ids. Raises ValidationError at a cell."""
    coded: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for column in line.sheet.columns:
        value = line.values.get(column.field)
        if value is None:
            continue
        found = value
        if column.choices is not None:
            found = column.choices.get(value)
        elif column.field in NAMED:
            found = _id_of(NAMED[column.field], value)
        if found is None:
            wrong[column.field] = [f"“{value}”不在可填的范围内，或未在系统中登记。"]
        coded[column.field] = found
    if wrong:
        raise ValidationError(wrong)
    return coded


def _id_of(kind: type[Any], name: str) -> str | None:
    names = (kind.name, kind.short_name) if kind is Organisation else (kind.name,)
    found = db.session.scalars(
        db.select(kind.id).where(db.or_(*(column == name for column in names)))
    ).all()
    return found[0] if len(found) == 1 else None


def _messages(found: Any, where: str = "") -> list[tuple[str, str]]:
    if isinstance(found, dict):
        return [pair for key, inner in found.items() for pair in _messages(inner, f"{where}/{key}")]
    return [(where, str(sentence)) for sentence in found]


def _say(words: str) -> int:
    sys.stdout.write(words + "\n")
    return 0


def _refuse(lines: list[str]) -> int:
    sys.stderr.write("\n".join(lines) + "\n")
    return 1
