"""What a text could give away: warnings for its editors, which never block."""

from submissions.checks.cities import Place
from submissions.checks.findings import Code
from submissions.checks.risk import FILES, FileFacts, RiskWarning, warnings_of

__all__ = ["FILES", "Code", "FileFacts", "Place", "RiskWarning", "warnings_of"]
