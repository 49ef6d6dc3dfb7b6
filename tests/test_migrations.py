"""The numbered steps make exactly the tables that the program maps, and can be taken back."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask_migrate import downgrade
from sqlalchemy import create_engine, inspect, text

import fieldapp.waiting  # noqa: F401 - names every table
from fieldapp.app import create_app
from fieldapp.config import from_environment
from fieldapp.db import db
from fieldapp.migrating import FOLDER, bring_up, missing_steps


@pytest.fixture
def empty(database_url, tmp_path):
    """The program beside a database without a table."""
    environment = {
        "FIELDAPP_DATABASE_URL": database_url,
        "FIELDAPP_DATA_DIR": str(tmp_path / "var"),
    }
    app = create_app(from_environment(environment))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names())


def test_the_steps_make_exactly_the_mapped_tables(empty):
    bring_up(empty)

    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, db.metadata) == []
    assert tables() - {"alembic_version"} == set(db.metadata.tables)


def test_a_second_run_does_nothing(empty):
    bring_up(empty)
    before = schema()

    bring_up(empty)

    assert schema() == before
    assert not missing_steps()


def schema() -> list[tuple]:
    found = inspect(db.engine)
    return [
        (
            name,
            sorted(column["name"] for column in found.get_columns(name)),
            str([index | {"dialect_options": by_word(index)} for index in found.get_indexes(name)]),
        )
        for name in sorted(tables())
    ]


def by_word(index: dict) -> dict[str, str]:
    """An index's condition as text: two readings of it are never the same object."""
    return {option: str(value) for option, value in index.get("dialect_options", {}).items()}


def test_a_database_without_the_steps_is_known_to_be_behind(empty):
    assert missing_steps()


def test_the_steps_can_be_taken_back_and_made_again(empty):
    bring_up(empty)

    downgrade(directory=str(FOLDER), revision="base")
    assert tables() <= {"alembic_version"}

    bring_up(empty)
    assert tables() - {"alembic_version"} == set(db.metadata.tables)


def test_the_checks_and_foreign_keys_are_made_too(empty):
    """compare_metadata does not look at CHECKs; the rows that they keep out do."""
    bring_up(empty)
    wanted = {
        table.name: {
            str(c.name) for c in table.constraints if type(c).__name__ == "CheckConstraint"
        }
        for table in db.metadata.tables.values()
    }

    made = {
        name: {c["name"] for c in inspect(db.engine).get_check_constraints(name)} for name in wanted
    }

    assert made == wanted
    keys = {name: len(inspect(db.engine).get_foreign_keys(name)) for name in wanted}
    assert keys == {t.name: len(t.foreign_key_constraints) for t in db.metadata.tables.values()}


def test_steps_are_numbered_without_a_gap():
    numbers = sorted(int(file.name[:4]) for file in (FOLDER / "versions").glob("[0-9]*.py"))

    assert numbers == list(range(1, len(numbers) + 1))


def test_bringing_up_keeps_what_is_there(empty, database_url):
    bring_up(empty)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into organisation (id, name, short_name, kind) values ('o', '安泰', '安泰', 'insurer')"
            )
        )

    bring_up(empty)

    with engine.connect() as connection:
        assert connection.scalar(text("select name from organisation")) == "安泰"
    engine.dispose()
