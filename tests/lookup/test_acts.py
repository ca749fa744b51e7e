"""An item that ends something is not taken for an utterance that begins it, nor the other way round."""

from __future__ import annotations

from hotline.catalogue.acts import opposed
from hotline.catalogue.catalogue import Catalogue
from hotline.catalogue.normalise import standard

OPPOSED = [("诊所不开了，备案取消", "诊所备案"), ("想开个饭馆", "食品小经营店备案注销"), ("店不开了，执照注销", "居住证首次申领")]
ALIKE = [("面馆不开了，备案取消", "食品小经营店备案注销"), ("老汉儿走了要销户口", "食品小经营店备案注销"), ("想开个诊所", "诊所备案")]


def test_both_begin_or_both_end(catalogue: Catalogue) -> None:
    named = {item.name: item for item in catalogue}
    assert [opposed(standard(said), named[name]) for said, name in OPPOSED] == [True] * 3
    assert [opposed(standard(said), named[name]) for said, name in ALIKE] == [False] * 3


def test_hardly_any_wording_opposes_its_own_item(catalogue: Catalogue) -> None:
    """At most one wording in fifty of the whole catalogue would be held back by the rule."""
    wordings = [(alias, item) for item in catalogue for alias in item.aliases]
    held = sum(opposed(standard(alias), item) for alias, item in wordings)
    assert held < len(wordings) / 50
