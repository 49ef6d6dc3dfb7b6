import copy
import hashlib
import json
import shutil

import pytest
import rfc8785

from fieldapp.checklists import editions
from fieldapp.checklists.checking import BadEdition
from tests.checklists.tables import RECORDED, says, table

FOLDER = editions.DATA / "monthly_check" / "2026-1"


@pytest.fixture
def copied(tmp_path):
    """A copy of the edition that a test may spoil: replace(file, old, new), then problems()."""
    return Copy(tmp_path)


class Copy:
    def __init__(self, root):
        self.root = root
        shutil.copytree(FOLDER, root / "monthly_check" / "2026-1")

    def replace(self, file, old, new):
        path = self.root / "monthly_check" / "2026-1" / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def problems(self):
        with pytest.raises(BadEdition) as refused:
            editions.load("monthly_check", "2026-1", self.root)
        return refused.value.problems


def test_the_released_edition_gives_the_recorded_bytes_for_ever():
    assert editions.as_json(editions.load("monthly_check", "2026-1")) == RECORDED


def test_the_digest_is_of_the_canonical_bytes():
    assert RECORDED["digest"] == hashlib.sha256(rfc8785.dumps(RECORDED["edition"])).hexdigest()


def test_what_was_published_reads_back_as_it_was():
    assert editions.as_json(editions.from_json(RECORDED)) == RECORDED


def test_it_survives_being_kept_as_text():
    assert editions.as_json(editions.from_json(json.loads(json.dumps(RECORDED)))) == RECORDED


def test_a_changed_word_breaks_the_digest():
    forged = copy.deepcopy(RECORDED)
    forged["edition"]["categories"][0]["items"][0]["severity"] = "general"

    with pytest.raises(BadEdition):
        editions.from_json(forged)


def test_no_number_of_a_limit_is_a_float():
    limits = [
        li for c in RECORDED["edition"]["categories"] for i in c["items"] for li in i["limits"]
    ]
    values = [
        v
        for li in limits
        for v in [li["v"], *[row["v"] for row in li["table"] or []]]
        if v is not None
    ]

    assert values
    assert all(isinstance(v, str) for v in values)


@pytest.mark.parametrize("case", table("spoilt_editions")["cases"], ids=says)
def test_a_spoilt_edition_is_refused_by_file_item_and_field(copied, case):
    copied.replace(case["file"], case["old"], case["new"])

    problems = copied.problems()

    assert any(case["problem"] in p for p in problems), problems


def test_several_problems_are_told_at_once(copied):
    copied.replace("crane.yaml", "unit: tower_crane}", "unit: tower}")
    copied.replace("fire.yaml", "zone: 生活区", "zone: 食堂")

    assert len(copied.problems()) == 2
