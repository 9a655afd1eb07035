"""What curators do to resources, told to the service and to the model."""

from collections.abc import Callable
from typing import Any

import pytest
from curation.garden_model import Thing
from curation.story import ADA, LINKS, TITLES, TOPICS, Story, address, decide, resource_id
from hypothesis import strategies as st
from hypothesis.stateful import rule

from service.catalog import models
from service.curation import resources
from service.errors import CoursegraphError, Gone, InvalidInput, Merged, StaleVersion

ANY_LINK = st.sampled_from((*LINKS, "grafting", "pressing"))  # these two are on no page: curators add them


class ResourceStory(Story):
    """Edit, hide, file, delete, restore, add, merge."""

    @rule(link=ANY_LINK, title=st.sampled_from(TITLES) | st.none())
    def retitle(self, link: str, title: str | None) -> None:
        self._edit_resource(link, {"title": title})

    @rule(link=ANY_LINK, status=st.sampled_from(["hidden", "broken", "active"]) | st.none())
    def hide(self, link: str, status: str | None) -> None:
        self._edit_resource(link, {"status": status})

    @rule(link=ANY_LINK, filed=st.lists(st.sampled_from(TOPICS), max_size=2, unique=True) | st.none())
    def refile(self, link: str, filed: list[str] | None) -> None:
        if all(topic in self.garden.topics and self.garden.topic_status(topic) == "active" for topic in filed or ()):
            self._edit_resource(link, {"topics": filed})

    @rule(link=ANY_LINK, is_back=st.booleans())
    def delete_or_restore(self, link: str, is_back: bool) -> None:
        if (thing := self._resource(link)) is not None:
            act = resources.restore_resource if is_back else resources.delete_resource
            if self.act(lambda: act(self.session, ADA, resource_id(link), self.version(models.Resource, link))):
                thing().decided["status"] = "active" if is_back else "gone"

    @rule(link=ANY_LINK, title=st.sampled_from(TITLES))
    def add(self, link: str, title: str) -> None:
        if link in self.garden.resources:
            with pytest.raises(InvalidInput):
                resources.add_resource(self.session, ADA, address(link), {"title": title, "media_type": "video"})
            self.session.rollback()
        elif self.act(
            lambda: resources.add_resource(self.session, ADA, address(link), {"title": title, "media_type": "video"})
        ):
            self.garden.resources[link] = Thing({"title": title, "status": "active"}, last_title=address(link))

    @rule(link=st.sampled_from(LINKS), into=st.sampled_from(LINKS))
    def merge_resources(self, link: str, into: str) -> None:
        known = [self._resource(each) for each in (link, into)]
        if None in known or link == into or self.garden.resource_status(into) == "gone":
            return
        version = self.version(models.Resource, link)
        if self.act(
            lambda: resources.merge_resources(self.session, ADA, resource_id(link), version, resource_id(into))
        ):
            self.garden.merge_resource(link, into)

    @rule(link=st.sampled_from(LINKS))
    def edit_what_has_changed(self, link: str) -> None:
        if self._resource(link) is not None:
            is_gone = self.garden.resource_status(link) == "gone"
            with pytest.raises(Gone if is_gone else StaleVersion):
                resources.edit_resource(self.session, ADA, resource_id(link), 999, {"year": 1999})
            self.session.rollback()

    def _edit_resource(self, link: str, decisions: dict[str, Any]) -> None:
        if (thing := self._resource(link)) is not None and self.garden.resource_status(link) != "gone":
            version = self.version(models.Resource, link)
            self.act(lambda: resources.edit_resource(self.session, ADA, resource_id(link), version, decisions))
            decide(thing(), decisions)

    def _resource(self, link: str) -> Callable[[], Thing] | None:
        """Where it stands in the model; None, and refused by the service, where it is unknown or merged away."""
        thing = self.garden.resources.get(link)
        if thing is not None and not thing.merged_into:
            return lambda: self.garden.resources[link]
        with pytest.raises(Merged if thing else CoursegraphError):
            resources.edit_resource(self.session, ADA, resource_id(link), 1, {"year": 1999})
        self.session.rollback()
        return None
