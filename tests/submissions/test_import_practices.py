"""Taking over practices from another system: published or submitted, never half, never twice."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import OutgoingMail
from practices.document import read
from practices.models import Practice
from practices.services import publish
from submissions.choices import Status
from submissions.models import Submission
from tests.factories import make_city, make_moderator, make_terms, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cities_and_terms():
    make_terms()
    make_city("ghent")
    make_city("utrecht")


@pytest.fixture
def file(tmp_path):
    def write(*records):
        path = tmp_path / "practices.jsonl"
        lines = (record if isinstance(record, str) else json.dumps(record) for record in records)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def least(slug="night-bus", **values):
    record = {
        "slug": slug,
        "original_language": "nl",
        "title": {"nl": f"Nachtbus {slug}"},
        "summary": {"nl": "Een bus die ’s nachts rijdt."},
        "city": "ghent",
    }
    return {name: value for name, value in (record | values).items() if value is not ...}


def run(path, **options):
    output = io.StringIO()
    call_command("import_practices", path, stdout=output, stderr=output, **options)
    return output.getvalue()


def refused(path, **options):
    output = io.StringIO()
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_practices", path, stdout=output, stderr=output, **options)
    return output.getvalue()


def test_least_record_is_published(file):
    run(file(least()), publish=True)

    practice = Practice.objects.public().get()
    assert (practice.slug, practice.original_language) == ("night-bus", "nl")
    assert practice.text("summary", "en").value == "Een bus die ’s nachts rijdt."
    assert read(practice)["service_areas"] == []


def test_full_record_arrives_whole(file):
    record = least(
        title={"nl": "Nachtbus", "en": "Night bus"},
        provenance={"nl": "original", "en": "human"},
        description="Platte tekst is in de oorspronkelijke taal.",
        other_cities=["utrecht"],
        service_areas=["shelter"],
        target_groups=["women"],
        approach=["outreach"],
        start_year=2019,
        partners=["Red Cross", {"name": "City", "role": "pays"}],
        milestones=[{"year": 2020, "text": "Tweede bus"}],
        sources=[{"citation": "C", "cited_reference": {"citation": "D", "url": "https://city.example/"}}],
        visibility="peers",
        contact="bus@city.example",
    )

    run(file(record), publish=True)

    document = read(Practice.objects.get())
    assert document["title"] == {"nl": "Nachtbus", "en": "Night bus"}
    assert document["description"] == {"nl": "Platte tekst is in de oorspronkelijke taal."}
    assert document["provenance"] == {"nl": "original", "en": "human"}
    assert document["approaches"] == ["outreach"]
    assert document["partners"] == [{"name": "Red Cross"}, {"name": "City", "role": "pays"}]
    assert document["milestones"] == [{"year": 2020, "text": {"nl": "Tweede bus"}}]
    assert document["sources"] == [{"citation": "C", "cited_citation": "D", "cited_url": "https://city.example/"}]
    assert (document["visibility"], document["contact"]) == ("peers", "bus@city.example")


def test_without_publish_records_wait_for_the_moderators(file):
    person = make_user("importer@city.example")

    output = run(file(least(), least("day-bus")), by="Importer@City.example")

    assert "2 submitted" in output
    assert not Practice.objects.exists()
    submissions = Submission.objects.waiting_for_moderators().filter(submitter=person)
    assert submissions.count() == 2
    assert {submission.city.slug for submission in submissions} == {"ghent"}
    assert len({submission.number for submission in submissions}) == 2


def test_import_writes_no_mail_for_each_record(file):
    make_user("importer@city.example")

    run(file(least()), by="importer@city.example")

    assert not OutgoingMail.objects.exists()


def test_submissions_are_not_sent_twice(file):
    make_user("importer@city.example")
    run(file(least()), by="importer@city.example")

    output = run(file(least(), least("day-bus")), by="importer@city.example")

    assert "1 submitted, 1 were submitted before" in output
    assert Submission.objects.filter(status=Status.SUBMITTED).count() == 2


@pytest.mark.parametrize("options", [{}, {"by": "nobody@city.example"}])
def test_submitting_needs_a_person(file, options):
    with pytest.raises(CommandError, match=r"--by EMAIL|nobody@city\.example"):
        run(file(least()), **options)
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        (least("bad", title=...), "line 2, title"),
        (least("bad", summary={"en": "Not in the original language"}), "line 2, summary.nl"),
        (least("bad", summary=""), "line 2, summary"),
        (least("bad", original_language="xx"), "line 2, original_language"),
        (least("bad", original_language=["nl"]), "line 2, original_language"),
        (least("bad", city="atlantis"), "line 2, city"),
        (least("bad", city={"slug": "ghent"}), "line 2, city"),
        (least("bad", colour="red"), "line 2, colour"),
        (least("bad", milestones=[{"year": 2019}]), "line 2, milestones.0.text"),
        (least("bad", title={"nl": 5}), "line 2, title.nl"),
        (least("bad", visibility="everyone"), "line 2, visibility"),
        (least("night-bus"), "line 2, slug"),
        ("{", "line 2"),
    ],
)
def test_bad_record_is_named_and_nothing_is_imported(file, bad, place):
    output = refused(file(least(), bad), publish=True)

    assert f"practices.jsonl, {place}" in output
    assert "1 of 2 records" in output
    assert not Practice.objects.exists()


def test_good_records_are_imported_when_asked(file):
    output = run(file(least(), least("bad", city="atlantis"), least("day-bus")), publish=True, skip_bad=True)

    assert "line 2, city" in output
    assert set(Practice.objects.values_list("slug", flat=True)) == {"night-bus", "day-bus"}


def test_missing_file_is_named(tmp_path):
    assert "cannot be read" in refused(tmp_path / "nothing.jsonl", publish=True)


def test_importing_again_continues(file):
    run(file(least()), publish=True)

    assert "1 published, 0 changed, 1 as before" in run(file(least(), least("day-bus")), publish=True)


def test_importing_again_follows_the_file_unless_people_wrote_since(file):
    run(file(least(), least("day-bus")), publish=True)
    practice = Practice.objects.get(slug="day-bus")
    publish({**read(practice), "start_year": 2001}, by=make_moderator(), practice=practice)

    output = run(file(least(start_year=2010), least("day-bus", start_year=2011)), publish=True)

    assert "0 published, 1 changed, 0 as before, 1 left" in output
    assert dict(Practice.objects.values_list("slug", "start_year")) == {"night-bus": 2010, "day-bus": 2001}


def test_many_records_are_published_chunk_by_chunk(file):
    output = run(file(*(least(f"bus-{number}") for number in range(230))), publish=True)

    assert "230 published" in output
    assert list(Practice.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 231))
