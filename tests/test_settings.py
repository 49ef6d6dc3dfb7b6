"""Settings from the environment: what is missing stops the start, and says its name."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fieldapp.config import ConfigMissing, from_environment
from fieldapp.db import db, transaction

SECRETS = ("FIELDAPP_SECRET_KEY", "FIELDAPP_SIGNING_KEY", "FIELDAPP_COLUMN_KEY")


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_secret_is_a_missing_one(tmp_path, empty):
    environment = {"FIELDAPP_ENV": "production", "FIELDAPP_DATA_DIR": str(tmp_path)}

    with pytest.raises(ConfigMissing) as refused:
        from_environment(environment | dict.fromkeys(SECRETS, empty))

    assert all(name in str(refused.value) for name in SECRETS)


@pytest.mark.parametrize("name", ["FIELDAPP_C2PA_TRUST", "FIELDAPP_TSA_ROOTS"])
@pytest.mark.parametrize(
    "content", [None, b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\n"]
)
def test_a_file_of_trusted_certificates_without_any_stops_the_start(tmp_path, name, content):
    file = tmp_path / "trusted.pem"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(ConfigMissing) as refused:
        from_environment({"FIELDAPP_DATA_DIR": str(tmp_path), name: str(file)})

    assert name in str(refused.value)
    assert str(file) in str(refused.value)


def test_an_error_of_the_database_repeats_nothing_that_was_asked(app):
    asked = text("select 1 from no_such_table where name = :name")

    with pytest.raises(DBAPIError) as refused, transaction(write=False):
        db.session.execute(asked, {"name": "张建国"})

    assert "张建国" not in str(refused.value)
