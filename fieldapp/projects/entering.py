"""Entering a project, changing what is known of it, and its parties. A project that is there already is found, not made."""

import unicodedata
from typing import Any

from fieldapp.accounts.models import Organisation
from fieldapp.accounts.permissions import Kind
from fieldapp.db import db
from fieldapp.errors import Conflict, Fault, Invalid
from fieldapp.projects.models import Project, ProjectParty

PARTIES = (Kind.CONTRACTOR, Kind.PROJECT_OWNER, Kind.SUPERVISION_FIRM)


class ProjectExists(Conflict):
    zh = "该区域已有同名项目，请直接使用。"
    en = "There is a project of this name in this area already; use that one."


class MayBeTheSame(Conflict):
    zh = "同一地址已有项目。请核对是否同一工地；确认不是，请勾选后再保存。"
    en = "There is a project at this address already. Look whether it is the same; if it is not, say so and save again."


class PartyExists(Conflict):
    zh = "该机构已登记为这一方。"
    en = "This organisation is already this party of the project."


def enter(given: dict[str, Any], *, is_another: bool = False) -> Project:
    """A new project. `is_another`: somebody has looked at the one with the same address, and it is not this one.

    Raises ProjectExists or MayBeTheSame, with the `similar` projects.
    """
    _require_new(given, None, is_another=is_another)
    project = Project(**given)
    db.session.add(project)
    db.session.flush()
    return project


def change(project: Project, given: dict[str, Any], *, is_another: bool = False) -> Project:
    _require_new(given, project, is_another=is_another)
    for name, value in given.items():
        setattr(project, name, value)
    db.session.flush()
    return project


def add_party(project: Project, party: str, organisation_id: str) -> ProjectParty:
    """Raises PartyExists, or Invalid for an organisation of another kind."""
    organisation_of(organisation_id, Kind(party), "/organisation_id")
    there = db.select(ProjectParty).where(
        ProjectParty.project_id == project.id,
        ProjectParty.organisation_id == organisation_id,
        ProjectParty.party == party,
    )
    if db.session.scalar(there):
        raise PartyExists(faults=[Fault("/organisation_id", "exists", PartyExists.zh)])
    row = ProjectParty(project_id=project.id, organisation_id=organisation_id, party=party)
    db.session.add(row)
    db.session.flush()
    return row


def organisation_of(organisation_id: str, kind: Kind, where: str) -> Organisation:
    """The organisation of this id, which must be of this kind. Raises Invalid, naming the place."""
    found = db.session.get(Organisation, organisation_id)
    if found is None or found.kind != kind:
        said = "没有这家机构，或机构类别不符。"
        raise Invalid(
            said, "No such organisation, or not of this kind.", faults=[Fault(where, "kind", said)]
        )
    return found


def plain(text: str) -> str:
    """Without blanks, signs and widths: two spellings of one name or address are equal."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _require_new(given: dict[str, Any], own: Project | None, *, is_another: bool) -> None:
    others = db.select(Project).where(Project.area == given["area"])
    if own is not None:
        others = others.where(Project.id != own.id)
    near = db.session.scalars(others).unique().all()
    named = [other for other in near if plain(other.name) == plain(given["name"])]
    if named:
        raise _told(ProjectExists, "/name", named)
    placed = [other for other in near if plain(other.address) == plain(given["address"])]
    if placed and not is_another:
        raise _told(MayBeTheSame, "/address", placed)


def _told(problem: type[Conflict], where: str, similar: list[Project]) -> Conflict:
    names = "、".join(f"“{project.name}”" for project in similar)
    return problem(
        faults=[Fault(where, "exists", f"{problem.zh}（{names}）")],
        similar=[{"id": p.id, "name": p.name, "address": p.address} for p in similar],
    )
