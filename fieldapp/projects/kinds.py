"""What can stand in a project's register: kinds of units, their systems, and what is written down about them.

The checklist's editions say what is asked at each kind; a test holds the two lists together.
"""

from collections.abc import Mapping

SYSTEMS: Mapping[str, tuple[str, ...]] = {
    "tower_crane": ("tower_crane",),
    "builders_hoist": ("builders_hoist",),
    "material_hoist": ("material_hoist",),
    "mobile_crane": ("lifting",),
    "formwork_area": ("coupler", "disklock", "other"),
    "pit": (),
    "scaffold": (
        "coupler",
        "disklock",
        "cantilever",
        "cantilever_coupler",
        "cantilever_disklock",
        "other",
    ),
    "attached_scaffold": ("attached_lifting",),
    "basket": ("suspended_basket",),
    "platform": (),
}

DETAILS = ("model", "scale", "plate", "maker", "installed_on", "calibrated_until")
"""型号 规模 产权备案号 制造单位 安装日期 检定有效期: words for people; the two dates as ISO text."""

DATES = frozenset({"installed_on", "calibrated_until"})
