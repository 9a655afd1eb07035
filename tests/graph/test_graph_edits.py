"""Any sequence of edits: pages that say more, less or something else, curators who accept, reject and forget."""

from dataclasses import replace
from itertools import pairwise

import networkx as nx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from service.catalog.topics import PrerequisiteRow
from service.errors import CycleError
from service.graph.acyclic import accepted_graph, find_cycle, settle

TOPICS = "abcdef"
ENDS = st.tuples(st.sampled_from(TOPICS), st.sampled_from(TOPICS))
KINDS = st.sampled_from(["stated", "inferred"])
CONFIDENCE = st.floats(0, 1)

Ends = tuple[str, str]


class Edits(RuleBasedStateMachine):
    """The edges of a catalog, settled after each edit."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[Ends, PrerequisiteRow] = {}
        self.bound = 0.5

    def settle(self) -> None:
        settled = settle(self.rows.values(), self.bound)
        self.rows = {ends: each.row for ends, each in zip(self.rows, settled, strict=True)}
        for each in settled:
            if each.refusal:
                self.check_cycle(each.refusal, (each.row.prerequisite_id, each.row.dependent_id))

    def check_cycle(self, refusal: CycleError, closing: Ends) -> None:
        """It is a cycle: the edge that closes it, and accepted ones."""
        cycle = list(pairwise(refusal.path))
        assert refusal.path[0] == refusal.path[-1]
        assert len(set(refusal.path)) == len(cycle)
        assert cycle[0] == closing
        assert {self.rows[edge].status for edge in cycle[1:]} <= {"accepted"}
        assert refusal.weakest in cycle

    @rule(ends=ENDS, kind=KINDS, confidence=CONFIDENCE)
    def a_page_says(self, ends: Ends, kind: str, confidence: float) -> None:
        before = self.rows.get(ends)
        if before is None or (before.kind != "curated" and before.status != "rejected"):
            status = before.status if before else "proposed"
            self.rows[ends] = PrerequisiteRow(*ends, kind, confidence, (), status)
        self.settle()

    @precondition(lambda self: self.rows)
    @rule(data=st.data())
    def nobody_says_it_any_more(self, data: st.DataObject) -> None:
        del self.rows[data.draw(st.sampled_from(sorted(self.rows)))]
        self.settle()

    @rule(ends=ENDS)
    def a_curator_accepts(self, ends: Ends) -> None:
        """What closes a cycle is refused, and changes nothing."""
        row = PrerequisiteRow(*ends, "curated", 1.0, (), "accepted")
        accepted = [other for other in self.rows.values() if other.status == "accepted"]
        refusal = find_cycle(accepted_graph(TOPICS, accepted), row)
        if refusal:
            self.check_cycle(refusal, ends)
        else:
            self.rows[ends] = row
        self.settle()
        assert refusal or self.rows[ends].status == "accepted"

    @precondition(lambda self: self.rows)
    @rule(data=st.data())
    def a_curator_rejects(self, data: st.DataObject) -> None:
        ends = data.draw(st.sampled_from(sorted(self.rows)))
        self.rows[ends] = replace(self.rows[ends], status="rejected")
        self.settle()
        assert self.rows[ends].status == "rejected"

    @rule(bound=CONFIDENCE)
    def an_operator_moves_the_bound(self, bound: float) -> None:
        self.bound = bound
        self.settle()

    @invariant()
    def the_accepted_graph_is_acyclic(self) -> None:
        accepted = [ends for ends, row in self.rows.items() if row.status == "accepted"]
        assert nx.is_directed_acyclic_graph(nx.DiGraph(accepted))


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
