"""The table in docs/workflow.md is the table of the code."""

from pathlib import Path

from submissions.choices import Action
from submissions.workflow import TRANSITIONS, Transition

PAGE = Path(__file__).resolve().parents[2] / "docs" / "workflow.md"
HEADING = "| Action | From | To | Who | Only if | Needs a note | Submitter gets a mail |"


def row(action: Action, transition: Transition) -> str:
    sources = ", ".join(status.value for status in type(transition.target) if status in transition.sources)
    cells = [
        action.value,
        sources,
        transition.target.value,
        transition.allowed.__name__,
        transition.only_if.__name__ if transition.only_if else "–",
        "yes" if transition.needs_note else "no",
        ("held" if transition.holds_mail else "yes") if transition.tells_submitter else "no",
    ]
    return f"| {' | '.join(cells)} |"


def test_workflow_page_shows_the_table_of_the_code():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = lines.index(HEADING) + 2
    shown = [line for line in lines[start:] if line.startswith("|")]

    assert shown == [row(action, transition) for action, transition in TRANSITIONS.items()]
