"""`fieldapp administrator NAME`: the first administrator of an installation, and the way back in for the last one."""

import argparse
import getpass
import sys
from collections.abc import Sequence

from marshmallow import ValidationError

from fieldapp.accounts import organising, passwords, staffing
from fieldapp.accounts.admin_schemas import SIGN_IN_NAME
from fieldapp.accounts.models import Organisation, Person
from fieldapp.accounts.permissions import Kind, Role
from fieldapp.app import create_app
from fieldapp.config import ConfigMissing, first_password, from_environment
from fieldapp.db import db, transaction
from fieldapp.errors import Problem
from fieldapp.migrating import bring_up


def administrator(arguments: Sequence[str]) -> int:
    """The password comes from a prompt or FIELDAPP_ADMINISTRATOR_PASSWORD: a command line can be read by others."""
    parser = argparse.ArgumentParser(
        prog="fieldapp administrator",
        description="Make an administrator of the operator, or set the password of one. The password is asked for, "
        "or taken from FIELDAPP_ADMINISTRATOR_PASSWORD.",
    )
    parser.add_argument(
        "name", metavar="NAME", help="the sign-in name: 3 to 60 letters, digits, dots, dashes"
    )
    parser.add_argument(
        "--organisation",
        default="平台运营",
        help="what the operator is called, if there is none yet",
    )
    asked = parser.parse_args(arguments)
    try:
        SIGN_IN_NAME(asked.name)
        app = create_app(from_environment())
    except ValidationError:
        return _refuse("A sign-in name has 3 to 60 letters, digits, dots or dashes.")
    except ConfigMissing as missing:
        return _refuse(str(missing))
    password = first_password() or _typed()
    if password is None:
        return _refuse("The two passwords differ. Nothing was changed.")
    bring_up(app)
    with app.command("administrator"):
        try:
            with transaction():
                said = _let_in(asked.name.lower(), asked.organisation, password)
        except Problem as problem:
            return _refuse(problem.en)
    sys.stdout.write(said + "\n")
    return 0


def _let_in(name: str, organisation: str, password: str) -> str:
    passwords.require_good(password, name)
    person = db.session.scalar(db.select(Person).where(Person.sign_in_name == name))
    if person is None:
        person, _, _ = staffing.invite(
            None,
            _operator(organisation),
            sign_in_name=name,
            name=name,
            phone=None,
            roles=[Role.ADMINISTRATOR],
        )
        said = f"{name} administers {person.organisation.name} now."
    elif person.kind is Kind.OPERATOR and Role.ADMINISTRATOR in person.roles:
        passwords.end_sessions(person, phones=True)
        said = f"{name} has a new password; every session of theirs is ended."
    else:
        raise staffing.NameTaken
    passwords.set_own(person, passwords.hash_password(password))
    return said


def _operator(name: str) -> Organisation:
    there = db.session.scalar(
        db.select(Organisation).where(Organisation.kind == Kind.OPERATOR).limit(1)
    )
    return there or organising.enter(name, name[:30], Kind.OPERATOR)


def _typed() -> str | None:
    first = getpass.getpass("Password: ")
    return first if first == getpass.getpass("Once more: ") else None


def _refuse(words: str) -> int:
    sys.stderr.write(words + "\n")
    return 1
