"""The ground the other tests stand on: servers, databases, stores and a browser that really are."""

import base64

import pytest
from botocore.exceptions import ClientError
from sqlalchemy import create_engine, text

from tests.fixtures.databases import sqlite_url
from tests.fixtures.needs import needs
from tests.fixtures.stores import S3Server


def test_a_database_keeps_what_is_written(database_url):
    engine = create_engine(database_url)

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE place (name TEXT)"))
        connection.execute(text("INSERT INTO place VALUES ('塔机')"))

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT name FROM place")) == "塔机"
    engine.dispose()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_database_starts_empty(database_url, turn):
    engine = create_engine(database_url)

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE made_once (id INTEGER)"))

    engine.dispose()


def test_an_sqlite_file_writes_ahead(tmp_path):
    engine = create_engine(sqlite_url(tmp_path))

    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
    engine.dispose()


def test_a_template_is_filled_once_and_cloned(postgres):
    filled = []

    def fill(url):
        filled.append(url)
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE ready (id INTEGER)"))
        engine.dispose()

    for _ in range(2):
        clone = postgres.create(template=postgres.template("ready", fill))
        engine = create_engine(clone)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM ready")) == 0
        engine.dispose()
        postgres.drop(clone)

    assert len(filled) == 1


def test_a_lent_database_comes_back_empty_or_not_at_all(postgres):
    def fill(url):
        run(url, "CREATE TABLE lent (id SERIAL PRIMARY KEY, of INTEGER REFERENCES lent)")

    first = postgres.lend(postgres.template("lent", fill))
    run(first, "INSERT INTO lent (of) VALUES (1)")
    postgres.take_back(first)

    again = postgres.lend(postgres.template("lent", fill))
    assert again == first
    assert run(again, "INSERT INTO lent (of) VALUES (1) RETURNING id").scalar() == 1

    run(again, "ALTER TABLE lent DROP CONSTRAINT lent_of_fkey")
    postgres.take_back(again)
    assert postgres.lend(postgres.template("lent", fill)) != first


def run(url, statement):
    engine = create_engine(url)
    with engine.begin() as connection:
        done = connection.execute(text(statement))
        done = done.freeze()() if done.returns_rows else None
    engine.dispose()
    return done


def test_a_store_is_named_by_its_settings(store_config):
    if store_config["FIELDAPP_STORE"] == "disk":
        assert set(store_config) == {"FIELDAPP_STORE", "FIELDAPP_STORE_DIR"}
        return
    client = S3Server(store_config["FIELDAPP_S3_ENDPOINT"]).client()
    bucket = store_config["FIELDAPP_S3_BUCKET"]

    client.put_object(Bucket=bucket, Key="a/photo", Body=b"\xff\xd8", ContentType="image/jpeg")

    assert client.get_object(Bucket=bucket, Key="a/photo")["Body"].read() == b"\xff\xd8"


def test_the_s3_server_refuses_a_wrong_key(swift):
    stranger = S3Server(swift.endpoint, secret_key="guessed").client()

    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        stranger.list_buckets()


def test_the_s3_server_refuses_bytes_that_differ_from_their_checksum(swift):
    client, bucket = swift.client(), swift.create_bucket()
    other = base64.b64encode(b"\0" * 4).decode()

    with pytest.raises(ClientError, match="BadDigest"):
        client.put_object(Bucket=bucket, Key="photo", Body=b"bytes", ChecksumCRC32=other)


@pytest.mark.browser
def test_a_page_of_another_origin_uploads_to_the_s3_server(swift, page):
    client, bucket = swift.client(), swift.create_bucket()
    place = {"Bucket": bucket, "Key": "photo"}
    url = client.generate_presigned_url("put_object", Params=place, ExpiresIn=60)
    page.route(PAGE, lambda route: route.fulfill(body="<p>", content_type="text/html"))
    # A made-up page counts as the internet's, and may not reach this machine unasked.
    page.context.grant_permissions(["local-network-access"])
    page.goto(PAGE)

    etag = page.evaluate(UPLOAD, url)

    assert etag == client.head_object(**place)["ETag"]


PAGE = "https://field.example/"
UPLOAD = """async url => {
  const reply = await fetch(url, { method: 'PUT', body: new Uint8Array([255, 216]) })
  return reply.headers.get('ETag')
}"""


@pytest.mark.browser
def test_a_browser_opens_a_page_in_chinese(page):
    page.set_content("<button>提交</button>")

    assert page.get_by_role("button", name="提交").is_visible()
    assert page.evaluate("navigator.language") == "zh-CN"


@pytest.mark.browser
def test_a_browser_can_be_a_phone_with_a_camera(browser, phone_context_args):
    context = browser.new_context(**phone_context_args)
    page = context.new_page()
    # A camera wants a secure origin, and the screen's width a page that asks for it.
    html = "<meta name=viewport content='width=device-width'>"
    page.route(PAGE, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(PAGE)

    assert page.evaluate("innerWidth") == phone_context_args["viewport"]["width"]
    assert page.evaluate(CAMERAS) == 1
    context.close()


CAMERAS = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true })
  return stream.getVideoTracks().length
}"""


@pytest.mark.browser
def test_a_webkit_window_runs_a_page(webkit):
    webkit.get("data:text/html;charset=utf-8,<title>提交</title><button>提交</button>")

    assert webkit.title == "提交"
    assert "AppleWebKit" in webkit.execute_script("return navigator.userAgent")
    assert webkit.execute_script("return 'indexedDB' in window")


def test_what_is_missing_fails_in_ci_and_says_what_to_install(monkeypatch):
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="needs a crane: install tower-crane"):
        needs("a crane", None, "tower-crane")


def test_what_is_missing_is_skipped_elsewhere_and_says_why(monkeypatch):
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="needs a crane: install tower-crane"):
        needs("a crane", None, "tower-crane")
