"""What the last page says about each shortfall: code -> (zh, en). Twin: static/src/shared/checklist/sentences.ts."""

SENTENCES: dict[str, tuple[str, str]] = {
    "unanswered": ("{where}：还没有回答", "{where}: not answered yet"),
    "reading_unreadable": (
        "{where}：读数“{q}”看不懂，请重填",
        "{where}: the reading “{q}” is not a number",
    ),
    "row_missing": ("{where}：请选“{q}”", "{where}: choose “{q}”"),
    "pass_violates_limit": (
        "{where}：“{q}”超出限值，却答了合格",
        "{where}: answered pass although “{q}” is outside its limit",
    ),
    "reason_missing": ("{where}：请选未能检查的原因", "{where}: say why it could not be inspected"),
    "reason_words_missing": ("{where}：请写明原因", "{where}: write the reason in words"),
    "major_unanswered": (
        "{where}：请回答是否属于重大隐患情形",
        "{where}: answer whether the major condition is met",
    ),
    "words_missing": ("{where}：请说明不合格情况", "{where}: say what is wrong"),
    "deadline_missing": ("{where}：请定整改期限", "{where}: set the deadline"),
    "photo_missing": ("{where}：还缺{shot_zh}", "{where}: still needs “{shot_en}”"),
    "category_undeclared": (
        "{where}：登记中没有，请申报不在场或登记设备",
        "{where}: nothing registered; declare it absent or add units",
    ),
    "absence_reason_missing": ("{where}：请选不在场的原因", "{where}: say why it is not on site"),
    "absence_photo_missing": (
        "{where}：还缺不在场佐证照片",
        "{where}: still needs a photo of its absence",
    ),
    "never_absent": ("{where}：不能申报不在场，请检查", "{where}: cannot be declared absent"),
    "absent_while_registered": (
        "{where}：登记中有，却申报不在场",
        "{where}: declared absent although units are registered",
    ),
}
