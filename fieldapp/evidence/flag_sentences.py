"""Flags as sentences, built from their numbers when they are shown."""

from collections.abc import Mapping
from typing import Any

_WORDS = {
    "site_position_unset": (
        "工地位置尚未核定，无法判断距离",
        "The site's position is not set; distance cannot be judged",
    ),
    "position_missing": ("没有定位", "No position"),
    "position_stale": ("定位是拍摄前 {age} 的", "The position is {age} older than the photo"),
    "position_vague": ("定位精度只有 {accuracy}", "The position is only good to {accuracy}"),
    "far_from_site": (
        "距工地 {distance}（精度 {accuracy}）",
        "{distance} from the site (accuracy {accuracy})",
    ),
    "captured_before_task": ("早于任务下达 {span}", "Taken {span} before the task was issued"),
    "clock_skew": ("手机时钟{direction} {span}", "The phone's clock is {span} {direction}"),
    "exif_time_differs": (
        "照片内记录的时间是 {exif_time}，与拍摄时间相差 {span}",
        "The file itself says {exif_time}, {span} from the capture",
    ),
    "exif_position_differs": (
        "照片内记录的位置距{against} {distance}（照片多不写明坐标系，偏差在 2 公里内的不提示）",
        "The file's own position is {distance} from {against} (its datum is seldom written: under 2 km nothing is said)",
    ),
    "imported": ("从相册导入，不是现场拍摄", "Imported from the gallery, not taken in the app"),
    "seal_invalid": ("封签与照片或手机不符", "The seal does not fit the photo or the phone"),
    "reused_exact": (
        "同一文件还用于另外 {times} 处，其中 {elsewhere} 处不属本次检查",
        "The same file serves as {times} other evidence, {elsewhere} of it outside this visit",
    ),
    "reused_near": (
        "与较早的 {times} 张照片画面相同或相近（最近的相差 {distance} 位，满 256）",
        "Looks like {times} earlier photos (the nearest differs in {distance} of 256 bits)",
    ),
    "reused_part": (
        "疑似由较早的 {times} 张照片裁剪或改动而成",
        "Perhaps cut from or made of {times} earlier photos",
    ),
    "position_repeated": (
        "{times} 条记录的经纬度与精度逐位相同，前后 {span}；真实定位少有如此",
        "{times} records over {span} share every digit of their position; real ones hardly do",
    ),
    "speed_impossible": (
        "距同一人上一张照片 {distance}、相隔 {span}，需时速 {kmh} 公里",
        "{distance} from the same person's last photo {span} before: {kmh} km/h",
    ),
    "chain_gap": (
        "该手机的拍摄链在这张之前缺一环；可能尚未上传，也可能被删去",
        "A link before this one is missing in its phone's chain: not sent yet, or taken out",
    ),
    "edited": ("文件由修图软件存过（{software}）", "Saved by an editor ({software})"),
    "credentials_invalid": (
        "内容凭证（C2PA）与文件不符，签署后被改动过",
        "Its content credentials (C2PA) do not fit: changed since it was signed",
    ),
    "preview_differs": (
        "手机先传的预览与原图画面不符（相差 {distance} 位，满 256）",
        "The preview that the phone sent first shows something else ({distance} of 256 bits)",
    ),
    "screen_suspected": (
        "可能翻拍自屏幕或印刷品（规则细纹达常态 {pattern} 倍；弱提示，约半数翻拍不会被发现）",
        "Perhaps a photo of a screen or print (a regular pattern {pattern} times the usual; weak: half of them go unseen)",
    ),
    "dark": ("画面很暗（亮度 {brightness}，满 255）", "Very dark (brightness {brightness} of 255)"),
    "blurred": ("画面可能模糊（清晰度 {sharpness}）", "Perhaps blurred (sharpness {sharpness})"),
    "trailing_data": (
        "文件末尾附有 {size} 其他数据（{kind}）",
        "{size} of other data after the picture ({kind})",
    ),
}

AGAINST = {"fix": ("手机定位", "the phone's"), "site": ("工地", "the site")}
KILOMETRE = 1000
CODES = frozenset(_WORDS)


def sentence(code: str, numbers: Mapping[str, Any], *, english: bool) -> str:
    """`距工地 2.3 公里（精度 12 米）`."""
    zh, en = _WORDS[code]
    return (en if english else zh).format_map({**numbers, **_spoken(numbers, english)})


def metres(value: int, *, english: bool) -> str:
    if value < KILOMETRE:
        return f"{value} m" if english else f"{value} 米"
    return f"{value / KILOMETRE:.1f} km" if english else f"{value / KILOMETRE:.1f} 公里"


def span(seconds: int, *, english: bool) -> str:
    """The two largest parts: 2 天 3 小时."""
    parts = []
    rest = abs(seconds)
    for size, zh, en in (
        (86400, "天", "d"),
        (3600, "小时", "h"),
        (60, "分", "min"),
        (1, "秒", "s"),
    ):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {en if english else zh}")
    return " ".join(parts[:2]) or ("0 s" if english else "0 秒")


def _spoken(numbers: Mapping[str, Any], english: bool) -> dict[str, str]:  # noqa: FBT001 - passed on as it came
    spoken: dict[str, str] = {}
    if "distance_m" in numbers:
        spoken["distance"] = metres(numbers["distance_m"], english=english)
    if "accuracy_m" in numbers:
        spoken["accuracy"] = metres(numbers["accuracy_m"], english=english)
    if "age_s" in numbers:
        spoken["age"] = span(numbers["age_s"], english=english)
    if "seconds" in numbers:
        slow = numbers["seconds"] > 0
        spoken["span"] = span(numbers["seconds"], english=english)
        spoken["direction"] = ("slow" if slow else "fast") if english else ("慢" if slow else "快")
    if "against" in numbers:
        spoken["against"] = AGAINST[numbers["against"]][english]
    if "bytes" in numbers:
        spoken["size"] = f"{max(1, numbers['bytes'] >> 10)} KiB"
    return spoken
