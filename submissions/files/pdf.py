"""PDF files without notes about their authors, and without what runs when they are opened.

The rewriting happens in a process of its own with bounded memory and time (`pdf_process`): whatever a crafted file does
to the library, it ends that process and is refused.
"""

import json
import subprocess
import sys
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from submissions.files.kinds import RefusedFileError

PROCESS = Path(__file__).with_name("pdf_process.py")
# Beyond the processor time that the process allows itself: a machine may be busy.
SECONDS = 60

REFUSALS: dict[str, str | Promise] = {
    "encrypted": _("This PDF is protected with a password or against changes. Save it without protection."),
    "files": _("This PDF carries other files inside. Save it without attachments."),
}
BROKEN = _("This PDF cannot be read, or it is larger inside than a document should be. Save or print it as PDF again.")
REMOVED: dict[str, str | Promise] = {
    "scripts": _("Scripts and actions were taken out of the PDF. Forms in it may no longer calculate."),
}


def without_authors(data: bytes) -> tuple[bytes, tuple[str | Promise, ...]]:
    """The PDF written anew, and what was taken out of it besides notes about its authors, in sentences."""
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the file comes by the standard input
            [sys.executable, "-I", str(PROCESS)], input=data, capture_output=True, timeout=SECONDS, env={}, check=False
        )
    except subprocess.TimeoutExpired as slow:
        raise RefusedFileError(BROKEN) from slow
    head, _newline, cleaned = done.stdout.partition(b"\n")
    try:
        report = json.loads(head) if done.returncode == 0 else {}
    except ValueError:
        report = {}
    if "refused" in report:
        raise RefusedFileError(REFUSALS.get(report["refused"], BROKEN))
    if not cleaned.startswith(b"%PDF-"):
        raise RefusedFileError(BROKEN)
    return cleaned, tuple(REMOVED[name] for name in report.get("removed", ()) if name in REMOVED)
