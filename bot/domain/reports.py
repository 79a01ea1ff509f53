"""Reports: what a member says went wrong with somebody they were introduced to."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.ids import CommunityId, MemberId, ReportId, TieId


@dataclass(frozen=True)
class Report:
    """One report. Stewards learn that it exists; they read its words only when its author agreed."""

    id: ReportId
    community: CommunityId
    by: MemberId | None
    tie: TieId
    text: str
    shared: bool
    at: datetime
    #: When a steward had looked after it; None until then.
    closed_at: datetime | None = None
    version: int = 0
