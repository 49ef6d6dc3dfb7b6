"""What is promised of an S3 store beyond the contract: photos pass this program by, and phones find the store."""

import hashlib
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from fieldapp import jobs
from fieldapp.blobs.s3 import S3Store
from fieldapp.blobs.serving import link
from fieldapp.blobs.store import PART_SIZE, InboxGone, StoreUnreachable
from fieldapp.config import S3Config
from fieldapp.frontend import content_security_policy

PHOTO = b"\xff\xd8 a small photo"
SHA256 = hashlib.sha256(PHOTO).hexdigest()
SIGN_AND_JOIN = {"CreateMultipartUpload", "ListParts", "CompleteMultipartUpload", "HeadObject"}


@pytest.fixture
def environment(s3_environment):
    return s3_environment


@pytest.fixture
def asked(store) -> list[str]:
    """The names of the calls that this program makes to the store."""
    names = []
    for client in {store._client, store._signer}:
        client.meta.events.register("before-call.s3", lambda model, **_: names.append(model.name))
    return names


def test_no_route_takes_or_gives_the_bytes_of_photos(app):
    rules = [rule.rule for rule in app.url_map.iter_rules()]

    assert [rule for rule in rules if rule.startswith(("/uploads/", "/files/"))] == []


def test_the_web_process_moves_no_photo_bytes(phone, asked, town, fetch):
    wang = phone("wang")
    target = wang.target(PHOTO)
    wang.ask(PHOTO)
    wang.outcome(target, wang.send(target, PHOTO))
    url = link(f"{town.organisation['antai']}/{SHA256}", "image/jpeg", "inline", "a.jpg")

    assert asked != []
    assert set(asked) <= SIGN_AND_JOIN
    jobs.run_all()
    assert fetch(url)[1] == PHOTO


def test_the_worker_fetches_an_object_once_even_when_intake_reads_it(phone, asked, town, store):
    wang = phone("wang")
    target = wang.target(PHOTO)
    wang.outcome(target, wang.send(target, PHOTO))
    asked.clear()

    jobs.run_all()
    with store.as_file(f"{town.organisation['antai']}/{SHA256}") as path:
        assert path.read_bytes() == PHOTO

    assert asked.count("GetObject") == 1
    assert asked.count("PutObject") == 1


def test_nothing_stays_in_the_workers_scratch_folder(phone, town, store, tmp_path):
    wang = phone("wang")
    right, wrong = wang.target(PHOTO), wang.target(b"another")
    wang.settle(right, wang.send(right, PHOTO))
    wang.settle(wrong, wang.send(wrong, b"rehtona"))
    with store.as_file(f"{town.organisation['antai']}/{SHA256}"):
        pass

    assert list((tmp_path / "var" / "scratch").iterdir()) == []


@pytest.mark.parametrize("data", [b"another" + PHOTO, bytes(PART_SIZE) + PHOTO])
def test_only_the_bytes_that_were_read_are_adopted(phone, town, store, data):
    wang = phone("wang")
    target = wang.target(data)
    wang.outcome(target, wang.send(target, data))
    inbox = f"q/{town.organisation['antai']}/{target['id']}"

    with pytest.raises(InboxGone):
        store.adopt(inbox, f"{town.organisation['antai']}/{SHA256}", '"of other bytes"')

    assert not store.has(f"{town.organisation['antai']}/{SHA256}")


def test_a_small_photo_needs_nothing_of_the_store_before_it_is_sent(phone, asked):
    wang = phone("wang")
    asked.clear()

    small = wang.target(PHOTO)

    assert asked == []
    assert [part["received"] for part in small["parts"]] == [None]


def test_a_target_lasts_an_hour_and_names_its_length(phone):
    target = phone("wang").target(PHOTO)

    query = parse_qs(urlsplit(target["parts"][0]["url"]).query)

    assert query["X-Amz-Expires"] == ["3600"]
    assert query["X-Amz-SignedHeaders"] == ["content-length;host"]
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]


CONFIG = S3Config(
    endpoint="http://store.internal:9000",
    bucket="photos",
    access_key="key",
    secret_key="secret",
    region="cn-hangzhou",
    addressing="path",
    public_endpoint="https://store.example.com",
)


@pytest.mark.parametrize(
    ("addressing", "origin", "start"),
    [
        ("path", "https://store.example.com", "/photos/q/"),
        ("virtual", "https://photos.store.example.com", "/q/"),
    ],
)
def test_phones_get_the_public_name_of_the_store(app, tmp_path, addressing, origin, start):
    config = replace(CONFIG, addressing=addressing)
    inbox = "q/0198a000-0000-7000-8000-000000000001/0198a000-0000-7000-8000-000000000002"

    url = S3Store(config, tmp_path).part_url(inbox, "an upload", 1, 5)

    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == origin == config.browser_origin
    assert parts.path.startswith(start)
    policy = content_security_policy(replace(app.config_object, s3=config))
    assert f"connect-src 'self' {origin};" in policy


def test_a_store_that_refuses_our_key_is_named_by_its_check(app, tmp_path):
    wrong = replace(app.config_object.s3, secret_key="wrong")

    with pytest.raises(StoreUnreachable):
        S3Store(wrong, tmp_path).self_check()
