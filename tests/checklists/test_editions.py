import copy
import hashlib
import json
import shutil

import pytest
import rfc8785

from fieldapp.checklists import editions
from fieldapp.checklists.checking import BadEdition
from tests.checklists.tables import RECORDED

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
    limits = [li for c in RECORDED["edition"]["categories"] for i in c["items"] for li in i["limits"]]
    values = [v for li in limits for v in [li["v"], *[row["v"] for row in li["table"] or []]] if v is not None]

    assert values
    assert all(isinstance(v, str) for v in values)


SPOILT = [
    ("two items of one id", "fire.yaml", "id: fire.fire_lane", "id: fire.layout_distance",
     "fire.yaml: fire.layout_distance: id: used twice"),
    ("an unknown unit kind", "crane.yaml", "unit: tower_crane}", "unit: tower}",
     "crane.yaml: crane.tower.registration: unit: no unit kind tower"),
    ("a major item without its condition", "crane.yaml", "    major_when: 缺失、失效或被短接\n", "",
     "crane.yaml: crane.tower.load_limiters: major_when: a major item needs the condition to ask"),
    ("a comparison nobody knows", "crane.yaml", 'op: "<=", v: 10,', 'op: "≤", v: 10,',
     "crane.yaml: crane.tower.hook_rope: limits[0].op: ≤ is none of <, <=, >, >="),
    ("a bound that is a word", "crane.yaml", 'op: "<=", v: 10,', 'op: "<=", v: ten,',
     "crane.yaml: crane.tower.hook_rope: limits[0]: v: is neither a number nor table"),
    ("a table without the question for its row", "crane.yaml", "u: m, by: 电压等级,", "u: m,",
     "crane.yaml: crane.tower.power_line: limits[0]: table: v: table needs the rows in `table` and the question for the row in `by`"),
    ("an alternative that nobody is to weigh", "scaffold.yaml", "alt: 架高1/4, judge: person}", "alt: 架高1/4}",
     "scaffold.yaml: scaffold.attached.safety_devices: limits[0].judge: an alternative or a tolerance of the plan needs judge: person"),
    ("a role nobody knows", "deep_pit.yaml", "role: applies}", "role: duty}",
     "deep_pit.yaml: pit.plan_review: limits[0].role: duty is not applies"),
    ("a photo kind nobody knows", "crane.yaml", "{near: 证件与本人同框,", "{selfie: 证件与本人同框,",
     "crane.yaml: crane.tower.operator_certificates: photo: no shot selfie"),
    ("a drawn test without a film or reading", "crane.yaml", "photo: {near: 各限位器近景, video: 触发限位试验}", "photo: {near: 各限位器近景}",
     "crane.yaml: crane.tower.travel_limits: photo: proof drawn with method operator_test finds no shot of its own in the list"),
    ("an always paper without the plate", "crane.yaml", "{far: 整机, near: 登记标志与限载牌, doc: 验收表}", "{far: 整机, doc: 验收表}",
     "crane.yaml: crane.hoist.registration: photo: proof always with method paper finds no shot of its own in the list"),
    ("a zone nobody walks", "fire.yaml", "zone: 生活区", "zone: 食堂", "fire.yaml: fire.temporary_housing_spacing: zone: no zone 食堂"),
    ("a sub-type no unit is of", "formwork.yaml", "sub: coupler", "sub: bamboo",
     "formwork.yaml: formwork.free_end_coupler: sub: no system of formwork_area shows bamboo"),
    ("a field with a slip in its name", "fire.yaml", "    fix: 立即清障。", "    fixx: 立即清障。",
     "fire.yaml: fire.fire_lane: fixx: unknown field"),
    ("a field given twice", "fire.yaml", "    fix: 立即清障。", "    fix: 立即清障。\n    fix: 改日再说。", "fix stands twice"),
    ("a phrase too long for a chip", "phrases.yaml", "车道被堆料占用", "消防车道被大量堆料占用着",
     "fire.yaml: fire.fire_lane: phrases: 消防车道被大量堆料占用着 is not 1 to 10 characters"),
    ("an item without phrases", "phrases.yaml", "fire.fire_lane: [车道被堆料占用, 净宽不足, 净高不足, 无回车场, 出入口上锁]\n", "",
     "fire.yaml: fire.fire_lane: phrases: 0 given, 3 to 5 wanted"),
    ("phrases of an item that is not there", "phrases.yaml", "fire.fire_lane:", "fire.lane:", "phrases.yaml: fire.lane: item: no such item"),
    ("a category's file that is not there", "edition.yaml", "file: fire.yaml", "file: flood.yaml", "flood.yaml: file: missing"),
    ("a unit kind of no category", "edition.yaml", "category: deep_pit\n", "category: tunnel\n", "edition.yaml: pit: category: no category tunnel"),
    ("a reason without its English", "edition.yaml", "zh: 上锁无人开门, en: \"Locked, nobody to open\",", "zh: 上锁无人开门,",
     "edition.yaml: locked: en: missing"),
    ("an answer word of its own", "edition.yaml", "{id: pass, zh: 合格", "{id: ok, zh: 合格",
     "edition.yaml: edition: answers: must be pass, fail, not_applicable, not_inspected"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "problem"), [s[1:] for s in SPOILT], ids=[s[0] for s in SPOILT])
def test_a_spoilt_edition_is_refused_by_file_item_and_field(copied, file, old, new, problem):
    copied.replace(file, old, new)

    problems = copied.problems()

    assert any(problem in p for p in problems), problems


def test_several_problems_are_told_at_once(copied):
    copied.replace("crane.yaml", "unit: tower_crane}", "unit: tower}")
    copied.replace("fire.yaml", "zone: 生活区", "zone: 食堂")

    assert len(copied.problems()) == 2
