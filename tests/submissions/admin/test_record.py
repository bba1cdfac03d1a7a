"""What the record page shows, and to whom."""

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practices.services import publish
from submissions.checklist import CHECKLIST
from submissions.checks.web_addresses import digest_of_address
from submissions.choices import Action, LinkState
from submissions.models import (
    LinkCheck,
    Message,
    ModeratorEdit,
    Remark,
    Submission,
    SubmissionAttachment,
    SubmissionEvent,
)
from submissions.services import (
    add_remark,
    answer_remark,
    digest_of,
    perform,
    save_section,
)
from submissions.services.checklist import set_tick
from submissions.services.staff_notes import add_note
from tests.factories import (
    Section,
    make_document,
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_user,
)

pytestmark = pytest.mark.django_db

QUERIES = 28


def rewrite(submission, **texts):
    """The officer writes the brief section anew."""
    return save_section(
        submission,
        by=submission.submitter,
        section=Section.BRIEF,
        values={name: {submission.language: text} for name, text in texts.items()},
        base=digest_of(submission, Section.BRIEF),
    )


def ask_for_changes(submission, moderator, note="Please say more"):
    submission = perform(submission, Action.CLAIM, by=moderator, version=submission.version)
    return perform(submission, Action.REQUEST_CHANGES, by=moderator, version=submission.version, note=note)


def test_every_field_stands_there_as_it_was_written(desk, record_url):
    submission = make_sent_submission(
        original_language="nl",
        title="Nachtopvang zonder papieren",
        summary="Een bed voor wie erom vraagt.",
        contact="opvang@city.example",
        start_year=2019,
        partners=[{"name": "Rode Kruis", "role": "Bedden"}],
        milestones=[{"year": 2021, "text": {"nl": "Uitbreiding"}}],
        city_withheld=True,
    )

    text = desk.get(record_url(submission)).content.decode()

    for section in Section:
        assert str(section.label) in text
    assert '<span lang="nl" dir="auto">Nachtopvang zonder papieren</span>' in text
    assert '<span lang="nl" dir="auto">Uitbreiding</span>' in text
    for value in ("opvang@city.example", "2019", "Rode Kruis", "Bedden", "Ghent, Belgium", "Shelter and housing"):
        assert value in text
    assert "Complete and valid" in text


def test_a_source_can_be_opened_and_says_what_came_of_asking_for_it(desk, record_url):
    good, gone, never = (f"https://city.example/{name}" for name in ("good", "gone", "never-asked"))
    for url, state in ((good, LinkState.OK), (gone, LinkState.BROKEN)):
        LinkCheck.objects.create(digest=digest_of_address(url), url=url, state=state)
    submission = make_sent_submission(sources=[{"citation": url, "url": url} for url in (good, gone, never)])
    Submission.objects.update(
        content=submission.content
        | {"sources": [*submission.content["sources"], {"citation": "Bad", "url": "javascript:alert(1)"}]}
    )

    response = desk.get(record_url(submission))

    (sources,) = [
        field for section in response.context["sections"] for field in section.fields if field.field.name == "sources"
    ]
    states = {part.text: part.state for line in sources.lines for part in line if part.is_address}
    assert [states[url].split(" · ")[0] for url in (good, gone, never)] == ["Answers", "Broken", ""]
    assert f'<a href="{gone}" rel="noopener noreferrer">' in response.content.decode()
    assert 'href="javascript' not in response.content.decode()


def test_what_an_officer_wrote_is_text_not_markup(desk, record_url, moderator):
    hostile = "<script>alert(1)</script> & \u202ecitpes"
    submission = make_sent_submission(title=hostile, partners=[{"name": hostile, "role": ""}])
    ask_for_changes(submission, moderator, note=hostile)

    text = desk.get(record_url(submission)).content.decode()

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_a_change_is_compared_with_the_live_version_word_by_word(desk, record_url):
    practice = make_practice(summary="Ten beds in winter.")
    submission = make_sent_submission(practice=practice, summary={"en": "Twelve beds in winter & summer."})

    response = desk.get(record_url(submission))
    text = response.content.decode()

    assert [shown.field.name for shown in response.context["comparison"].fields] == ["summary"]
    assert '<del><bdi class="visually-hidden" lang="en">Removed: </bdi>Ten</del>' in text
    assert '<ins><bdi class="visually-hidden" lang="en">Added: </bdi>Twelve</ins> beds in winter<ins>' in text
    assert "&amp; summer" in text


def test_a_second_round_is_compared_with_the_first(desk, record_url, moderator):
    submission = make_sent_submission(title="Night shelter")
    submission = ask_for_changes(submission, moderator)
    submission = rewrite(submission, title="Night shelter for families")
    submission = perform(submission, Action.SUBMIT, by=submission.submitter, version=submission.version)

    response = desk.get(record_url(submission))

    assert [shown.field.name for shown in response.context["comparison"].fields] == ["title"]
    assert '<ins><bdi class="visually-hidden" lang="en">Added: </bdi> for families</ins>' in response.content.decode()


def test_round_and_live_version_are_one_link_apart_and_only_what_changed_another(desk, record_url, moderator):
    practice = make_practice(title="Night shelter", summary="Ten beds.", description="Open in winter.")
    submission = make_sent_submission(practice=practice, title={"en": "Day shelter", "fr": "Accueil de jour"})
    submission = ask_for_changes(submission, moderator)
    submission = rewrite(submission, summary="Twelve beds.")
    submission = perform(submission, Action.SUBMIT, by=submission.submitter, version=submission.version)

    def shown(query):
        response = desk.get(record_url(submission) + query)
        fields = [field for section in response.context["sections"] for field in section.fields]
        changed = {
            field.field.name: [c.language for c in field.changes[name]] for field in fields for name in field.changes
        }
        return changed, len(fields), response.content.decode()

    by_default, everything, text = shown("")
    against_live, _all, live_text = shown("?against=live")
    only, few, only_text = shown("?against=live&only=changed")

    assert by_default == shown("?against=nonsense")[0] == {"summary": ["en"]}
    assert "Changed since the last round (1)" in text
    # Nobody wrote where the French comes from, yet it is compared.
    assert against_live == only == {"title": ["en", "fr"], "summary": ["en"]}
    assert "Accueil de jour</ins>" in live_text
    assert (few, everything > 20) == (2, True)
    assert "Accueil de jour</ins>" in only_text
    assert "Open in winter." not in only_text.split('id="changes"')[1]


def test_the_first_round_has_nothing_to_compare(desk, record_url):
    response = desk.get(record_url(make_sent_submission()))

    assert response.context["comparison"] is None
    assert b"<ins>" not in response.content


def test_what_the_officer_types_meanwhile_is_theirs_until_sent(desk, record_url, moderator):
    submission = ask_for_changes(make_sent_submission(title="As it was sent"), moderator)
    rewrite(submission, title="Half a thou")

    text = desk.get(record_url(submission)).content.decode()

    assert "As it was sent" in text
    assert "Half a thou" not in text


def test_a_proposal_from_an_old_version_says_so(desk, record_url, moderator):
    practice = make_practice()
    submission = make_sent_submission(practice=practice, summary={"en": "Changed"})
    publish(make_document(), by=moderator, practice=practice)

    assert "the practice is at version 2 now" in desk.get(record_url(submission)).content.decode()


def test_checks_tell_what_blocks_from_what_is_only_missing(desk, record_url):
    submission = make_sent_submission()
    content = {**submission.content, "summary": {}, "service_areas": []}
    Submission.objects.filter(pk=submission.pk).update(content=content)

    response = desk.get(record_url(submission))

    assert [entry["anchor"] for entry in response.context["problems"]] == ["field-summary"]
    assert [entry["anchor"] for entry in response.context["missing"]] == ["field-service_areas"]


def test_the_person_and_whether_they_speak_for_the_city(desk, record_url):
    officer = make_user("officer@ghent.example", name="An Officer")
    submission = make_sent_submission(by=officer)
    waiting = desk.get(record_url(submission)).content.decode()
    make_member(officer, submission.city)
    verified = desk.get(record_url(submission)).content.decode()

    membership = officer.memberships.get()
    assert "officer@ghent.example" in waiting
    assert reverse("admin:cities_membership_change", args=[membership.pk]) in waiting
    assert "not verified yet" in waiting
    assert "verified until" in verified


def test_remarks_are_written_at_a_field_and_seen_by_the_officer_only_when_sent(desk, record_url, moderator):
    submission = make_sent_submission()

    response = desk.post(record_url(submission), {"path": "legal_basis", "text": "Which law?"})
    remark = Remark.objects.get()

    assert response.status_code == 302
    assert response.url == f"{record_url(submission)}#field-legal_basis"
    assert (remark.path, remark.text, remark.author, remark.sent_at) == ("legal_basis", "Which law?", moderator, None)
    ask_for_changes(submission, moderator)
    remark.refresh_from_db()
    assert remark.sent_at is not None


def test_how_many_remarks_wait_to_be_sent_is_said_in_words(desk, record_url, moderator):
    submission = make_sent_submission()

    add_remark(submission, by=moderator, path="legal_basis", text="Which law?")
    assert "1 remark is not sent yet." in desk.get(record_url(submission)).content.decode()
    add_remark(submission, by=moderator, path="title", text="Shorter?")
    assert "2 remarks are not sent yet." in desk.get(record_url(submission)).content.decode()


def test_an_answer_stands_under_its_remark(desk, record_url, moderator):
    submission = make_sent_submission()
    remark = add_remark(submission, by=moderator, path="legal_basis", text="Which law?")
    ask_for_changes(submission, moderator)
    remark.refresh_from_db()
    answer_remark(remark, by=submission.submitter, reply="The city's own decree.", answered=True)

    text = desk.get(record_url(submission)).content.decode()

    assert text.index("Which law?") < text.index("The city&#x27;s own decree.")
    assert "Remarks answered: 1 of 1." in text


def test_the_same_remark_twice_is_one(desk, record_url):
    submission = make_sent_submission()

    for _click in range(2):
        desk.post(record_url(submission), {"path": "title", "text": "Shorter?"})

    assert Remark.objects.count() == 1


def test_an_empty_remark_is_asked_for_at_its_field(desk, record_url):
    response = desk.post(record_url(make_sent_submission()), {"path": "title", "text": "  "})

    assert "Write the remark." in response.content.decode()
    assert not Remark.objects.exists()


def test_a_remark_on_a_closed_submission_is_refused_and_kept_in_its_field(desk, record_url, moderator):
    submission = ask_for_changes(make_sent_submission(), moderator)

    response = desk.post(record_url(submission), {"path": "title", "text": "Too late"})

    assert "Remarks can be written while" in response.content.decode()
    assert not Remark.objects.exists()


def test_only_ones_own_unsent_remark_is_taken_back(desk, record_url, moderator):
    submission = make_sent_submission()
    own = add_remark(submission, by=moderator, path="title", text="Own")
    other = add_remark(submission, by=make_moderator(), path="title", text="Other's")

    for pk in (own.pk, other.pk, 999, "nonsense", "9" * 40):
        assert desk.post(record_url(submission), {"drop": pk}).status_code == 302

    assert list(Remark.objects.all()) == [other]


def test_attachments_come_as_downloads(desk, record_url, client):
    submission = make_sent_submission()
    attachment = SubmissionAttachment.objects.create(
        submission=submission,
        file=ContentFile(b"<script>", name="x"),
        name="plan.pdf",
        content_type="text/html",
        size=8,
    )
    address = reverse("admin:submissions_submission_attachment", args=[attachment.uuid])

    page = desk.get(record_url(submission)).content.decode()
    response = desk.get(address)

    assert address in page
    assert response.headers["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert b"".join(response.streaming_content) == b"<script>"
    client.logout()
    assert client.get(address).status_code == 302


def test_looking_changes_nothing(desk, record_url):
    submission = make_sent_submission()
    before = (submission.version, submission.status, SubmissionEvent.objects.count())

    for query in ("", "?action=claim&version=2", "?text=Hello", "?drop=1"):
        assert desk.get(record_url(submission) + query).status_code == 200

    submission.refresh_from_db()
    assert (submission.version, submission.status, SubmissionEvent.objects.count()) == before


def test_number_of_queries_does_not_grow_with_the_talk(desk, record_url, moderator):
    submission = make_sent_submission()

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(record_url(submission)).status_code == 200
        return len(queries)

    def write(number):
        author = make_moderator(name=f"Moderator {number}")
        add_remark(submission, by=author, path="summary", text=f"Remark {number}")
        add_note(submission, by=author, text=f"Note {number}")
        Message.objects.create(submission=submission, author=author, from_moderators=True, text=f"Message {number}")
        ModeratorEdit.objects.create(submission=submission, path="title.en", before="A", after=f"B {number}", by=author)
        SubmissionEvent.objects.create(
            submission=submission, action=Action.CLAIM, from_status="submitted", to_status="in_review", by=author
        )
        Submission.objects.create(
            language="en", title=f"Earlier {number}", submitter=make_user(), city=submission.city, content={},
            status="rejected", submitted_at=submission.submitted_at, number=1000 + number,
        )  # fmt: skip

    set_tick(submission, by=moderator, item="dates", ticked=True)
    write(0)
    count()
    with_one = count()
    for number in range(1, 30):
        write(number)
        set_tick(submission, by=moderator, item=CHECKLIST[number % len(CHECKLIST)].name, ticked=True)

    assert (with_one, count()) == (QUERIES, QUERIES)


@pytest.mark.parametrize("address", ["0", "99999", "9" * 30, "nonsense", "%00", "1_2F"])
def test_an_address_of_nothing_leads_back(desk, address):
    response = desk.get(f"/admin/submissions/submission/{address}/change/")

    assert response.status_code == 302
