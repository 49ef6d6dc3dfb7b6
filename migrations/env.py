"""Runs the numbered steps on the application's own database. Needs its app context."""

from alembic import context
from flask import current_app

from fieldapp.db import Moment, db
from fieldapp.keys import Personal, PersonalBytes


def render_item(kind, item, _autogen_context):
    """Our own column types as the plain ones below them: a step must not change when a class does."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, Personal):
        return f"sa.String({item.impl.length or ''})"
    if kind == "type" and isinstance(item, PersonalBytes):
        return "sa.LargeBinary()"
    return False


def run() -> None:
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=db.metadata, render_item=render_item, **options
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
