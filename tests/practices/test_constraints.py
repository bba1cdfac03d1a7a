"""What the database itself refuses, whoever writes: each named constraint of all apps, kept and broken."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import OutgoingMail, User
from cities.models import City, Membership
from practices.models import (
    Adaptation,
    ColleagueMessage,
    Milestone,
    Numbering,
    Practice,
    PracticeText,
    PracticeVersion,
    SearchDocument,
    SearchPosting,
    SearchVersion,
    SearchWord,
    SemanticProgress,
    SemanticVector,
)
from submissions.models import (
    ChecklistTick,
    DismissedWarning,
    Invitation,
    Nomination,
    SavedView,
    Submission,
    TermProposal,
)
from tests.factories import (
    make_city,
    make_member,
    make_moderator,
    make_practice,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db
APPS = ("accounts", "cities", "practices", "submissions")
NOW = timezone.now()


def updated(model, make, **values):
    """Writes columns past the services: of the row that `make` made, first those that are allowed."""

    def write():
        model._base_manager.filter(pk=make().pk).update(**values)

    return write


def created(model, **values):
    def write():
        made = {name: value() if callable(value) else value for name, value in values.items()}
        model._base_manager.create(**made)

    return write


def practice(**values):
    return updated(Practice, make_practice, **values)


def submission(**values):
    return updated(Submission, make_submission, **values)


def text(**values):
    return created(PracticeText, practice=lambda: make_practice(provenance={"en": "original"}), **values)


def membership(**values):
    return updated(Membership, make_member, **values)


def self_verified():
    made = make_member()
    Membership.objects.filter(pk=made.pk).update(verified_by=made.user)


def membership_again():
    made = make_member()
    Membership.objects.create(user=made.user, city=make_city("utrecht"))
    Membership.objects.filter(city__slug="utrecht").update(city=made.city)


def membership_of_another_city():
    made = make_member()
    Membership.objects.create(user=made.user, city=make_city("utrecht"))


def version_of(number):
    def write():
        made = make_practice()
        PracticeVersion.objects.create(practice=made, number=number, content={}, visibility="public", created_at=NOW)

    return write


def open_changes(*kinds, languages=("en", "en")):
    def write():
        made, person = make_practice(), make_user()
        for kind, language in zip(kinds, languages, strict=True):
            Submission.objects.create(
                practice=made, base_version=1, submitter=person, kind=kind, language=language, content={}
            )

    return write


def of_one_submission(model, *rows):
    """Rows of one submission."""

    def write():
        made = make_submission()
        for values in rows:
            model.objects.create(submission=made, **values)

    return write


def saved_views(*names):
    def write():
        owner = make_moderator()
        for name in names:
            SavedView.objects.create(owner=owner, name=name, query="turn=all")

    return write


def mail(**values):
    return created(OutgoingMail, recipient="a@city.example", language="en", subject="", body="", **values)


def merged_city(*, into_itself):
    def write():
        city, other = make_city("utrecht"), make_city("berlin")
        City.objects.filter(pk=city.pk).update(merged_into=city if into_itself else other)

    return write


def numbered(*numbers):
    def write():
        person = make_user()
        for number in numbers:
            Submission.objects.create(number=number, submitter=person, language="en", content={})

    return write


def assigned():
    moderator = make_moderator()
    Submission.objects.filter(pk=make_submission().pk).update(status="in_review", submitted_at=NOW, assignee=moderator)


def scheduled(day):
    def write():
        Submission.objects.filter(pk=make_submission().pk).update(
            status="scheduled", submitted_at=NOW, assignee=make_moderator(), embargo_until=day
        )

    return write


def dismissed(*paths):
    def write():
        made = make_submission()
        for path in paths:
            DismissedWarning.objects.create(submission=made, path=path, code="email", digest="0" * 64, reason="Public")

    return write


def published():
    Submission.objects.filter(pk=make_submission().pk).update(
        status="published", submitted_at=NOW, practice=make_practice()
    )


def change_of(base_version):
    def write():
        made = make_practice()
        Submission.objects.create(
            kind="update",
            practice=made,
            base_version=base_version,
            submitter=make_user(),
            language="en",
            content={},
        )

    return write


def invitation(expires):
    return created(
        Invitation, submission=make_submission, kind="claim", email="a@city.example", digest="d", created_at=NOW,
        expires_at=expires,
    )  # fmt: skip


def indexed(*languages):
    def write():
        made = make_practice()
        SearchDocument.objects.filter(practice=made).delete()
        for number, language in enumerate(languages):
            SearchDocument.objects.create(pk=10**6 + number, practice=made, language=language, visibility="public")

    return write


def postings(*circles):
    def write():
        for circle in circles:
            SearchPosting.objects.create(token="zyxwort", circle=circle, block=0, documents=b"", amounts=b"")

    return write


def words(*languages):
    def write():
        for language in languages:
            SearchWord.objects.create(word="zyxwort", language=language)

    return write


def vectors(*languages):
    def write():
        made = make_practice()
        for language in languages:
            SemanticVector.objects.create(practice=made, language=language, visibility="public", vector=b"\x00\x3c")

    return write


# Name of the constraint: something it allows, then something it refuses.
ASKED = {
    "status": "asked",
    "email": "welfare@city.example",
    "digest": "0" * 64,
    "asked_at": NOW,
    "expires_at": NOW + timedelta(days=60),
}
NOT_ASKED = {"email": "", "digest": None, "asked_at": None, "expires_at": None}


def nomination(**values):
    given = {"title": "Night bus", "text": "It runs at night.", "language": "en", "city_name": "Leuven"}
    return created(Nomination, **(given | values))


def adaptations(*cities, **values):
    def write():
        made = make_practice()
        for city in cities:
            Adaptation.objects.create(
                practice=made, city=make_city(city), text="So do we.", language="en", by=make_user(), **values
            )

    return write


def message_to(make_recipient):
    def write():
        sender = make_user()
        ColleagueMessage.objects.create(
            practice=make_practice(),
            sender=sender,
            recipient=make_recipient() if make_recipient else sender,
            text="Hello",
            language="en",
        )

    return write


CASES = {
    "accounts_user_email_unique": [
        lambda: [make_user("a@city.example"), make_user("b@city.example")],
        lambda: [User.objects.create(email="a@city.example"), User.objects.create(email="A@City.Example")],
    ],
    "cities_city_coordinates_on_earth": [
        updated(City, make_city, latitude=-90, longitude=180),
        updated(City, make_city, latitude=90.5),
        updated(City, make_city, longitude=-181),
    ],
    "cities_membership_once": [membership_of_another_city, membership_again],
    "cities_membership_verified_by_at_until": [
        membership(verified_by=None, verified_at=None, valid_until=None),
        membership(verified_by=None),
        membership(valid_until=None),
    ],
    "cities_membership_ends_after_it_begins": [
        membership(valid_until=NOW + timedelta(days=1000)),
        membership(valid_until=NOW - timedelta(days=1)),
    ],
    "cities_membership_not_verified_by_oneself": [make_member, self_verified],
    "practices_practice_ends_after_it_starts": [
        practice(start_year=2019, end_year=2019),
        practice(start_year=2019, end_year=2018),
    ],
    "practices_practice_years_in_range": [
        practice(start_year=1900, end_year=2100),
        practice(start_year=1899),
        practice(end_year=2101),
    ],
    "practices_practice_visibility_known": [practice(visibility="peers"), practice(visibility="all")],
    "practices_practice_withdrawn_with_date": [
        practice(publication="withdrawn", withdrawn_at=NOW),
        practice(publication="withdrawn"),
        practice(withdrawn_at=NOW),
    ],
    "practices_practice_counts_from_one": [practice(number=77), practice(number=0), practice(current_version=0)],
    "practices_practice_language_known": [practice(original_language="el"), practice(original_language="xx")],
    "practices_text_once_per_language": [
        text(language="nl", provenance="machine"),
        text(language="en", provenance="machine"),
    ],
    "practices_text_one_original": [
        text(language="nl", provenance="human"),
        text(language="nl", provenance="original"),
    ],
    "practices_text_original_never_stale": [
        text(language="nl", provenance="human", stale=True),
        lambda: PracticeText.objects.filter(practice=make_practice(), provenance="original").update(stale=True),
    ],
    "practices_numbering_one_row": [created(Numbering, pk=1), created(Numbering, pk=2)],
    "practices_version_number_once": [version_of(2), version_of(1)],
    "practices_version_counts_from_one": [version_of(2), version_of(0)],
    "practices_milestone_year_in_range": [
        created(Milestone, practice=make_practice, year=2019),
        created(Milestone, practice=make_practice, year=19),
    ],
    "practices_searchdocument_once": [indexed("en", "nl"), indexed("en", "en")],
    "practices_searchposting_once": [postings(0, 1), postings(1, 1)],
    "practices_searchword_once": [words("en", "nl"), words("en", "en")],
    "practices_semanticvector_once": [vectors("en", "nl"), vectors("en", "en")],
    "practices_semanticprogress_one_row": [created(SemanticProgress, pk=1), created(SemanticProgress, pk=2)],
    "practices_searchversion_one_row": [created(SearchVersion, pk=1), created(SearchVersion, pk=2)],
    "submissions_submission_status_known": [submission(status="withdrawn"), submission(status="lost")],
    "submissions_submission_sent_with_date": [
        submission(status="submitted", submitted_at=NOW),
        submission(status="submitted"),
        submission(status="rejected"),
    ],
    "submissions_submission_change_names_practice": [change_of(1), change_of(None), submission(kind="translation")],
    "submissions_submission_published_has_practice": [published, submission(status="published", submitted_at=NOW)],
    "submissions_submission_review_has_assignee": [assigned, submission(status="in_review", submitted_at=NOW)],
    "submissions_submission_number_once": [numbered(7, 8, None, None), numbered(7, 7)],
    "submissions_submission_one_open_change": [
        open_changes("update", "translation"),
        open_changes("update", "update"),
        open_changes("update", "update", languages=("en", "nl")),
    ],
    "submissions_submission_one_open_translation": [
        open_changes("translation", "translation", languages=("en", "nl")),
        open_changes("translation", "translation"),
    ],
    "submissions_tick_once": [
        of_one_submission(ChecklistTick, {"item": "sources"}, {"item": "dates"}),
        of_one_submission(ChecklistTick, {"item": "sources"}, {"item": "sources"}),
    ],
    "submissions_term_proposal_once": [
        of_one_submission(TermProposal, {"vocabulary": "approaches"}, {"vocabulary": "target_groups"}),
        of_one_submission(TermProposal, {"vocabulary": "approaches"}, {"vocabulary": "approaches"}),
    ],
    "submissions_term_proposal_status_known": [
        of_one_submission(TermProposal, {"vocabulary": "approaches", "status": "added"}),
        of_one_submission(TermProposal, {"vocabulary": "approaches", "status": "lost"}),
    ],
    "submissions_saved_view_once": [saved_views("Late", "Mine"), saved_views("Late", "Late")],
    "accounts_mail_sent_or_taken_back": [
        mail(sent_at=NOW),
        mail(sent_at=NOW, taken_back_at=NOW),
    ],
    "cities_city_not_merged_into_itself": [merged_city(into_itself=False), merged_city(into_itself=True)],
    "submissions_invitation_expires_later": [
        invitation(NOW + timedelta(days=1)),
        invitation(NOW - timedelta(days=1)),
    ],
    "submissions_submission_scheduled_has_day": [scheduled(NOW.date()), scheduled(None)],
    "submissions_dismissed_warning_once": [dismissed("summary.en", "title.en"), dismissed("title.en", "title.en")],
    "submissions_nomination_status_known": [nomination(status="refused"), nomination(status="lost")],
    "submissions_nomination_names_city": [
        nomination(city_name="Leuven"),
        nomination(city_name=""),
    ],
    "submissions_nomination_asked_has_link": [
        nomination(**ASKED),
        *(nomination(**{**ASKED, missing: value}) for missing, value in NOT_ASKED.items()),
    ],
    "practices_adaptation_once_per_city": [adaptations("utrecht", "berlin"), adaptations("utrecht", "utrecht")],
    "practices_adaptation_status_known": [
        adaptations("utrecht", status="shown"),
        adaptations("utrecht", status="lost"),
    ],
    "practices_adaptation_year_in_range": [
        adaptations("utrecht", year=2021),
        adaptations("utrecht", year=21),
    ],
    "practices_message_to_somebody_else": [message_to(make_user), message_to(None)],
}  # fmt: skip


def names_of_constraints():
    return {
        constraint.name
        for label in APPS
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
    }


def test_every_constraint_has_a_case():
    assert names_of_constraints() == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_constraint_allows_what_is_right(name):
    CASES[name][0]()


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, cases in CASES.items() for number in range(1, len(cases))]
)
def test_constraint_refuses_what_is_wrong(name, number):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        CASES[name][number]()

    assert names_the_constraint(str(refusal.value), name)


def names_the_constraint(message, name):
    """PostgreSQL names every constraint; SQLite names those that check, and the columns of those that are unique."""
    return name in message or "UNIQUE constraint failed" in message
