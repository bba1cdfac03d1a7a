from practices.models.adaptation import Adaptation
from practices.models.attachment import PracticeAttachment
from practices.models.details import Milestone, Partner, Source
from practices.models.message import ColleagueMessage
from practices.models.peer_note import PeerNote, PeerNoteVersion
from practices.models.practice import (
    FIRST_YEAR,
    LAST_YEAR,
    FormerNumber,
    Numbering,
    Practice,
    PracticeText,
    Text,
    reference_of,
)
from practices.models.search import SearchChange, SearchDocument, SearchPosting, SearchVersion, SearchWord
from practices.models.semantic import SemanticProgress, SemanticVector
from practices.models.taxonomy import Approach, ServiceArea, TargetGroup
from practices.models.version import PracticeEvent, PracticeVersion

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "Adaptation",
    "Approach",
    "ColleagueMessage",
    "FormerNumber",
    "Milestone",
    "Numbering",
    "Partner",
    "PeerNote",
    "PeerNoteVersion",
    "Practice",
    "PracticeAttachment",
    "PracticeEvent",
    "PracticeText",
    "PracticeVersion",
    "SearchChange",
    "SearchDocument",
    "SearchPosting",
    "SearchVersion",
    "SearchWord",
    "SemanticProgress",
    "SemanticVector",
    "ServiceArea",
    "Source",
    "TargetGroup",
    "Text",
    "reference_of",
]
