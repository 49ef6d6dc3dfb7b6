"""Drawn photographs of building sites, so that the demo needs no picture files.

The same arguments give the same pixels in every process; nothing here reads the clock or the network.
"""

from random import Random

from PIL import Image

from fieldapp.demo.scenes import light as daylight
from fieldapp.demo.scenes.catalogue import SHOTS, scene_for
from fieldapp.demo.scenes.exif import jpeg
from fieldapp.demo.scenes.lens import expose, unreadable
from fieldapp.demo.scenes.stage import Caption, Stage

__all__ = ["PHONES", "SUBJECTS", "Caption", "draw", "jpeg", "unreadable"]

SUBJECTS = tuple(SHOTS)
PHONES = (("HUAWEI", "NOP-AN00"), ("HUAWEI", "BRA-AL00"), ("Xiaomi", "23127PN0CC"), ("OPPO", "PHZ110"),
          ("vivo", "V2309A"), ("HONOR", "PGT-AN00"), ("Redmi", "23117RK66C"))  # fmt: skip


def draw(subject: str, seed: int, size: tuple[int, int] = (1600, 1200), *, shot: str | None = None,
         unsafe: bool = False, portrait: bool = False, caption: Caption | None = None,
         site: int = 0, light: str | None = None) -> Image.Image:  # fmt: skip
    """Draw one photo.

    `subject`: an item of the checklists or a named scene (`SUBJECTS`); `shot`: far, near, meter or doc,
    by default the item's first. `seed` varies the view, `site` the building and its paints: photos of one
    project share it. `size` is pixels across and down of the landscape picture (4:3 looks best);
    `portrait` turns it. `light`: morning, noon, overcast or dusk. Raises ValueError for an unknown subject.
    """
    scene = scene_for(subject, shot)
    rng = Random(f"{subject}/{shot}/{seed}/{unsafe}")
    across, down = size[::-1] if portrait else size
    stage = Stage(
        rng,
        daylight.pick(rng, light),
        caption or Caption(),
        size=(across, down),
        unsafe=unsafe,
        site=Random(f"site/{site}"),
    )
    scene(stage)
    stage.flush()
    return expose(stage.image, (across, down), stage.light, rng)
