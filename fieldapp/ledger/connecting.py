"""A program's way to the database: every change that goes through it is recorded."""

from pathlib import Path
from typing import Any

from flask import Flask

from fieldapp.config import Config
from fieldapp.db import db, prepare_engine
from fieldapp.ledger.recording import watch


def connect(app: Flask, config: Config) -> None:
    """Have `app` use this installation's database."""
    app.config.update(
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(config),
    )
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        watch(db.session.session_factory.class_)


def _engine_options(config: Config) -> dict[str, Any]:
    """Parameters are hidden: an error's text goes to the log, and names and words of people do not belong there."""
    if config.database_url.startswith("sqlite"):
        Path(config.database_url.removeprefix("sqlite:///")).parent.mkdir(
            parents=True, exist_ok=True
        )
        return {"connect_args": {"timeout": 15}, "hide_parameters": True}
    return {"pool_size": 8, "max_overflow": 8, "hide_parameters": True}
