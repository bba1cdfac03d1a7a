"""Publishing: everything or nothing, one version at a time, and translations that know when they are old."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices.admin.versions import whole_document
from practices.choices import Provenance, Publication
from practices.content import readable_fields
from practices.document import complete, read
from practices.models import (
    Numbering,
    PeerNote,
    PeerNoteVersion,
    Practice,
    PracticeEvent,
    PracticeVersion,
    SearchDocument,
)
from practices.presentation.record import has_notes_for_peers
from practices.services import (
    InvalidDocumentError,
    OutdatedError,
    Proposal,
    confirm,
    publish,
    publish_many,
    reserve_number,
    withdraw,
)
from tests.factories import make_document, make_moderator, make_practice

pytestmark = pytest.mark.django_db


def fresh(practice):
    return Practice.objects.get(pk=practice.pk)


def test_published_practice_reads_back_as_its_document():
    document = make_document(
        title={"en": "Night shelter", "nl": "Nachtopvang"},
        provenance={"en": "original", "nl": "human"},
        other_cities=["utrecht"],
        partners=[{"name": "Red Cross", "role": "runs it"}],
        milestones=[{"year": 2019, "text": {"en": "Opened"}}],
        sources=[{"citation": "Council decision", "url": "https://city.example/decision"}],
        start_year=2019,
        firewall="partly",
        contact="shelter@city.example",
    )

    practice = publish(document, by=None)

    assert read(fresh(practice)) == document


def test_publishing_writes_version_event_and_index():
    moderator = make_moderator()

    practice = publish(make_document(), by=moderator, note="First")

    version = practice.versions.get()
    assert (version.number, version.created_by, version.note) == (1, moderator, "First")
    event = practice.events.get()
    assert (event.action, event.by, event.at) == (PracticeEvent.Action.PUBLISHED, moderator, practice.published_at)
    assert SearchDocument.objects.filter(practice=practice, language="en").exists()


def test_peers_part_of_a_version_stands_apart():
    practice = make_practice(contact="shelter@city.example", discreet_details="Ask for the back door.")

    version = practice.versions.get()
    assert "contact" not in version.content
    assert version.peer_note.content == {
        "contact": "shelter@city.example",
        "discreet_details": "Ask for the back door.",
        "peers_only": [],
    }


# --- Fields that a city keeps for peers -------------------------------------------------------------------------------


def reserved_texts(practice):
    """What the tables that the public is served from hold of the two fields and their language."""
    practice = Practice.objects.get(pk=practice.pk)
    columns = {practice.funding_en, practice.funding_nl, practice.evidence_en}
    partners = {partner.name for partner in practice.partners.all()}
    versions = {str(version.content) for version in practice.versions.all()}
    languages = {state.language for state in practice.texts.all()}
    return columns | partners | languages, " ".join(versions)


def test_reserved_fields_stand_in_the_peers_tables_alone():
    document = make_document(
        funding={"en": "The mayor's purse", "nl": "Het potje"},
        partners=[{"name": "Quiet Friends"}],
        unknown=["evidence"],
        provenance={"en": "original", "nl": "machine"},
        peers_only=["funding", "partners", "evidence"],
    )

    practice = publish(document, by=None)

    assert reserved_texts(practice)[0] == {"", "en"}
    practice = Practice.objects.get(pk=practice.pk)
    assert practice.unknown == []
    assert practice.peer_note.fields["funding"] == {"en": "The mayor's purse", "nl": "Het potje"}
    assert read(practice) == complete(document)
    public = read(practice, fields=readable_fields(trusted=False, city_withheld=False))
    assert (public["funding"], public["partners"], public["unknown"], public["peers_only"]) == ({}, [], [], [])
    assert public["provenance"] == {"en": "original"}


def test_reserving_a_field_takes_it_out_of_earlier_versions():
    practice = make_practice(funding="The mayor's purse", partners=[{"name": "Quiet Friends"}])
    practice = publish({**read(practice), "start_year": 2001, "contact": "A mailbox"}, by=None, practice=practice)
    before = [whole_document(version) for version in practice.versions.order_by("number")]

    publish({**read(practice), "peers_only": ["funding", "partners"]}, by=None, practice=practice)

    versions = list(PracticeVersion.objects.filter(practice=practice).order_by("number"))
    assert len(versions) == 3
    assert not any("purse" in str(version.content) or "Quiet" in str(version.content) for version in versions)
    # As wholes the earlier ones say what they said.
    assert [whole_document(version) for version in versions[:2]] == before
    assert whole_document(versions[2])["funding"] == {"en": "The mayor's purse"}


def test_opening_a_field_publishes_it_from_now_on():
    practice = make_practice(funding="The mayor's purse", peers_only=["funding"])

    publish({**read(practice), "peers_only": []}, by=None, practice=practice)

    practice = Practice.objects.get(pk=practice.pk)
    assert practice.funding_en == "The mayor's purse"
    assert not PeerNote.objects.exists()
    contents = [version.content["funding"] for version in practice.versions.order_by("number")]
    assert contents == [{}, {"en": "The mayor's purse"}]


def test_changing_reserved_texts_makes_no_translation_stale():
    practice = make_practice(
        title={"en": "Night bus", "nl": "Nachtbus"},
        provenance={"en": "original", "nl": "human"},
        funding="The mayor's purse",
        peers_only=["funding"],
    )

    for change in ({"funding": {"en": "The bishop's purse"}}, {"peers_only": []}, {"peers_only": ["funding"]}):
        practice = Practice.objects.get(pk=practice.pk)
        publish({**read(practice), **change}, by=None, practice=practice)
        assert not practice.texts.filter(stale=True).exists(), change

    practice = Practice.objects.get(pk=practice.pk)
    publish({**read(practice), "title": {"en": "Night train", "nl": "Nachtbus"}}, by=None, practice=practice)
    assert practice.texts.get(stale=True).language == "nl"


def test_reserving_what_is_not_said_yet_keeps_it_for_peers_when_it_comes():
    practice = make_practice(peers_only=["funding"])
    assert not has_notes_for_peers(practice)

    practice = Practice.objects.get(pk=practice.pk)
    publish({**read(practice), "funding": {"en": "The mayor's purse"}}, by=None, practice=practice)

    practice = Practice.objects.get(pk=practice.pk)
    assert practice.funding_en == ""
    assert has_notes_for_peers(practice)


@pytest.mark.parametrize(
    ("notes", "there"),
    [
        ({}, False),
        ({"contact": "The desk"}, True),
        ({"discreet_details": "By the back door"}, True),
        ({"peers_only": ["partners", "funding"]}, False),
        ({"peers_only": ["partners"], "partners": [{"name": "The clinic"}]}, True),
        ({"peers_only": ["funding"], "unknown": ["funding"]}, True),
        ({"peers_only": ["funding"], "funding": "The mayor's purse"}, True),
        ({"peers_only": ["funding"], "evidence": "Open to all"}, False),
    ],
)
def test_notes_for_peers_are_announced_without_being_read(notes, there):
    practice = make_practice(**notes)

    with CaptureQueriesContext(connection) as queries:
        assert has_notes_for_peers(practice) is there

    assert [query["sql"].split("FROM")[0].strip() for query in queries] == ['SELECT 1 AS "a"']


def test_what_is_not_known_is_published():
    practice = make_practice(unknown=["evidence", "funding"])

    assert Practice.objects.get(pk=practice.pk).unknown == ["funding", "evidence"]
    assert practice.versions.get().content["unknown"] == ["funding", "evidence"]


def test_peers_part_goes_when_it_is_emptied():
    practice = make_practice(contact="shelter@city.example")

    publish({**read(practice), "contact": ""}, by=None, practice=practice)

    assert not PeerNote.objects.exists()
    assert PeerNoteVersion.objects.count() == 1


def test_numbers_follow_each_other():
    assert [make_practice().number, make_practice().number, reserve_number(), make_practice().number] == [1, 2, 3, 4]


def test_reserved_number_is_used():
    number = reserve_number()

    assert publish(make_document(), by=None, number=number).number == number
    assert Numbering.objects.get().last_number == number


@pytest.mark.parametrize(
    ("overrides", "slug"),
    [
        ({"title": "Nuit à Liège"}, "nuit-a-liege"),
        ({"title": {"en": "Night bus", "nl": "Nachtbus"}, "original_language": "nl", "summary": "Kort."}, "night-bus"),
        ({"original_language": "el", "title": "Στέγη για όλους"}, "cmise-0001"),
        ({"title": "Night bus", "city_withheld": True}, "cmise-0001"),
    ],
)
def test_slug_comes_from_the_title(overrides, slug):
    assert make_practice(**overrides).slug == slug


def test_same_title_gets_its_own_slug():
    assert make_practice(title="Night bus").slug == "night-bus"
    assert make_practice(title="Night bus").slug == "night-bus-2"


def test_invalid_document_writes_nothing():
    with pytest.raises(InvalidDocumentError) as refusal:
        publish(make_document(lead_city="atlantis", start_year=19), by=None)

    assert {problem.path for problem in refusal.value.problems} == {"lead_city", "start_year"}
    assert not Practice.objects.exists()
    assert not Numbering.objects.exists()


def test_next_version_replaces_everything_but_identity():
    practice = make_practice(title="Night bus", partners=[{"name": "Red Cross"}])
    identity = (practice.pk, practice.number, practice.slug, practice.published_at)

    document = make_document(title="Day bus", service_areas=["education"], lead_city="utrecht")
    publish(document, by=None, practice=practice, based_on=1)

    practice = fresh(practice)
    assert (practice.pk, practice.number, practice.slug, practice.published_at) == identity
    assert read(practice) == document
    assert practice.current_version == 2
    assert practice.versions.get(number=1).content["title"] == {"en": "Night bus"}


def test_outdated_change_writes_nothing():
    practice = make_practice(title="Night bus")
    publish({**read(practice), "funding": {"en": "By the city."}}, by=None, practice=fresh(practice))

    with pytest.raises(OutdatedError):
        publish({**read(practice), "funding": {"en": "By the state."}}, by=None, practice=fresh(practice), based_on=1)

    assert fresh(practice).text("funding", "en").value == "By the city."
    assert PracticeVersion.objects.count() == 2


def test_translation_is_stale_when_only_the_original_changed():
    practice = make_practice(
        title={"en": "Night bus", "nl": "Nachtbus", "de": "Nachtbus"},
        provenance={"en": "original", "nl": "machine", "de": "human"},
    )
    document = read(practice)
    document["title"] = {"en": "Night train", "nl": "Nachttrein", "de": "Nachtbus"}

    publish(document, by=None, practice=practice)

    practice = fresh(practice)
    assert not practice.text("title", "en").stale
    assert not practice.text("title", "nl").stale
    assert practice.text("title", "de").stale
    assert practice.texts.get(language="de").source_version == 1


def test_stale_translation_stays_so_until_it_changes():
    practice = make_practice(title={"en": "A", "nl": "B"}, provenance={"en": "original", "nl": "human"})
    document = read(practice)
    document["title"] = {"en": "A2", "nl": "B"}
    publish(document, by=None, practice=fresh(practice))
    document["firewall"] = "yes"
    publish(document, by=None, practice=fresh(practice))
    assert fresh(practice).text("title", "nl").stale

    document["title"] = {"en": "A2", "nl": "B2"}
    publish(document, by=None, practice=fresh(practice))
    assert not fresh(practice).text("title", "nl").stale


def test_translation_without_provenance_counts_as_a_persons():
    practice = make_practice(title={"en": "A", "nl": "B"})

    assert practice.text("title", "nl").provenance == Provenance.HUMAN


def test_withdrawing_twice_is_withdrawing_once():
    practice = make_practice()

    withdraw(practice, by=make_moderator(), reason="The city asks for it.")
    withdraw(practice, by=make_moderator(), reason="Again.")

    practice = fresh(practice)
    assert practice.publication == Publication.WITHDRAWN
    assert practice.withdrawal_reason == "The city asks for it."
    assert practice.events.filter(action=PracticeEvent.Action.WITHDRAWN).count() == 1
    assert not Practice.objects.public().exists()
    assert not SearchDocument.objects.exists()


def test_publishing_again_ends_a_withdrawal():
    practice = make_practice()
    withdraw(practice, by=None, reason="The city asks for it.")

    publish(read(practice), by=None, practice=fresh(practice))

    assert list(Practice.objects.public()) == [practice]
    assert fresh(practice).withdrawal_reason == ""


def test_a_proposal_from_before_a_withdrawal_does_not_end_it():
    practice = make_practice()
    proposed = make_document(title="Proposed before")
    withdraw(practice, by=None, reason="The city asks for it.")

    with pytest.raises(OutdatedError):
        publish(proposed, by=None, practice=fresh(practice), based_on=1)

    assert not Practice.objects.public().exists()
    assert fresh(practice).current_version == 1


def test_confirming_makes_no_version():
    practice = make_practice()
    assert practice.confirmed_at is None

    confirm(practice, by=None)

    assert fresh(practice).confirmed_at is not None
    assert PracticeVersion.objects.count() == 1


def test_thirty_take_few_statements_more_than_one():
    documents = [make_document(contact="shelter@city.example") for _ in range(31)]
    with CaptureQueriesContext(connection) as for_one:
        publish_many([Proposal(document=documents[0])], by=None)
    with CaptureQueriesContext(connection) as for_thirty:
        publish_many([Proposal(document=document) for document in documents[1:]], by=None)

    # SQLite takes at most 999 values in a statement, so some come in several batches.
    assert len(for_thirty) < 2 * len(for_one)


def test_many_are_published_all_or_none():
    good, bad = make_document(), make_document(lead_city="atlantis")

    with pytest.raises(InvalidDocumentError):
        publish_many([Proposal(document=good), Proposal(document=bad)], by=None)

    assert not Practice.objects.exists()


def test_many_may_be_new_and_changed_together():
    practice = make_practice(title="Night bus")
    change = {**read(practice), "funding": {"en": "By the city."}}

    made = publish_many(
        [
            Proposal(document=make_document(title="Night bus")),
            Proposal(document=change, practice=fresh(practice)),
            Proposal(document=make_document(title="Night bus")),
        ],
        by=None,
    )

    assert [(each.slug, each.current_version) for each in made] == [
        ("night-bus-2", 1),
        ("night-bus", 2),
        ("night-bus-3", 1),
    ]
    assert fresh(practice).text("funding", "en").value == "By the city."
