"""What curators do to topics and prerequisites, told to the service and to the model."""

from typing import Any

import pytest
from curation.garden_model import Thing, has_cycle
from curation.story import ADA, PART, TOPICS, Story, decide, resource_id
from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from service.catalog import editing, models
from service.curation import prerequisites, topics
from service.curation.prerequisites import Edge
from service.curation.topics import Part
from service.errors import Gone


class TopicStory(Story):
    """Rename, hide, delete, restore, merge, split; accept and reject prerequisites."""

    @rule(topic=st.sampled_from(TOPICS), label=st.sampled_from(["Old kinds", "Tall trees"]) | st.none())
    def rename(self, topic: str, label: str | None) -> None:
        self._edit_topic(topic, {"label": label})

    @rule(topic=st.sampled_from(TOPICS), status=st.sampled_from(["hidden", "active"]) | st.none())
    def show_or_hide_topic(self, topic: str, status: str | None) -> None:
        self._edit_topic(topic, {"status": status})

    @rule(topic=st.sampled_from(TOPICS), is_back=st.booleans())
    def delete_or_restore_topic(self, topic: str, is_back: bool) -> None:
        if self._is_own_topic(topic):
            act = topics.restore_topic if is_back else topics.delete_topic
            self.act(lambda: act(self.session, ADA, topic, self.version(models.Topic, topic)))
            self._decided(topic, {"status": "active" if is_back else "gone"})

    @rule(topic=st.sampled_from(TOPICS), into=st.sampled_from(TOPICS))
    def merge_topics(self, topic: str, into: str) -> None:
        if not self.is_active(into) or not self._is_own_topic(topic) or topic == into:
            return
        version, shown = self.version(models.Topic, topic), self.session.get_one(models.Topic, into).label
        if self.act(lambda: topics.merge_topics(self.session, ADA, topic, version, into)):
            self.garden.merge_topic(topic, into, shown)
            if has_cycle(edge for edge, status in self.garden.edges.items() if status == "accepted"):
                self.garden.edges = self.decided_edges()  # some had to yield: which, is another test's

    @rule(topic=st.sampled_from(TOPICS))
    def split(self, topic: str) -> None:
        if not self.is_active(topic):
            return
        filed = [link for link in self.garden.resources if topic in self._filed(link)][:1]
        part = Part(PART, [resource_id(link) for link in filed])
        made: list[str] = []
        version = self.version(models.Topic, topic)
        if self.act(lambda: made.append(topics.split_topic(self.session, ADA, topic, version, part).id)):
            assert ("topic", made[0]) not in self.ids
            self.garden.topics[made[0]] = Thing({"label": PART, "status": "active"}, last_label=PART)
            for link in filed:
                moved = [made[0] if each == topic else each for each in self._filed(link)]
                self.garden.resources[link].decided["topics"] = list(dict.fromkeys(moved))

    @rule(
        ends=st.lists(st.sampled_from(TOPICS), min_size=2, max_size=2, unique=True),
        status=st.sampled_from(["accepted", "accepted", "rejected"]),
    )
    def decide_edge(self, ends: list[str], status: str) -> None:
        edge = (ends[0], ends[1])
        if not all(map(self.is_active, edge)):
            return
        known = editing.edge(self.session, *edge)
        version = known.version if known else None
        is_refused = status == "accepted" and self.garden.closes_a_cycle(edge)
        done = self.act(lambda: prerequisites.decide_edge(self.session, ADA, Edge(*edge), version, status))
        assert done != is_refused
        if done:
            self.garden.edges[edge] = status

    def _edit_topic(self, topic: str, decisions: dict[str, Any]) -> None:
        if not self._is_own_topic(topic):
            return
        version = self.version(models.Topic, topic)
        if self.garden.topic_status(topic) == "gone":
            with pytest.raises(Gone):
                topics.edit_topic(self.session, ADA, topic, version, decisions)
            self.session.rollback()
            return
        self.act(lambda: topics.edit_topic(self.session, ADA, topic, version, decisions))
        self._decided(topic, decisions)

    def _decided(self, topic: str, decisions: dict[str, Any]) -> None:
        decide(self.garden.topics[topic], decisions)
        self.garden.remember_labels()

    def _is_own_topic(self, topic: str) -> bool:
        return topic in self.garden.topics and not self.garden.topics[topic].merged_into

    def _filed(self, link: str) -> list[str]:
        record = self.session.scalars(select(models.Resource).filter_by(id=resource_id(link))).one()
        return editing.topics_of(self.session, record)
