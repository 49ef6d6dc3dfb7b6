"""What a request's schema says of a field, in Chinese: its own sentences are English, and people read them on screens."""

import re

_CHINESE = tuple(
    (re.compile(said), zh)
    for said, zh in (
        (r"Missing data for required field\.", "必填。"),
        (r"Field may not be null\.", "不能为空。"),
        (r"Unknown field\.", "不认识的字段。"),
        (r"Must be one of: (.*)\.", r"须为以下之一：\1。"),
        (r"Shorter than minimum length (\d+)\.", r"至少 \1 个字。"),
        (r"Longer than maximum length (\d+)\.", r"最多 \1 个字。"),
        (r"Length must be between 1 and (\d+)\.", r"须填写，最多 \1 个字。"),
        (r"Length must be between (\d+) and (\d+)\.", r"长度须为 \1 到 \2。"),
        (r"Must be greater than or equal to (\S+)\.", r"不能小于 \1。"),
        (r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.", r"须在 \1 到 \2 之间。"),
        (r"Must be less than or equal to (\S+)\.", r"不能大于 \1。"),
        (r"Not a valid integer\.", "须为整数。"),
        (r"Not a valid (?:aware )?(?:datetime|date)\.", "不是有效的时间。"),
        (r"A year, such as 2026\.", "须为年份，如 2026。"),
        (r"(?:Not a valid|Invalid|String does not match).*", "格式不正确。"),
    )
)  # fmt: skip


def in_chinese(said: str) -> str:
    """The sentence in Chinese; as it is where it is one of ours."""
    for pattern, zh in _CHINESE:
        found = pattern.fullmatch(said)
        if found:
            return found.expand(zh)
    return said
