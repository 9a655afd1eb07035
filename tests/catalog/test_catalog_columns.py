"""Columns of rows that came as one text each."""

import pytest

from service.catalog.cards import join
from service.catalog.columns import BETWEEN, Column


@pytest.mark.parametrize("values", [[], [""], ["a"], ["", ""], ["a", "", "c"]])
def test_a_column_is_its_values_in_order(values: list[str]) -> None:
    column = Column(BETWEEN.join(values), len(values))

    assert (list(column), len(column), column[:1]) == (values, len(values), values[:1])
    assert column.joined("; ") == "; ".join(values)
    assert join(column) == join(values)


@pytest.mark.parametrize("values", [["a"], ["a", "b"], ["", "", ""]])
def test_the_last_value_can_be_left_out(values: list[str]) -> None:
    column = Column(BETWEEN.join(values), len(values))

    assert list(column.without_last()) == values[:-1]
