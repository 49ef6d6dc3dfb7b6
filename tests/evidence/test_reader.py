"""Files of every kind through the reader, each in its own process as intake runs it."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fieldapp import cli
from fieldapp.evidence import sandbox
from tests.evidence.photos import (
    ORIENTATION,
    jpeg,
    many_scans,
    png_claiming,
    png_with_text_bomb,
    saved,
    scene,
)
from tests.fixtures.authorities import certificates

NORTH_EAST = {1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)}


def heic() -> bytes:
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(scene()).save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (jpeg(), "image/jpeg"),
        (saved(scene(), "JPEG", progressive=True), "image/jpeg"),
        (saved(scene().convert("L"), "JPEG"), "image/jpeg"),
        (saved(scene().convert("CMYK"), "JPEG"), "image/jpeg"),
        (saved(scene().convert("RGBA"), "PNG"), "image/png"),
        (saved(scene().convert("P"), "PNG"), "image/png"),
        (saved(scene().convert("I;16"), "PNG"), "image/png"),
        (saved(scene(), "WEBP"), "image/webp"),
        (heic(), "image/heic"),
    ],
)
def test_a_photo_of_each_kind_is_shown(read, data, media_type):
    result = read(data)

    assert (result.said["intake"], result.said["state"]) == ("accepted", "shown")
    assert result.said["media_type"] == media_type
    assert (result.said["width"], result.said["height"]) == (400, 300)
    assert [(p.longest_side, p.width) for p in result.pictures] == [(1600, 400), (320, 320)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff", "empty"),
        (b"MZ\x90\0" + b"\0" * 60, "type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "type"),
        (b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n", "type"),
        (saved(scene(), "GIF"), "type"),
        (saved(scene(), "TIFF"), "type"),
        (b"\xff\xd8\xff\xe0" + b"junk" * 20, "corrupt"),
        (png_claiming(65_000, 65_000), "too_many_pixels"),
        (png_claiming(9_000, 6_600), "too_many_pixels"),
        (png_with_text_bomb(), "corrupt"),
        (many_scans(), "corrupt"),
        (b"\0\0\0\x18ftypisom" + b"\0" * 64, "corrupt"),
    ],
)
def test_what_is_no_photo_is_refused(read, data, reason):
    said = read(data).said

    assert (said["intake"], said["state"], said["reason"]) == ("refused", None, reason)


def test_a_truncated_photo_is_kept_unread_with_what_its_head_says(read):
    said = read(jpeg(main={271: "HUAWEI"})[:4000]).said

    assert (said["intake"], said["state"], said["reason"]) == (
        "accepted",
        "unreadable",
        "truncated",
    )
    assert (said["width"], said["exif"]["make"]) == (400, "HUAWEI")


@pytest.mark.parametrize("kept", [33, 60])
def test_a_png_cut_before_its_pixels_is_kept_unread(read, kept):
    said = read(saved(scene(), "PNG", pnginfo=words())[:kept]).said

    assert (said["intake"], said["state"], said["reason"]) == (
        "accepted",
        "unreadable",
        "truncated",
    )
    assert (said["width"], said["height"]) == (400, 300)


def words() -> PngInfo:
    info = PngInfo()
    info.add_text("Comment", "x" * 200)
    return info


def test_a_png_cut_in_its_header_is_refused(read):
    assert read(saved(scene(), "PNG")[:30]).said["reason"] == "corrupt"
    assert read(png_claiming(9_000, 6_600)[:40]).said["reason"] == "too_many_pixels"


def test_tags_that_make_no_sense_are_said_to_be_there(read):
    junk = b"Exif\0\0" + b"\xff" * 24
    photo = jpeg()
    said = read(
        photo[:2] + b"\xff\xe1" + (len(junk) + 2).to_bytes(2, "big") + junk + photo[2:]
    ).said

    assert (said["state"], said["notes"]) == ("shown", [{"code": "exif_unreadable"}])


def test_a_position_in_another_datum_is_noted(read):
    said = read(jpeg(gps=NORTH_EAST | {18: "TOKYO"})).said

    assert (said["exif"]["datum"], said["notes"]) == (
        "TOKYO",
        [{"code": "position_datum", "datum": "TOKYO"}],
    )
    assert read(jpeg(gps=NORTH_EAST | {18: "WGS84"})).said["notes"] == []


def test_a_photo_beyond_what_we_decode_is_accepted_and_not_shown(read):
    result = read(saved(Image.new("L", (9000, 8000), 128), "JPEG", quality=20))

    assert (result.said["intake"], result.said["state"]) == ("accepted", "not_shown")
    assert result.pictures == ()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright(read, orientation):
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how a camera would have stored it
    stored = scene() if orientation == 1 else scene().transpose(Image.Transpose(undo[orientation]))

    [large, _] = read(jpeg(stored, main={ORIENTATION: orientation}, quality=95)).pictures

    picture = Image.open(io.BytesIO(large.data))
    assert picture.size == (400, 300)
    assert picture.getpixel((5, 5))[0] > 200
    assert picture.getpixel((395, 295)) != picture.getpixel((5, 5))


@pytest.mark.parametrize(
    ("trailing", "kind"),
    [
        (b"PK\x03\x04" + b"x" * 3000, "zip"),
        (b"\0" * 3000, "zeros"),
        (jpeg(scene((64, 48))), "jpeg"),
        (b"x" * 9, None),
    ],
)
def test_what_lies_after_the_picture_is_named_and_not_opened(read, trailing, kind):
    said = read(jpeg() + trailing).said

    expected = [{"code": "trailing_data", "size": len(trailing), "kind": kind}] if kind else []
    assert said["notes"] == expected
    assert said["state"] == "shown"


def test_a_thumbnails_scans_are_not_counted(read):
    thumbnail = many_scans(size=(64, 48))
    with_segment = jpeg()
    segment = b"\xff\xef" + (len(thumbnail) + 2).to_bytes(2, "big") + thumbnail

    assert read(with_segment[:2] + segment + with_segment[2:]).said["state"] == "shown"


def test_inspect_prints_a_line_for_each_file(tmp_path, capsys):
    good, bad = tmp_path / "good.jpg", tmp_path / "bad.jpg"
    good.write_bytes(jpeg(gps=NORTH_EAST))
    bad.write_bytes(b"PK\x03\x04" + b"\0" * 40)

    code = cli.run(["evidence", "inspect", str(good), str(bad)])

    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert code == 0
    assert (first["path"], first["intake"], first["state"]) == (str(good), "accepted", "shown")
    assert (first["exif"]["lat"], first["exif"]["lon"]) == pytest.approx((31.230278, 121.473611))
    assert (second["intake"], second["reason"], second["size"]) == ("refused", "type", 44)


def test_inspect_prints_every_field_whatever_the_file(tmp_path, capsys):
    bare, paper = tmp_path / "bare.jpg", tmp_path / "paper.pdf"
    bare.write_bytes(jpeg())
    paper.write_bytes(b"%PDF-1.7" * 9)
    other = tmp_path / "other"
    other.write_bytes(b"PK\x03\x04" + b"\0" * 40)

    assert cli.run(["evidence", "inspect", *map(str, (bare, paper, other))]) == 0

    for line in map(json.loads, capsys.readouterr().out.splitlines()):
        assert list(line) == [
            *("path", "sha256", "size", "intake", "state", "reason", "media_type"),
            *("width", "height", "duration", "exif", "notes", "pdq", "quality"),
        ]
        assert line["exif"] == {
            **dict.fromkeys(("captured_at", "offset", "lat", "lon")),
            "redacted": False,
            "make": None,
            "model": None,
            "software": None,
        }


def test_inspect_gives_a_line_to_every_file_whatever_its_name(tmp_path):
    names = [
        b"a\nb.jpg",
        "照片.jpg".encode(),
        b"\xff\xfe.jpg",
        b"-x.jpg",
        "\U0001f600.jpg".encode(),
    ]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(jpeg())
    given = [os.fsencode(tmp_path / os.fsdecode(name)) for name in names]

    for coding in ("utf-8", "ascii", "utf-8:strict"):
        ran = subprocess.run(
            [sys.executable, "-m", "fieldapp.cli", "evidence", "inspect", *given],
            env={**os.environ, "PYTHONIOENCODING": coding},
            check=True,
            capture_output=True,
        )
        lines = [json.loads(line) for line in ran.stdout.decode().splitlines()]
        assert [os.fsencode(line["path"]) for line in lines] == given


def test_inspect_waits_for_no_pipe_and_goes_on_to_the_next_file(tmp_path, capsys):
    pipe, good = tmp_path / "pipe.jpg", tmp_path / "good.jpg"
    os.mkfifo(pipe)
    good.write_bytes(jpeg())

    assert cli.run(["evidence", "inspect", str(pipe), str(tmp_path), "/dev/zero", str(good)]) == 1

    told = capsys.readouterr()
    assert [json.loads(line)["path"] for line in told.out.splitlines()] == [str(good)]
    assert [line.split(":")[0] for line in told.err.splitlines()] == [
        *(str(pipe), str(tmp_path), "/dev/zero")
    ]


def test_inspect_takes_the_list_of_signers_from_where_it_was_called(tmp_path, monkeypatch, capsys):
    (tmp_path / "signed.jpg").write_bytes(jpeg(comment=b"c2pa"))
    certificates(tmp_path / "ours", "somebody")
    (tmp_path / "junk.pem").write_text("no certificate")
    monkeypatch.chdir(tmp_path)
    words = ["evidence", "inspect", "signed.jpg", "--c2pa-trust"]

    assert cli.run([*words, "ours/root.pem"]) == 0
    for wrong, said in {"gone.pem": "no such file", "junk.pem": "holds no certificate"}.items():
        with pytest.raises(SystemExit) as ended:
            cli.run([*words, wrong])
        assert (ended.value.code, said in capsys.readouterr().err) == (2, True)


def test_inspect_names_a_file_that_is_not_there(tmp_path, capsys):
    assert cli.run(["evidence", "inspect", str(tmp_path / "gone.jpg")]) == 1
    assert "gone.jpg" in capsys.readouterr().err


@pytest.mark.parametrize("size", [(400, 300), (2400, 1800)])
def test_no_word_of_the_original_is_in_what_people_look_at(read, size):
    tags = {"main": {271: "secret-maker"}, "comment": b"secret-words", "icc_profile": b"secret" * 9}

    pictures = read(jpeg(scene(size), **tags)).pictures

    assert [b"secret" in picture.data for picture in pictures] == [False, False]


def test_whoever_reads_is_told_nothing_of_ours(read, monkeypatch):
    """Only how large the C library asks for pages; all that a stranger's file could learn from it is how we save time."""
    monkeypatch.setenv("FIELDAPP_SECRET_KEY", "ours")
    monkeypatch.setattr(sandbox, "_zygotes", {})

    read(jpeg())

    [zygote] = sandbox._zygotes.values()
    told = Path(f"/proc/{zygote.process_id}/environ").read_bytes()
    zygote.end()
    others = [one for one in told.split(b"\0") if not one.lower().startswith(b"glibc")]
    assert (len(told) > 0, [one for one in others if one.strip(b"0123456789")]) == (True, [])
