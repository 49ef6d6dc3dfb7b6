"""From a phone's video to what people play in the browser."""

import hashlib
import io
import sys
from functools import cache

import av
import pytest

from fieldapp import jobs
from fieldapp.db import db, transaction
from fieldapp.evidence import recoding_apart, sandbox
from fieldapp.evidence.models import Evidence
from fieldapp.evidence.recoding_apart import NotRecoded
from fieldapp.evidence.viewing_models import ViewingCopy
from fieldapp.jobs import MOST_ATTEMPTS, Job
from tests.evidence.photos import jpeg
from tests.evidence.recordings import clip, sound
from tests.evidence.test_recordings import QUARTER_TURN

SECRET = "富阳某工地 Maker"
BOX_HEADER = 8


@pytest.fixture
def copy(tmp_path):
    """The viewing copy of these bytes."""

    def copy(data: bytes) -> recoding_apart.Copy:
        file = tmp_path / "file"
        file.write_bytes(data)
        return recoding_apart.recode(file, lambda _percent: None)

    return copy


@pytest.fixture
def viewing(sign_in):
    return lambda photo, name="sun": (
        sign_in(name).get(f"/api/evidence/{photo}").json["bytes"]["viewing"]
    )


def streams_of(data: bytes) -> list[tuple]:
    with av.open(io.BytesIO(data)) as file:
        return [(s.type, s.codec_context.name, s.codec_context.format.name) for s in file.streams]


def boxes_of(data: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(data):
        found.append(data[at + 4 : at + BOX_HEADER])
        at += int.from_bytes(data[at : at + 4], "big")
    return found


def turned(data: bytes) -> bytes:
    """The same film, held on its side by the phone that took it."""
    matrix = data.index((1 << 30).to_bytes(4, "big"), data.index(b"tkhd")) - 32
    return data[:matrix] + QUARTER_TURN + data[matrix + 36 :]


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (clip(size=(1920, 1080), rate=4), (1280, 720)),
        (clip(size=(1080, 1920), rate=4), (720, 1280)),
        (clip(size=(1600, 1200), rate=4), (960, 720)),
        (clip(size=(320, 240)), (320, 240)),
        (turned(clip(size=(640, 480), rate=4)), (480, 640)),
        (clip("webm", "libvpx-vp9"), (320, 240)),
        (clip("mov", "libx265", pixels="yuv420p10le", rate=4), (320, 240)),
    ],
    ids=["wide", "tall", "four to three", "small", "on its side", "webm", "hevc of ten bits"],
)
def test_a_copy_plays_anywhere_upright_and_no_larger_than_720p(copy, data, size):
    made = copy(data)

    assert (made.width, made.height) == size
    assert streams_of(made.data) == [("video", "h264", "yuv420p")]
    assert boxes_of(made.data)[:2] == [b"ftyp", b"moov"], "it plays before all of it has come"


def test_what_was_heard_is_heard_in_the_copy(copy):
    with_sound = copy(clip("webm", "libvpx", sound="libopus"))

    assert [kind[:2] for kind in streams_of(with_sound.data)] == [
        ("video", "h264"),
        ("audio", "aac"),
    ]


def test_what_is_red_above_and_left_in_the_video_is_so_in_the_copy(copy):
    """As the posters: upright is the same for both."""
    data = turned(clip(size=(640, 480), rate=4))
    with av.open(io.BytesIO(copy(data).data)) as file:
        frame = next(file.decode(video=0)).to_image()

    with av.open(io.BytesIO(data)) as file:
        raw = next(file.decode(video=0))
        upright = raw.to_image().rotate(int(raw.rotation) % 360, expand=True)
    differences = [
        abs(a - b)
        for at in [(20, 20), (460, 20), (20, 620), (460, 620)]
        for a, b in zip(frame.getpixel(at), upright.getpixel(at), strict=True)
    ]
    assert max(differences) < 40


def test_a_clock_that_stumbles_keeps_its_times(copy):
    made = copy(clip(times=[0, 3, 4, 11, 19]))

    with av.open(io.BytesIO(made.data)) as file:
        assert [round(float(frame.time), 1) for frame in file.decode(video=0)] == [
            0,
            0.3,
            0.4,
            1.1,
            1.9,
        ]


def test_sixty_pictures_a_second_become_thirty(copy):
    made = copy(clip(rate=60, seconds=1))

    with av.open(io.BytesIO(made.data)) as file:
        assert 28 <= sum(1 for _ in file.decode(video=0)) <= 32


def test_nothing_that_the_phone_wrote_into_the_file_is_in_the_copy(copy):
    made = copy(clip("mov", tags={"title": SECRET, "location": "+29.2010+119.9015/"}))

    assert SECRET.encode() not in made.data
    assert b"+29.2010" not in made.data


@pytest.mark.parametrize(
    ("data", "reason"),
    [(jpeg(), "type"), (sound("mp4", "aac"), "type"), (clip()[:3000], "corrupt")],
    ids=["photo", "sound alone", "cut"],
)
def test_what_cannot_be_played_is_named_and_nothing_comes_of_it(copy, data, reason):
    with pytest.raises(NotRecoded) as refused:
        copy(data)

    assert refused.value.reason == reason


@pytest.fixture
def within(monkeypatch, tmp_path):
    """`within(cpu_seconds=1)`: from now on recoders have less than they have at work."""

    def within(**less: float) -> None:
        program = tmp_path / "zygote"
        program.write_text(
            f"#!{sys.executable}\n"
            "import sys\n"
            f"sys.path[:0] = {sys.path!r}\n"
            "from fieldapp.evidence import zygote\n"
            f"zygote.LIMITS[zygote.RECODING] = zygote.LIMITS[zygote.RECODING]._replace(**{less!r})\n"
            "zygote.main(sys.argv[-2:])\n"
        )
        program.chmod(0o755)
        monkeypatch.setattr(sandbox.sys, "executable", str(program))
        monkeypatch.setattr(sandbox, "_zygotes", ours)

    ours: dict = {}
    yield within
    for zygote in ours.values():
        zygote.end()


@cache
def in_4k() -> bytes:
    return clip(size=(3840, 2160), seconds=10, rate=15, codec_options={"preset": "ultrafast"})


def test_a_film_in_4k_is_copied_within_the_limits(copy):
    made = copy(in_4k())

    assert (made.width, made.height) == (1280, 720)


@pytest.mark.parametrize(
    "less",
    [{"cpu_seconds": 1}, {"wall_seconds": 0.3}, {"memory": 256 << 20}],
    ids=["processor", "time", "memory"],
)
def test_a_film_that_takes_more_than_it_may_is_given_up_and_said_so(copy, within, less):
    film = in_4k()
    within(**less)

    with pytest.raises(NotRecoded) as refused:
        copy(film)

    assert refused.value.reason == "out_of_limits"


def test_a_recoder_that_was_taken_over_can_leave_nothing_but_a_small_video(copy, monkeypatch):
    """What it leaves is looked at by another process: here, a picture of a script in an envelope of the right shape."""
    forged = b'{"x": 1}'
    monkeypatch.setattr(sandbox, "parts_of", lambda _answer: ({"state": "shown"}, [forged], b""))

    with pytest.raises(NotRecoded) as refused:
        copy(clip())

    assert refused.value.reason == "crashed"


def test_a_video_is_played_from_our_own_copy_of_it(sign_in, file_photo, follow, viewing):
    original = clip(size=(640, 480), sound="aac", tags={"title": SECRET})
    video = file_photo(data=original, shot="video")

    told = viewing(video)
    data, headers = follow(sign_in("sun").get(f"/api/evidence/{video}/viewing-copy"))

    assert (told["state"], told["width"], told["height"]) == ("ready", 640, 480)
    assert told["size"] == len(data)
    assert data != original
    assert SECRET.encode() not in data
    assert headers["Content-Type"] == "video/mp4"
    assert headers["Content-Disposition"].startswith("inline")
    assert sign_in("hu").get(f"/api/evidence/{video}/viewing-copy").status_code == 404


def test_a_photo_has_no_viewing_copy_and_none_can_be_asked_for(sign_in, file_photo, viewing):
    photo = file_photo()

    assert viewing(photo) is None
    reply = sign_in("sun").post(f"/api/evidence/{photo}/viewing-copies")
    assert (reply.status_code, reply.json["problem"]) == (409, "NoRecording")


def test_a_copy_that_failed_says_why_and_is_made_when_asked_again(
    sign_in, file_photo, viewing, monkeypatch
):
    recode = recoding_apart.recode

    def fails(_file, _told):
        raise NotRecoded("out_of_limits")

    monkeypatch.setattr(recoding_apart, "recode", fails)
    video = file_photo(data=clip(), shot="video")
    assert (viewing(video)["state"], viewing(video)["reason"]) == ("failed", "out_of_limits")
    assert sign_in("sun").get(f"/api/evidence/{video}/viewing-copy").status_code == 404

    monkeypatch.setattr(recoding_apart, "recode", recode)
    assert sign_in("sun").post(f"/api/evidence/{video}/viewing-copies").status_code == 202
    assert viewing(video)["state"] == "waiting"
    jobs.run_all()

    assert (viewing(video)["state"], viewing(video)["reason"]) == ("ready", None)


def test_how_far_a_copy_is_can_be_seen_while_it_is_made(file_photo, viewing, monkeypatch):
    seen = []
    recode = recoding_apart.recode

    def tells(file, told):
        told(40)
        seen.append(viewing(video_of(file)))
        return recode(file, told)

    def video_of(file) -> str:
        with transaction(write=False):
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            return db.session.scalar(db.select(Evidence.id).where(Evidence.sha256 == digest))

    monkeypatch.setattr(recoding_apart, "recode", tells)
    file_photo(data=clip(), shot="video")

    assert [(one["state"], one["percent"]) for one in seen] == [("making", 40)]


def test_the_last_try_is_not_given_up_while_it_runs(file_photo, viewing, sign_in, monkeypatch):
    seen = []

    def cut_down(_file, _told):
        with transaction():
            job = db.session.scalar(db.select(Job).where(Job.kind == "viewing_copy"))
            job.attempts = MOST_ATTEMPTS
            [video] = db.session.scalars(db.select(Evidence.id))
        assert sign_in("sun").post(f"/api/evidence/{video}/viewing-copies").status_code == 202
        seen.append(viewing(video)["state"])
        raise OSError("no room")

    monkeypatch.setattr(recoding_apart, "recode", cut_down)
    video = file_photo(data=clip(), shot="video")

    assert (seen, viewing(video)["state"]) == (["making"], "failed")


def test_a_photo_does_not_wait_for_a_video(file_photo, monkeypatch):
    monkeypatch.setattr(jobs, "run_all", lambda: 0)
    file_photo(data=clip(), shot="video")
    file_photo(data=jpeg())
    while jobs.run_next(long=False):
        pass
    with transaction(write=False):
        waiting = db.session.scalars(db.select(Job).where(Job.finished_at.is_(None))).all()
        assert [job.kind for job in waiting] == ["viewing_copy"]
        assert db.session.scalars(db.select(ViewingCopy.outcome)).all() == [None]
