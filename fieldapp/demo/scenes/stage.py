"""A stage: a pinhole camera, a light and a canvas. Lengths are metres; x right, y away, z up."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

from fieldapp.demo.scenes import texture
from fieldapp.demo.scenes.geometry import Spot, bounds, cross, minus, perspective, unit
from fieldapp.demo.scenes.light import Colour, Light, Vector, mix, shade

FINENESS = 1.125  # drawn larger than asked: shrinking smooths the edges
_NEAR = 0.05


@dataclass(frozen=True)
class Caption:
    """Words that a picture may show on plates, boards and papers."""

    project: str = "锦岚花园二期"
    unit: str = "1#"
    plate: str = "栖建机-TD-0217"
    maker: str = "衡岳重机"
    date: str = "2026年03月18日"
    company: str = "临溪宏岱建筑工程有限公司"


class Stage:
    """One picture in the making. `unsafe` asks the scene to show its defect."""

    def __init__(
        self,
        rng: Random,
        light: Light,
        caption: Caption,
        *,
        size: tuple[int, int],
        unsafe: bool,
        site: Random,
    ):
        self.size = (round(size[0] * FINENESS), round(size[1] * FINENESS))
        self.rng, self.light, self.caption, self.unsafe, self.site = (
            rng,
            light,
            caption,
            unsafe,
            site,
        )
        self.image = Image.new("RGB", self.size, light.horizon)
        self.pen = ImageDraw.Draw(self.image)
        self.haze = 260.0
        self._waiting: list[tuple[float, int, tuple[Any, ...]]] = []
        self.look((0, -10, 1.6), (0, 0, 1.6))

    # -- camera ---------------------------------------------------------------------------------
    def look(self, eye: Vector, target: Vector, *, field: float = 66, roll: float = 0.0) -> None:
        """Stand at `eye`, look at `target`; `field` is the angle of the long side, degrees."""
        ahead = unit(tuple(t - e for t, e in zip(target, eye, strict=True)))
        right = unit((ahead[1], -ahead[0], 0.0))
        up = cross(right, ahead)
        c, s = math.cos(math.radians(roll)), math.sin(math.radians(roll))
        self.eye, self.ahead = eye, ahead
        self._right = tuple(r * c + u * s for r, u in zip(right, up, strict=True))
        self._up = tuple(u * c - r * s for r, u in zip(right, up, strict=True))
        self._focal = max(self.size) / 2 / math.tan(math.radians(field / 2))

    def face(
        self, width: float, *, turn: float = 16, rise: float = 0.12, roll: float = 3.0
    ) -> None:
        """A close look at the plane y = 0 around the origin, `width` metres of it, a little askew."""
        angle = math.radians(self.rng.uniform(-turn, turn))
        away = width / 2 / math.tan(math.radians(29)) * max(self.size) / self.size[0]
        off = width * 0.06
        target = (self.rng.uniform(-off, off), 0.0, self.rng.uniform(-off, off))
        eye = (
            math.sin(angle) * away,
            -math.cos(angle) * away,
            width * self.rng.uniform(-rise, rise * 2),
        )
        self.look(eye, target, field=58, roll=self.rng.uniform(-roll, roll))

    def depth(self, point: Vector) -> float:
        e, a = self.eye, self.ahead
        return (point[0] - e[0]) * a[0] + (point[1] - e[1]) * a[1] + (point[2] - e[2]) * a[2]

    def spot(self, point: Vector) -> Spot:
        """Where a point in front of the camera falls, in pixels of the canvas."""
        x, y, z = (point[0] - self.eye[0], point[1] - self.eye[1], point[2] - self.eye[2])
        r, u, a = self._right, self._up, self.ahead
        scale = self._focal / max(_NEAR, x * a[0] + y * a[1] + z * a[2])
        return (self.size[0] / 2 + (x * r[0] + y * r[1] + z * r[2]) * scale,
                self.size[1] / 2 - (x * u[0] + y * u[1] + z * u[2]) * scale)  # fmt: skip

    def scale(self, point: Vector) -> float:
        """Pixels a metre at that depth."""
        return self._focal / max(_NEAR, self.depth(point))

    # -- paint ----------------------------------------------------------------------------------
    def lit(self, colour: Colour, normal: Vector, away: float) -> Colour:
        sun = max(0.0, sum(n * s for n, s in zip(normal, self.light.sun, strict=True)))
        return self.hazed(shade(colour, self.light.ambient + self.light.direct * sun), away)

    def hazed(self, colour: Colour, away: float) -> Colour:
        return mix(colour, self.light.horizon, 1 - math.exp(-max(0.0, away) / self.haze))

    def quad(
        self, corners: Sequence[Vector], colour: Colour, *, lit: bool = True, later: bool = False
    ) -> None:
        """Fill a flat polygon; `later` waits for `flush`, which paints far things first."""
        middle = tuple(sum(c) / len(corners) for c in zip(*corners, strict=True))
        if later:
            self._waiting.append(
                (-self.depth(middle), len(self._waiting), ("quad", corners, colour, lit))
            )
            return
        seen = self._clipped(corners)
        if len(seen) < 3:
            return
        away = self.depth(middle)
        paint = self.lit(colour, self._normal(corners), away) if lit else self.hazed(colour, away)
        self.pen.polygon([self.spot(p) for p in seen], fill=paint)

    def box(self, low: Vector, high: Vector, colour: Colour, *, later: bool = True) -> None:
        """The three faces of an upright box that the camera sees."""
        (x0, y0, z0), (x1, y1, z1) = low, high
        x, y, z = self.eye
        faces = []
        if z > z1:
            faces.append([(x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)])
        elif z < z0:
            faces.append([(x0, y0, z0), (x0, y1, z0), (x1, y1, z0), (x1, y0, z0)])
        if x < x0:
            faces.append([(x0, y1, z0), (x0, y0, z0), (x0, y0, z1), (x0, y1, z1)])
        elif x > x1:
            faces.append([(x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (x1, y0, z1)])
        if y < y0:
            faces.append([(x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1)])
        elif y > y1:
            faces.append([(x1, y1, z0), (x0, y1, z0), (x0, y1, z1), (x1, y1, z1)])
        if not later:
            for face in faces:
                self.quad(face, colour)
            return
        middle = ((x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2)
        self._waiting.append((-self.depth(middle), len(self._waiting), ("faces", faces, colour)))

    def tube(
        self, a: Vector, b: Vector, radius: float, colour: Colour, *, later: bool = True
    ) -> None:
        """A round bar from `a` to `b`."""
        if later:
            middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2)
            self._waiting.append(
                (-self.depth(middle), len(self._waiting), ("tube", a, b, radius, colour))
            )
            return
        seen = self._clipped((a, b), closed=False)
        if len(seen) < 2:
            return
        away = max(_NEAR, (self.depth(seen[0]) + self.depth(seen[1])) / 2)
        wide = 2 * radius * self._focal / away
        p, q = self.spot(seen[0]), self.spot(seen[1])
        base = self.hazed(shade(colour, self.light.ambient + self.light.direct * 0.45), away)
        if wide < 4:
            self.pen.line((p, q), fill=base, width=max(1, round(wide)))
            return
        self._round(p, q, wide, base)

    def _round(self, p: Spot, q: Spot, wide: float, base: Colour) -> None:
        """Strips from shadow to highlight across the bar, the light from above left."""
        dx, dy = q[0] - p[0], q[1] - p[1]
        length = math.hypot(dx, dy) or 1.0
        # A bent bar is several; each reaches a little into the next, or the bend shows notches.
        ex, ey = dx / length * wide * 0.12, dy / length * wide * 0.12
        p, q = (p[0] - ex, p[1] - ey), (q[0] + ex, q[1] + ey)
        nx, ny = dy / length, -dx / length
        if ny > 0.25 or (abs(ny) <= 0.25 and nx > 0):
            nx, ny = -nx, -ny  # the side that faces the sky, or the left
        parts = 5 if wide < 24 else 9 if wide < 70 else 17
        for part in range(parts):
            s, e = (part / parts - 0.5) * wide, ((part + 1) / parts - 0.5) * wide
            across = (part + 0.5) / parts - 0.64  # the highlight lies a little above the middle
            factor = 1.2 - 1.7 * across * across
            self.pen.polygon([(p[0] + nx * s, p[1] + ny * s), (q[0] + nx * s, q[1] + ny * s),
                              (q[0] + nx * e, q[1] + ny * e), (p[0] + nx * e, p[1] + ny * e)],
                             fill=shade(base, factor))  # fmt: skip

    def drum(
        self, foot: Vector, radius: float, height: float, colour: Colour, *, parts: int = 18
    ) -> None:
        """A standing cylinder, painted at once."""
        ring = [(math.cos(2 * math.pi * k / parts) * radius, math.sin(2 * math.pi * k / parts) * radius)
                for k in range(parts)]  # fmt: skip
        x, y, z = foot
        for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
            middle = ((ax + bx) / 2, (ay + by) / 2)
            if middle[0] * (self.eye[0] - x) + middle[1] * (self.eye[1] - y) > 0:
                self.quad(
                    [
                        (x + ax, y + ay, z),
                        (x + bx, y + by, z),
                        (x + bx, y + by, z + height),
                        (x + ax, y + ay, z + height),
                    ],
                    colour,
                )
        if self.eye[2] > z + height:
            self.quad([(x + ax, y + ay, z + height) for ax, ay in ring], colour)

    def disc(
        self, centre: Vector, radius: float, colour: Colour, *, outline: Colour | None = None
    ) -> None:
        x, y = self.spot(centre)
        r = radius * self.scale(centre)
        self.pen.ellipse(
            (x - r, y - r, x + r, y + r), fill=colour, outline=outline, width=max(1, int(r / 10))
        )

    def veil(self, corners: Sequence[Vector], colour: Colour, cover: float) -> None:
        """A see-through sheet: safety net, water, a shadow. `cover` 0-1."""
        self.flush()
        seen = [self.spot(p) for p in self._clipped(corners)]
        if len(seen) < 3:
            return
        box = bounds(seen, self.size)
        if box is None:
            return
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        ImageDraw.Draw(mask).polygon(
            [(x - box[0], y - box[1]) for x, y in seen], fill=int(255 * cover)
        )
        self.image.paste(colour, box, mask)

    def panel(self, picture: Image.Image, corners: Sequence[Vector]) -> None:
        """Lay a flat picture on a quad given as top left, top right, bottom right, bottom left."""
        self.flush()
        if min(self.depth(c) for c in corners) < _NEAR:
            return
        spots = [self.spot(c) for c in corners]
        box = bounds(spots, self.size)
        if box is None:
            return
        wide = max(x for x, _ in spots) - min(x for x, _ in spots)
        if picture.width > 2 * wide:
            picture = picture.reduce(max(1, int(picture.width / wide)))
        local = [(x - box[0], y - box[1]) for x, y in spots]
        laid = picture.convert("RGBA").transform(
            (box[2] - box[0], box[3] - box[1]), Image.Transform.PERSPECTIVE,
            perspective(local, picture.size), Image.Resampling.BILINEAR)  # fmt: skip
        self.image.paste(laid.convert("RGB"), box[:2], laid.getchannel("A"))

    def sheet(self, picture: Image.Image, centre: Vector, width: float, height: float) -> None:
        """A picture on the plane y = centre.y, upright."""
        x, y, z = centre
        w, h = width / 2, height / 2
        self.panel(
            picture, [(x - w, y, z + h), (x + w, y, z + h), (x + w, y, z - h), (x - w, y, z - h)]
        )

    def flush(self) -> None:
        """Paint what waits, far things first."""
        waiting, self._waiting = sorted(self._waiting), []
        for _, _, (kind, *rest) in waiting:
            if kind == "tube":
                self.tube(*rest, later=False)
            elif kind == "faces":
                for face in rest[0]:
                    self.quad(face, rest[1])
            else:
                self.quad(rest[0], rest[1], lit=rest[2])

    def backdrop(self, kind: str, tint: Colour | None = None, *, blur: float = 0) -> None:
        """Fill the canvas with a material."""
        self.image.paste(texture.surface(kind, self.size, self.rng, tint))
        if blur:
            self.defocus(blur)

    def defocus(self, radius: float = 6) -> None:
        """What is drawn so far falls out of focus; done at a quarter of the size, where it is cheap."""
        self.flush()
        small = self.image.reduce(4).filter(ImageFilter.BoxBlur(radius / 4))
        self.image.paste(small.resize(self.size, Image.Resampling.BILINEAR))

    # -- geometry -------------------------------------------------------------------------------
    def _clipped(self, corners: Iterable[Vector], *, closed: bool = True) -> list[Vector]:
        points = list(corners)
        deep = [self.depth(p) for p in points]
        if min(deep) >= _NEAR:
            return points
        kept: list[Vector] = []
        for k in range(len(points) if closed else len(points) - 1):
            p, q, dp, dq = (
                points[k],
                points[(k + 1) % len(points)],
                deep[k],
                deep[(k + 1) % len(points)],
            )
            if dp >= _NEAR:
                kept.append(p)
            if (dp >= _NEAR) != (dq >= _NEAR):
                t = (_NEAR - dp) / (dq - dp)
                kept.append(
                    (p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t, p[2] + (q[2] - p[2]) * t)
                )
        if not closed and deep[-1] >= _NEAR:
            kept.append(points[-1])
        return kept

    def _normal(self, corners: Sequence[Vector]) -> Vector:
        """Unit normal on the side of the camera."""
        a, b, c = corners[0], corners[1], corners[2]
        n = unit(cross(minus(b, a), minus(c, a)))
        towards = sum(m * (e - p) for m, e, p in zip(n, self.eye, a, strict=True))
        return n if towards > 0 else (-n[0], -n[1], -n[2])
