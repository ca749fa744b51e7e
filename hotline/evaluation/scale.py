"""How the lookup's time grows: the same utterances over the real wordings and over many more drawn ones."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

from hotline.catalogue.drawn import drawn_scorer
from hotline.catalogue.scoring import Scorer
from hotline.evaluation.sheets import Sheet

AIM = 3.0  # times the query time with 100,000 vectors


def scale_sheet(scorer: Scorer, count: int, texts: Sequence[str], advance: Callable[[], object]) -> Sheet:
    """Median milliseconds of an utterance over the real wordings and over `count` drawn ones, in turn."""
    drawn = drawn_scorer(scorer, count)
    times: dict[str, list[float]] = {"real": [], "drawn": []}
    for text in texts:
        for name, one in (("real", scorer), ("drawn", drawn)):
            begun = time.perf_counter()
            one.score([one.readings(text)])
            times[name].append(1000 * (time.perf_counter() - begun))
        advance()
    real, many = (statistics.median(took) for took in times.values())
    sizes = [len(one.views[0].rows) for one in (scorer, drawn)]
    rows = [[f"{sizes[0]} 条真实说法", f"{real:.1f} 毫秒", ""], [f"{sizes[1]} 条抽取的", f"{many:.1f} 毫秒", f"{many / real:.2f} 倍"]]
    figures = {"wordings": sizes[0], "drawn": sizes[1], "median_ms": round(real, 1), "drawn_median_ms": round(many, 1)}
    title = f"说法多了会慢多少（{len(texts)} 句的中位数，目标 ≤ {AIM:.0f} 倍）"
    return Sheet("scale", title, ["规模", "一次打分", "倍数"], rows, figures)
