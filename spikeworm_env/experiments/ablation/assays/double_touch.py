"""Two touches in quick succession, and one."""

from __future__ import annotations

from spikeworm_env.experiments.ablation.assays._assay import MakeWorm, Measure, assay


@assay(
    Measure("single", "BL", "reversal distance after one touch of the nose"),
    Measure("nose_nose", "BL", "reversal distance after two touches of the nose"),
    Measure("nose_tail", "BL", "reversal distance after nose, then tail"),
    Measure("gain", "BL", "nose_nose less single"),
    Measure("tail_gain", "BL", "nose_tail less single"),
)
def double_touch(
    make_worm: MakeWorm,
    *,
    at_s: float = 5.0,
    touch_s: float = 0.1,
    pause_s: float = 0.1,
    watch_s: float = 6.0,
) -> dict[str, float]:
    """Nose once, nose twice, and nose then tail, 0.2 s apart: summation of two touches."""

    def distance_after(second: str | None) -> float:
        worm = make_worm()
        worm.run(at_s)
        worm.run(touch_s, head_touch=1.0)
        worm.run(pause_s)
        worm.run(touch_s, **({} if second is None else {second: 1.0}))
        worm.run(watch_s - 2 * touch_s - pause_s)
        return worm.track.between(at_s, at_s + watch_s).reversal_distance

    single, nose_nose, nose_tail = (distance_after(second) for second in (None, "head_touch", "tail_touch"))
    return {
        "single": single,
        "nose_nose": nose_nose,
        "nose_tail": nose_tail,
        "gain": nose_nose - single,
        "tail_gain": nose_tail - single,
    }


ASSAY = double_touch
