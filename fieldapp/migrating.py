"""Bringing a database to this program's tables, by the numbered steps in migrations/."""

import argparse
import logging
from collections.abc import Sequence

from alembic.config import Config as Alembic
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import Migrate, migrate, upgrade

from fieldapp.app import FieldApp, create_app
from fieldapp.config import beside_the_package
from fieldapp.db import db

FOLDER = beside_the_package("migrations")


def prepare(app: FieldApp) -> None:
    Migrate(app, db, directory=str(FOLDER), render_as_batch=True, compare_type=True)


def bring_up(app: FieldApp) -> None:
    """Run every step that this database has not had. Running it twice does nothing."""
    prepare(app)
    quiet = logging.getLogger("alembic")
    quiet.setLevel(logging.WARNING)
    with app.app_context():
        upgrade(directory=str(FOLDER))


def migration(arguments: Sequence[str]) -> int:
    """`fieldapp migration WORDS`: write the next step, from what the present database lacks. To be read and mended."""
    parser = argparse.ArgumentParser(prog="fieldapp migration")
    parser.add_argument("words", metavar="WORDS", help="what the step does, in a few words")
    words = parser.parse_args(arguments).words
    app = create_app()
    bring_up(app)
    with app.app_context():
        number = len(list((FOLDER / "versions").glob("[0-9]*.py"))) + 1
        migrate(directory=str(FOLDER), message=words, rev_id=f"{number:04}")
    return 0


def missing_steps() -> bool:
    """Whether the present database is behind this program. Needs an app context."""
    script = ScriptDirectory.from_config(_alembic())
    with db.engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_heads()
    return set(at) != set(script.get_heads())


def _alembic() -> Alembic:
    config = Alembic()
    config.set_main_option("script_location", str(FOLDER))
    return config
