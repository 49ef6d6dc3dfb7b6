"""Notices and tombstones as sentences, Chinese or English, built when they are shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fieldapp.clock import SHANGHAI
from fieldapp.seals.chaining import Notice

_NOTICES = {
    "gap": (
        "{between}缺 {count} 个封签（第 {range} 号）：可能是还没有提交的另一次检查，也可能是手机数据被删改",
        "{count} seals (no. {range}) {between_en} have not come: another visit that is not handed in yet, or data taken out of the phone",
    ),
    "fork": (
        "第 {first} 号有 {count} 个不同的封签：手机数据被复制过，或恢复过旧数据",
        "{count} different seals stand at no. {first}: the phone's data was copied, or put back from older data",
    ),
    "broken": (
        "第 {first} 号封签接不上前一个（{at}）：中间的内容被换过",
        "Seal no. {first} ({at}) does not follow the one before it: something in between was exchanged",
    ),
    "seal_invalid": (
        "{name}送来 {count} 个签名不对的封签（最早 {at}）",
        "{name} brought {count} seals whose signature is wrong (the earliest of {at})",
    ),
    "clock_back": (
        "手机时钟在 {at} 往回调了 {count} 分钟",
        "The phone's clock went back {count} minutes at {at}",
    ),
    "position_refused": (
        "{count} 张照片拍摄时手机没有授权定位",
        "{count} photos were taken while the phone refused to tell its position",
    ),
    "unsealed": ("{count} 张照片没有封签", "{count} photos have no seal"),
    "re_enrolled": (
        "{name} 在 {at} 重新登记，旧登记没有停用：可能清除过浏览器数据或换了手机，旧登记中没有上传的内容已经丢失或仍在旧手机里",
        "{name} was enrolled anew at {at} while the earlier enrolment stands: site data was cleared or the phone changed, and what the earlier one had not sent is lost or still on it",
    ),
    "not_submitted": (
        "{at} 开始的检查（{name}）至今没有提交，已拍 {count} 张",
        "The visit begun at {at} ({name}) has not been handed in; {count} photos were taken",
    ),
    "handed_over": (
        "草稿于 {at} 交给另一台手机，接收方还没有提交",
        "The draft was handed to another phone at {at} and has not been handed in there",
    ),
}

_SOFTENED = {
    "fail": ("不合格", "unsafe"),
    "suspected_major": ("疑似重大", "suspected major"),
    "general": ("一般", "general"),
    "pass": ("合格", "pass"),
    "not_applicable": ("不适用", "not applicable"),
    "not_inspected": ("未能检查", "not inspected"),
    "unanswered": ("未答", "unanswered"),
}
_MINUTE = 60


def notice(found: Notice, *, english: bool) -> str:
    zh, en = _NOTICES[found.code]
    words = {
        "count": found.count,
        "first": found.first,
        "range": str(found.first) if found.first == found.last else f"{found.first}–{found.last}",
        "at": _when(found.at) if found.at else "",
        "name": found.name,
        "between": _between(found),
        "between_en": _between_en(found),
    }
    return (en if english else zh).format_map(words)


def tombstone(said: Mapping[str, Any], at: datetime, stood_s: int | None, *, english: bool) -> str:
    """`said` is the signed text's content; `stood_s`: how long what was taken back had stood."""
    if said["kind"] == "photo_removed":
        zh, en = (
            "{at} 删除了一张照片（拍下 {stood}后）",
            "{at}: a photo was deleted {stood} after it was taken",
        )
    else:
        zh = "{at} 把“{before}”改为“{after}”（{stood}后）"
        en = "{at}: “{before}” became “{after}” after {stood}"
    words = {
        "at": _when(at),
        "stood": _span(stood_s, english=english),
        "before": _word(said.get("from"), english=english),
        "after": _word(said.get("to"), english=english),
    }
    return (en if english else zh).format_map(words)


def _word(value: object, *, english: bool) -> str:
    zh, en = _SOFTENED.get(str(value), (str(value), str(value)))
    return en if english else zh


def _span(seconds: int | None, *, english: bool) -> str:
    if seconds is None:
        return "some time" if english else "一段时间"
    if seconds < _MINUTE:
        return f"{seconds} s" if english else f"{seconds} 秒"
    return f"{seconds // _MINUTE} min" if english else f"{seconds // _MINUTE} 分钟"


def _when(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"


def _between(found: Notice) -> str:
    if found.at is None:
        return f"{_when(found.until)} 之前" if found.until else ""
    return f"{_when(found.at)} 至 {_when(found.until)} 之间" if found.until else ""


def _between_en(found: Notice) -> str:
    if found.at is None:
        return f"before {_when(found.until)}" if found.until else ""
    return f"between {_when(found.at)} and {_when(found.until)}" if found.until else ""
