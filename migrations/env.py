"""Runs the numbered steps on the application's own database. Needs its app context."""

from alembic import context
from flask import current_app

from fieldapp.db import db

config = context.config


def run() -> None:
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=db.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
