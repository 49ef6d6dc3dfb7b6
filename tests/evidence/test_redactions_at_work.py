"""A deletion meets what is going on: files read meanwhile, others that share bytes, bytes that come later or again."""

from threading import Thread

import pytest

from fieldapp import jobs
from fieldapp.blobs import keeping
from fieldapp.clock import at, now
from fieldapp.db import db, transaction
from fieldapp.evidence import annotating, intake, recoding_apart, redacting, sandbox, showing
from fieldapp.evidence.annotation_models import Annotation
from fieldapp.evidence.models import Evidence, Reading, Rendition
from fieldapp.evidence.reader import SMALL
from fieldapp.evidence.redactions import Redacted
from fieldapp.evidence.viewing_models import ViewingCopy
from fieldapp.jobs import Job
from fieldapp.keys import sha256
from fieldapp.reuse.models import Likeness
from tests.evidence.deleting import LAWFUL, kept_of
from tests.evidence.photos import jpeg, scene
from tests.evidence.recordings import clip
from tests.fixtures.world import drawn_on


@pytest.fixture
def owner(town) -> str:
    return town.organisation["anxun"]


@pytest.fixture
def draw(owner):
    """`draw(photo, drawing)`: an annotation of the photo arrives; its id."""

    def draw(photo: str, drawing: bytes, *, arrives: bool = True, **changes) -> str:
        with transaction():
            drawn = drawn_on(db.session.get_one(Evidence, photo))
            drawn.sha256, drawn.size = sha256(drawing), len(drawing)
            for name, value in changes.items():
                setattr(drawn, name, value)
            db.session.add(drawn)
        if arrives:
            keeping.put(owner, drawing, "image/jpeg")
            jobs.run_all()
        return drawn.id

    return draw


@pytest.fixture
def meanwhile(monkeypatch):
    """`meanwhile(module, name, act)`: the next time this has done its work, `act` happens before its caller goes on."""

    def meanwhile(module, name, act):
        work = getattr(module, name)

        def interrupted(*given, **named):
            result = work(*given, **named)
            monkeypatch.setattr(module, name, work)
            act()
            return result

        monkeypatch.setattr(module, name, interrupted)

    return meanwhile


def renditions_of(original: bytes) -> list[str]:
    with transaction(write=False):
        made = db.select(Rendition.sha256).where(Rendition.original_sha256 == sha256(original))
        return list(db.session.scalars(made))


class TestBytesOfAnother:
    """Bytes that went with a photo are the bytes of whatever else is filed with their hash."""

    @pytest.mark.parametrize("kind", ["preview", "rendition", "annotation", "copy of annotation"])
    def test_a_photo_filed_with_them_is_shown_as_deleted(
        self, file_photo, redact, shown, sign_in, make_visit, draw, owner, kind
    ):
        data, drawing, ahead = (jpeg(scene(seed=seed)) for seed in (31, 32, 33))
        photo = file_photo(data=data, preview_sha256=sha256(ahead))
        keeping.put(owner, ahead, "image/jpeg")
        draw(photo, drawing)
        named = {
            "preview": sha256(ahead),
            "rendition": renditions_of(data)[0],
            "annotation": sha256(drawing),
            "copy of annotation": renditions_of(drawing)[0],
        }[kind]
        redact(photo)

        visit = make_visit("zhou")
        late = file_photo(visit, data=None, sha256=named)

        assert shown(late)["redaction"]["reason"] == LAWFUL["reason"]
        assert shown(late)["redaction"]["words"] == LAWFUL["words"]
        picture = sign_in("sun").get(f"/api/evidence/{late}/renditions/320")
        assert "已依法删除" in picture.text

    def test_a_picture_that_another_photo_gave_too_stays(self, file_photo, redact, follow, sign_in):
        data = jpeg(scene(seed=34))
        first, second = file_photo(data=data), file_photo(data=data + b"\0")
        assert renditions_of(data) == renditions_of(data + b"\0")

        redact(first)
        follow(sign_in("sun").get(f"/api/evidence/{second}/renditions/320"))
        assert len(kept_of(second)) == 3, "its original and two copies"

        redact(second)
        assert kept_of(second) == []

    def test_what_was_drawn_on_another_photo_stays(self, file_photo, redact, draw, follow, sign_in):
        data = jpeg(scene(seed=35))
        first, second = file_photo(data=data), file_photo(data=jpeg(scene(seed=36)))
        draw(second, data)

        redact(first)

        follow(sign_in("sun").get(f"/api/evidence/{second}/annotation/renditions/320"))

    def test_what_came_with_the_first_goes_with_the_last_of_the_same_bytes(
        self, file_photo, redact, owner
    ):
        data, ahead = (jpeg(scene(seed=seed)) for seed in (37, 38))
        first = file_photo(data=data, preview_sha256=sha256(ahead))
        keeping.put(owner, ahead, "image/jpeg")
        second = file_photo(data=data)

        redact(first)
        redact(second)

        assert kept_of(first) == []

    def test_a_deleted_photo_is_not_shown_by_the_bytes_that_another_still_needs(
        self, file_photo, redact
    ):
        data = jpeg(scene(seed=39))
        first, _ = file_photo(data=data), file_photo(data=data)
        redact(first)

        with transaction(write=False), pytest.raises(Redacted):
            showing.rendition_url(db.session.get_one(Evidence, first), SMALL)

    def test_two_who_delete_the_same_bytes_at_once_leave_none(self, app, file_photo):
        data = jpeg(scene(seed=40))
        first, second = file_photo(data=data), file_photo(data=data)

        def delete(photo: str) -> None:
            ordered = redacting.Ordered("ordered", "法院裁定")
            redacting.redact(db.session.get_one(Evidence, photo), None, ordered)

        def another() -> None:
            with app.app_context(), transaction():
                delete(second)

        other = Thread(target=another)
        with transaction():
            delete(first)
            other.start()
            other.join(1)  # as far as it comes while the first is not committed
        other.join()
        jobs.run_all()

        assert kept_of(first) == []


class TestDeletedWhileItIsRead:
    def test_no_copy_of_a_photo_is_kept(self, file_photo, redact, shown, meanwhile, owner):
        data = jpeg(scene(seed=41))
        photo = file_photo(data=None, sha256=sha256(data))
        meanwhile(sandbox, "read", lambda: redact(photo))

        keeping.put(owner, data, "image/jpeg")
        jobs.run_all()

        assert kept_of(photo) == []
        assert renditions_of(data) == []
        assert shown(photo)["bytes"]["intake"] == "redacted"
        assert jobs_left() == []

    def test_no_copy_of_what_was_drawn_on_it_is_kept(
        self, file_photo, redact, draw, meanwhile, owner
    ):
        photo = file_photo()
        meanwhile(sandbox, "read", lambda: redact(photo))

        draw(photo, jpeg(scene(seed=42)))

        assert kept_of(photo) == []

    def test_no_viewing_copy_is_kept(self, file_photo, redact, meanwhile, owner):
        data = clip(size=(640, 480), rate=4)
        video = file_photo(data=None, sha256=sha256(data), shot="video")
        meanwhile(recoding_apart, "recode", lambda: redact(video))

        keeping.put(owner, data, "video/mp4")
        jobs.run_all()

        assert kept_of(video) == []
        with transaction(write=False):
            assert db.session.scalars(db.select(ViewingCopy.sha256)).all() in ([], [None])
        assert jobs_left() == []


class TestWhatComesAfterwards:
    def test_the_same_bytes_once_more(self, file_photo, redact, owner):
        data = jpeg(scene(seed=43))
        photo = file_photo(data=data)
        redact(photo)

        keeping.put(owner, data, "image/jpeg")
        jobs.run_all()

        assert kept_of(photo) == []

    def test_the_same_picture_of_another_original(self, file_photo, redact):
        data = jpeg(scene(seed=44))
        redact(file_photo(data=data))

        late = file_photo(data=data + b"\0")

        assert len(kept_of(late)) == 1, "the original alone"
        assert renditions_of(data + b"\0") == []

    @pytest.mark.parametrize("part", ["annotation", "envelope of annotation"])
    def test_what_was_drawn_on_it(self, file_photo, redact, draw, owner, part):
        photo, drawing = file_photo(), jpeg(scene(seed=45))
        sealed = {"envelope_sha256": sha256(drawing)} if part != "annotation" else {}
        drawn_id = draw(photo, b"other" if sealed else drawing, arrives=False, **sealed)
        redact(photo)

        keeping.put(owner, drawing, "image/jpeg")
        jobs.run_all()
        with at(now() + intake.SETTLED_AFTER * 2):
            annotating.sweep()

        assert kept_of(photo) == []
        with transaction(write=False):
            asked = db.select(Job.id).where(Job.subject_id == drawn_id, Job.finished_at.is_(None))
            assert db.session.scalars(asked).all() == []

    def test_what_came_ahead_of_a_file_that_was_deleted(self, file_photo, redact, owner):
        data, ahead = (jpeg(scene(seed=seed)) for seed in (46, 47))
        photo = file_photo(data=data)
        redact(photo)

        file_photo(data=None, sha256=sha256(data), preview_sha256=sha256(ahead))
        keeping.put(owner, ahead, "image/jpeg")
        jobs.run_all()

        assert kept_of(photo) == []


class TestDrawnWithTheBytesOfAPhoto:
    """An annotation is compared with nothing; a photo of the same bytes is all the same."""

    def test_the_photo_is_recognised_though_the_annotation_was_read_first(self, file_photo, draw):
        data = jpeg(scene((900, 700), seed=48))
        draw(file_photo(), data)
        assert likenesses_of(data) == 0

        file_photo(data=data)

        assert likenesses_of(data) == 1
        with transaction(write=False):
            read = db.select(Reading.measures).where(Reading.sha256 == sha256(data))
            assert "pdq" in db.session.scalar(read)

    def test_the_sweep_asks_for_a_photo_that_was_read_as_an_annotation_alone(
        self, file_photo, draw
    ):
        data = jpeg(scene((900, 700), seed=49))
        draw(file_photo(), data)
        file_photo(data=None, sha256=sha256(data))
        with transaction():  # as if each had missed the other
            row = db.session.scalar(db.select(Reading).where(Reading.sha256 == sha256(data)))
            row.measures = {intake.SHOWN_ONLY: True}

        with at(now() + intake.SETTLED_AFTER * 2):
            intake.sweep()
            jobs.run_all()

        with transaction(write=False):
            read = db.select(Reading.measures).where(Reading.sha256 == sha256(data))
            assert "pdq" in db.session.scalar(read)

    def test_the_photo_is_recognised_though_the_annotation_was_read_last(
        self, file_photo, draw, meanwhile
    ):
        data = jpeg(scene((900, 700), seed=50))
        drawn_upon = file_photo()
        meanwhile(sandbox, "read", lambda: file_photo(data=data))

        draw(drawn_upon, data)

        assert likenesses_of(data) == 1
        with transaction(write=False):
            assert db.session.scalar(db.select(Annotation.sha256)) == sha256(data)


def likenesses_of(data: bytes) -> int:
    with transaction(write=False):
        rows = db.select(Likeness.number).where(Likeness.sha256 == sha256(data))
        return len(db.session.scalars(rows).all())


def jobs_left() -> list[Job]:
    with transaction(write=False):
        failed = db.select(Job).where(Job.finished_at.is_(None), Job.error.is_not(None))
        return list(db.session.scalars(failed))
