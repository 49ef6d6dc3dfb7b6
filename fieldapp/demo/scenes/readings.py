"""Instruments with their reading, held before what they measure."""

from collections.abc import Callable
from random import Random

from fieldapp.demo.scenes import formworks, prints, scaffold_parts
from fieldapp.demo.scenes.light import shade, vary
from fieldapp.demo.scenes.stage import Stage
from fieldapp.demo.scenes.surroundings import frame, outdoors

Scene = Callable[[Stage], None]


def instrument(
    unit: str,
    good: tuple[float, float],
    bad: tuple[float, float],
    *,
    digits: int = 2,
    name: str = "LD-60",
) -> Scene:
    """A hand-held meter; the reading lies in `good`, or in `bad` when unsafe."""

    def scene(stage: Stage) -> None:
        rng = stage.rng
        _site_behind(stage)
        stage.face(0.42, turn=18, roll=9)
        low, high = bad if stage.unsafe else good
        picture = prints.meter(f"{rng.uniform(low, high):.{digits}f}", unit, maker=name)
        x = rng.uniform(-0.05, 0.05)
        _hand(stage, x, rng)
        stage.sheet(picture, (x, -0.01, 0.02), 0.135, 0.27)
        stage.tube(
            (x + 0.085, -0.03, -0.2), (x + 0.055, -0.04, -0.05), 0.018, (196, 150, 122), later=False
        )
        stage.disc((x + 0.055, -0.04, -0.05), 0.018, (190, 144, 116))

    return scene


def _hand(stage: Stage, x: float, rng: Random) -> None:
    skin = vary((204, 156, 126), rng, 10)
    stage.tube((x - 0.02, 0.02, -0.5), (x, 0.02, -0.09), 0.055, (54, 64, 92), later=False)
    for k in range(4):
        tone = shade(skin, 0.96 + k * 0.02)
        stage.disc((x - 0.09, 0.0, -0.08 + k * 0.032), 0.0155, shade(tone, 0.95))
        stage.tube(
            (x - 0.09, 0.0, -0.08 + k * 0.032),
            (x + 0.02, 0.01, -0.07 + k * 0.032),
            0.015,
            tone,
            later=False,
        )


def _site_behind(stage: Stage) -> None:
    rng = stage.rng
    if rng.random() < 0.4:
        scaffold_parts.backdrop(stage)
        return
    stage.look((rng.uniform(-6, 6), -14, 1.7), (0, 0, 3), field=66)
    outdoors(stage)
    frame(stage, (-12, 6, 0), 6, stage.site.randint(3, 6))
    stage.defocus(18)


def caliper(stage: Stage) -> None:
    """A vernier caliper on a tube's wall; unsafe: too thin."""
    rng = stage.rng
    stage.backdrop("rust", (200, 196, 190))
    stage.face(0.3, turn=20, roll=10)
    for k in range(-2, 3):
        stage.tube(
            (-0.4, 0.05, k * 0.056 - 0.06),
            (0.4, 0.05, k * 0.056 - 0.06),
            0.026,
            vary((170, 140, 100), rng, 14),
            later=False,
        )
    steel = (196, 198, 202)
    stage.box((-0.16, -0.01, 0.05), (0.2, 0.0, 0.08), steel, later=False)
    for x in (-0.1, -0.075):
        stage.box((x, -0.012, -0.03), (x + 0.016, 0.0, 0.06), shade(steel, 0.92), later=False)
    stage.box((-0.06, -0.02, 0.035), (0.07, 0.0, 0.095), (58, 60, 66), later=False)
    low, high = (2.3, 2.8) if stage.unsafe else (3.1, 3.6)
    stage.sheet(
        prints.meter(f"{rng.uniform(low, high):.2f}", "mm").crop((40, 60, 320, 330)),
        (0.005, -0.025, 0.066),
        0.07,
        0.04,
    )


def torque(stage: Stage) -> None:
    """A torque wrench on a coupler bolt; unsafe: loose."""
    rng = stage.rng
    scaffold_parts.joint(stage)
    stage.flush()
    low, high = (18, 34) if stage.unsafe else (42, 60)
    stage.tube((0.09, -0.09, 0.04), (-0.5, -0.16, -0.34), 0.018, (176, 178, 182), later=False)
    stage.tube((-0.34, -0.15, -0.24), (-0.56, -0.17, -0.38), 0.03, (200, 56, 44), later=False)
    stage.disc((-0.14, -0.14, -0.11), 0.085, (60, 62, 66))
    stage.sheet(
        prints.gauge(rng.uniform(0.1, 0.25) if stage.unsafe else rng.uniform(0.4, 0.6)),
        (-0.14, -0.16, -0.11),
        0.16,
        0.16,
    )
    stage.sheet(
        prints.sign(f"{rng.randint(low, high)} N·m", ground=(240, 240, 234)),
        (0.22, -0.15, -0.25),
        0.22,
        0.09,
    )


def measured(kind: str, good: tuple[int, int], bad: tuple[int, int], *, wide: float = 1.4) -> Scene:
    """A tape laid across a surface between two marks; the length in centimetres."""

    def scene(stage: Stage) -> None:
        rng = stage.rng
        stage.backdrop(kind, vary((200, 198, 190), rng))
        stage.face(wide, turn=24, rise=0.3, roll=10)
        low, high = bad if stage.unsafe else good
        length = rng.randint(low, high)
        shown = min(length, int(wide * 80))
        left, up = -shown / 200, rng.uniform(-0.15, 0.1) * wide
        for x in (left - 0.01, left + shown / 100):
            stage.box(
                (x, -0.05, up - wide),
                (x + 0.03 * wide, 0.02, up + wide * 0.3),
                vary((150, 152, 156), rng),
                later=False,
            )
        stage.sheet(
            prints.tape(shown, start=length - shown),
            (left + shown / 200, -0.06, up),
            shown / 100,
            0.05 * wide**0.5,
        )
        x = left + shown / 100
        stage.box((x, -0.12, up - 0.06), (x + 0.1, -0.05, up + 0.05), (232, 180, 30), later=False)
        _hand(stage, x + 0.05, rng)

    return scene


def prop_spacing(stage: Stage) -> None:
    """A tape between two props; unsafe: too far apart."""
    rng = stage.rng
    tone = formworks.backdrop(stage)
    stage.face(2.0, turn=20)
    room = rng.uniform(1.3, 1.5) if stage.unsafe else rng.uniform(0.85, 0.95)
    for x in (-room / 2, room / 2):
        stage.tube((x, 0, -2), (x, 0, 2), 0.026, tone, later=False)
    for up in (-0.5, 0.6):
        stage.tube((-2, 0.04, up), (2, 0.04, up), 0.026, tone, later=False)
    stage.sheet(prints.tape(int(room * 100)), (0, -0.04, 0.0), room, 0.06)
    _hand(stage, room / 2, rng)
