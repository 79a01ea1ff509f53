"""Identifiers, one type each, so that a member is never passed where a person is meant."""

from typing import NewType

CommunityId = NewType("CommunityId", str)  #: "<platform>:<their id>", e.g. "house:demo"
MemberId = NewType("MemberId", str)  #: "<community id>:<account>", e.g. "house:demo:amina"
PersonId = NewType("PersonId", str)
NoticeId = NewType("NoticeId", str)
IntroductionId = NewType("IntroductionId", str)
TieId = NewType("TieId", str)
NudgeId = NewType("NudgeId", str)
ReportId = NewType("ReportId", str)


def nobody_in(community: CommunityId) -> MemberId:
    """Who stands for whoever was forgotten there, as long as words of theirs must stay where they are read."""
    return MemberId(f"{community}:*")


def community_of(member: MemberId) -> CommunityId:
    """The community that an account belongs to."""
    return CommunityId(member.rsplit(":", 1)[0])
