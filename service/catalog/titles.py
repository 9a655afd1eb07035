"""Resources by their whole titles."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import orjson
from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.orm import Session

from service.catalog.models import ResourceWord
from service.catalog.prepared import Prepared
from service.catalog.spelling import EachOf
from service.catalog.words import WHOLE

MOST_BEARERS = 200  # of all titles asked for at once; more of the same title are not told apart by it

_BEARERS = Prepared(
    select(ResourceWord.word, ResourceWord.resource_number)
    .where(
        ResourceWord.word.bool_op("IN")(EachOf(bindparam("titles"))), ResourceWord.field == literal_column(f"'{WHOLE}'")
    )
    .order_by(ResourceWord.resource_number)
    .limit(literal_column(str(MOST_BEARERS)))
)


def bearers(session: Session, titles: Iterable[str]) -> Mapping[str, Sequence[int]]:
    """The numbers of the active resources that bear each title, in order; titles as `words.whole_title` makes them."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for title, number in _BEARERS.rows(session, titles=orjson.dumps(list(titles)).decode()):
        found[title].append(number)
    return found
