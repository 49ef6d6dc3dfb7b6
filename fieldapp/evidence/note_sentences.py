"""What intake noted of a file, as sentences: facts of the file, while flags are what a person is to look at."""

from collections.abc import Mapping
from typing import Any

_WORDS = {
    "trailing_data": (
        "末尾附有 {kib} KiB 其他数据（{kind}），未打开",
        "{kib} KiB of other data after its end ({kind}), not opened",
    ),
    "motion_photo": ("动态照片，附有一段短视频", "A moving photo: a clip goes with it"),
    "several_pictures": (
        "文件内还有其他画面（如增益图）",
        "Further pictures are in the file, such as a gain map",
    ),
    "rotated": (
        "录制时转了 {degrees}°，副本已摆正",
        "Held turned by {degrees}°; the copy is upright",
    ),
    "too_many_frames": (
        "慢动作，每秒 {per_second} 帧，不生成副本",
        "Slow motion, {per_second} pictures a second; no copy is made",
    ),
    "too_many_scans": (
        "扫描 {count} 遍，远多于任何相机",
        "{count} scans, far more than any camera makes",
    ),
    "exif_unreadable": ("EXIF 已损坏，读不出", "The EXIF block is damaged"),
    "exif_time_unreadable": (
        "EXIF 时间不可能存在，未采用",
        "The time in EXIF cannot be; it is left out",
    ),
    "exif_position_unreadable": (
        "EXIF 位置不可能存在，未采用",
        "The position in EXIF cannot be; it is left out",
    ),
    "position_datum": (
        "EXIF 位置的坐标系写作 {datum}，不是 WGS-84",
        "The position in EXIF refers to {datum}, not to WGS-84",
    ),
    "c2pa:trusted": (
        "内容凭证（C2PA）有效，签署者在信任名单内",
        "Content credentials (C2PA): valid, by a signer on the trust list",
    ),
    "c2pa:valid": (
        "内容凭证（C2PA）与文件相符；签署者不在信任名单内，不能说明是谁",
        "Content credentials (C2PA): they fit the file; whose they are is not known",
    ),
    "c2pa:invalid": (
        "内容凭证（C2PA）与文件不符",
        "Content credentials (C2PA): they do not fit the file",
    ),
    "c2pa:not_read": (
        "内容凭证（C2PA）不在文件内或读不出；从不联网取用",
        "Content credentials (C2PA): elsewhere or unreadable; nothing is ever fetched",
    ),
}


def sentence(note: Mapping[str, Any], *, english: bool) -> str:
    """Of a code that we do not know, as an older reader may have left it, the code itself."""
    code = f"c2pa:{note['state']}" if note["code"] == "c2pa" else note["code"]
    zh, en = _WORDS.get(code, (code, code))
    return (en if english else zh).format_map({**note, "kib": max(1, note.get("size", 0) >> 10)})
