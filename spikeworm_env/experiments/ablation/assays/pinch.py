"""Two touches in quick succession against one."""

from __future__ import annotations

from spikeworm_env.experiments.ablation.assays._assay import Hatch, Measure, assay


@assay(
    Measure("single", "BL", "way back after one touch of the nose"),
    Measure("nose_nose", "BL", "way back after two touches of the nose"),
    Measure("nose_tail", "BL", "way back after nose, then tail"),
    Measure("gain", "BL", "nose_nose less single"),
    Measure("tail_gain", "BL", "nose_tail less single"),
)
def pinch(
    hatch: Hatch, *, at_s: float = 5.0, touch_s: float = 0.1, pause_s: float = 0.1, watch_s: float = 6.0
) -> dict[str, float]:
    """Nose alone, nose twice, nose then tail within 0.2 s: is a pair more than one?"""

    def way_back(second: str | None) -> float:
        animal = hatch()
        animal.live(at_s)
        animal.live(touch_s, head_touch=1.0)
        animal.live(pause_s)
        animal.live(touch_s, **({} if second is None else {second: 1.0}))
        animal.live(watch_s - 2 * touch_s - pause_s)
        return animal.track.between(at_s, at_s + watch_s).way_back

    single, nose_nose, nose_tail = (way_back(second) for second in (None, "head_touch", "tail_touch"))
    return {
        "single": single,
        "nose_nose": nose_nose,
        "nose_tail": nose_tail,
        "gain": nose_nose - single,
        "tail_gain": nose_tail - single,
    }


ASSAY = pinch
