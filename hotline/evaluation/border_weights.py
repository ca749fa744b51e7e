"""Fits anew what weighs how much when an utterance is parted into two requests, beside what is in use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from hotline.catalogue.borders import SIGNS, borders_of
from hotline.catalogue.clauses import without_denied
from hotline.catalogue.lookup import Lookup
from hotline.catalogue.requests import FIGURES
from hotline.catalogue.results import LookupResult
from hotline.evaluation.baselines import library
from hotline.evaluation.sheets import Sheet
from hotline.evaluation.two_requests import TwoRequests, both_right
from hotline.vocabulary import Decision

STRENGTH = 0.3  # of the regression: less keeps all weights smaller


def weights_sheet(lookup: Lookup, rows: Sequence[TwoRequests], ones: Sequence[str], advance: Callable[[], object]) -> Sheet:
    """The weights that a logistic regression gives, and those in use; `ones` are utterances about one matter.

    Of a sentence with two requests those borders count at which both come out; the others of it tell nothing.
    """
    measured, labels = [], []
    for row in [*rows, *(TwoRequests(text, None, None) for text in ones)]:
        for numbers, right in _measured(lookup, row):
            if right or row.second is None:
                measured.append(numbers)
                labels.append(right)
        advance()
    scaler = library("sklearn.preprocessing", "scikit-learn").StandardScaler()
    rule = library("sklearn.linear_model", "scikit-learn").LogisticRegression(C=STRENGTH, max_iter=3000)
    rule.fit(scaler.fit_transform(measured), labels)
    fitted = rule.coef_[0] / scaler.scale_
    start = rule.intercept_[0] - fitted @ scaler.mean_
    used = lookup.requests.weights
    names, now = ["start", *FIGURES, *SIGNS], [used.start, *used.figures, *used.signs]
    figures = dict(zip(names, [round(float(weight), 2) for weight in (start, *fitted)], strict=True))
    lines = [[name, f"{before:.2f}", f"{figures[name]:.2f}"] for name, before in zip(names, now, strict=True)]
    title = f"一句话分不分成两件：权重（{sum(labels)} 处该分，{len(labels) - sum(labels)} 处不该分）"
    return Sheet("borders", title, ["看什么", "现在用的", "重新拟合的"], lines, figures)


def _measured(lookup: Lookup, row: TwoRequests) -> Iterator[tuple[list[float], bool]]:
    """The numbers of each border, and whether it parts the two requests rightly."""
    heard = without_denied(lookup.scorer.readings(row.text)[-1])
    borders = borders_of(heard)
    for border, figures in zip(borders, lookup.requests.measured(heard, borders), strict=True):
        parts = lookup.find_parts(row.text, [border.left, border.right]) if row.second is not None else []
        yield [*figures, *border.signs], _apart(parts) and both_right(row, parts)


def _apart(parts: Sequence[LookupResult]) -> bool:
    """Whether the lookup would take these parts for several requests."""
    parents = {part.candidates[0].item.parent for part in parts if part.decision is not Decision.REJECT}
    return len(parents) == len(parts) > 1
