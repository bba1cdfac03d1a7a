"""Loading files: what is right becomes practices, what is wrong is named and nothing is loaded."""

import io
import json
import re
import shutil

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper

from cities.models import City, Typology
from practices.choices import Provenance, Visibility
from practices.document import read
from practices.loading.progress import Progress
from practices.loading.registry import NOTE
from practices.loading.synthetic import Lexicon, Synthesiser
from practices.models import Approach, Practice, PracticeVersion, ServiceArea, TargetGroup
from practices.services import publish, withdraw
from tests.factories import make_moderator

pytestmark = pytest.mark.django_db
DATA = settings.BASE_DIR / "practices" / "data"
FILES = ("cities.jsonl", "practices.jsonl", "practices_i18n.jsonl", "taxonomy.json")


@pytest.fixture
def directory(tmp_path):
    """The registry's own files with five practices, their cities and a few more, to be broken by a test."""
    for name in FILES:
        shutil.copy(DATA / name, tmp_path)
    for name in ("practices.jsonl", "practices_i18n.jsonl"):
        write_lines(tmp_path / name, lines_of(tmp_path / name)[:5])
    named = {json.loads(line)["city"] for line in lines_of(tmp_path / "practices.jsonl")}
    cities = lines_of(tmp_path / "cities.jsonl")
    wanted = [line for line in cities[5:] if json.loads(line)["slug"] in named]
    write_lines(tmp_path / "cities.jsonl", [*cities[:5], *wanted])
    return tmp_path


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines()


def write_lines(path, lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def change(path, line, **values):
    """Set fields of the record in a line; `...` removes one."""
    lines = lines_of(path)
    record = json.loads(lines[line - 1]) | values
    lines[line - 1] = json.dumps({name: value for name, value in record.items() if value is not ...})
    write_lines(path, lines)


def load(directory):
    output = io.StringIO()
    call_command("load_registry", directory, stdout=output, stderr=output)
    return output.getvalue()


def refused(directory):
    """What the command says before it refuses; the database must stay empty."""
    output = io.StringIO()
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_registry", directory, stdout=output, stderr=output)
    assert not Practice.objects.exists()
    assert not City.objects.exists()
    assert not ServiceArea.objects.exists()
    return output.getvalue()


def test_whole_registry_in_seven_languages():
    load(DATA)

    practices = list(Practice.objects.public().with_details())
    assert len(practices) == len(lines_of(DATA / "practices.jsonl"))
    assert all(practice.languages == settings.LANGUAGE_CODES for practice in practices)
    assert City.objects.count() == len(lines_of(DATA / "cities.jsonl"))
    assert [model.objects.count() for model in (ServiceArea, TargetGroup, Approach, Typology)] == [13, 13, 17, 5]


def test_numbers_follow_the_file(directory):
    load(directory)

    slugs = [json.loads(line)["slug"] for line in lines_of(directory / "practices.jsonl")]
    assert list(Practice.objects.order_by("number").values_list("slug", flat=True)) == slugs
    assert Practice.objects.get(slug=slugs[0]).reference == "CMISE-0001"


def test_translations_say_that_nobody_has_read_them(directory):
    load(directory)

    practice = Practice.objects.first()
    assert practice.text("title", "en").provenance == Provenance.ORIGINAL
    assert practice.text("title", "el").provenance == Provenance.MACHINE


def test_null_means_not_stated(directory):
    change(directory / "practices.jsonl", 1, firewall=None, depth=None, end_year=None)

    load(directory)

    practice = Practice.objects.get(number=1)
    assert (practice.firewall, practice.depth, practice.operation_status) == ("unknown", "unknown", "unknown")
    assert practice.evidence_level == "described"


def test_year_of_the_end_means_ended(directory):
    change(directory / "practices.jsonl", 1, start_year=2016, end_year=2018)

    load(directory)

    assert Practice.objects.get(number=1).operation_status == "ended"


def test_source_keeps_the_work_that_it_cites(directory):
    cited = {"citation": "A report of the city, 2018", "url": "https://city.example/report"}
    change(
        directory / "practices.jsonl",
        1,
        sources=[{"document": "D", "citation": "C", "url": None, "locator": "p. 3", "cited_reference": cited}],
    )

    load(directory)

    source = Practice.objects.get(number=1).sources.get()
    assert (source.document, source.citation, source.url, source.locator) == ("D", "C", "", "p. 3")
    assert (source.cited_citation, source.cited_url) == (cited["citation"], cited["url"])


def test_second_run_publishes_nothing(directory):
    load(directory)

    assert "0 published, 0 changed, 5 as before" in load(directory)
    assert PracticeVersion.objects.count() == 5


def test_changed_record_becomes_a_version(directory):
    load(directory)
    change(directory / "practices.jsonl", 2, funding="Paid by the city.")

    assert "0 published, 1 changed, 4 as before" in load(directory)
    practice = Practice.objects.get(number=2)
    assert practice.current_version == 2
    assert practice.text("funding", "en").value == "Paid by the city."


def test_changed_city_and_term_follow_the_files(directory):
    load(directory)
    names = json.loads(lines_of(directory / "cities.jsonl")[0])["names"]
    change(directory / "cities.jsonl", 1, names={**names, "nl": "Een andere naam"}, population=7)

    load(directory)

    city = City.objects.get(slug=json.loads(lines_of(directory / "cities.jsonl")[0])["slug"])
    assert (city.name_nl, city.population) == ("Een andere naam", 7)


def test_what_people_changed_is_left_and_named(directory):
    load(directory)
    practice = Practice.objects.get(number=3)
    publish({**read(practice), "funding": {"en": "As the officer says."}}, by=make_moderator(), practice=practice)
    change(directory / "practices.jsonl", 3, funding="As the file says.")

    output = load(directory)

    assert practice.slug in output
    assert "1 left as they are" in output
    assert Practice.objects.get(number=3).text("funding", "en").value == "As the officer says."


def test_what_people_changed_stays_when_their_account_is_gone(directory):
    load(directory)
    practice = Practice.objects.get(number=3)
    publish({**read(practice), "funding": {"en": "As the officer says."}}, by=None, practice=practice)

    load(directory)

    assert Practice.objects.get(number=3).current_version == 2


def test_withdrawn_practice_stays_withdrawn(directory):
    load(directory)
    withdraw(Practice.objects.get(number=1), by=make_moderator(), reason="The city asks for it.")

    assert "1 left as they are" in load(directory)
    assert Practice.objects.withdrawn().count() == 1


def test_versions_of_the_files_are_marked(directory):
    load(directory)

    assert set(PracticeVersion.objects.values_list("note", "created_by")) == {(NOTE, None)}


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"city": "atlantis"}, "city"),
        ({"other_cities": ["atlantis"]}, "other_cities"),
        ({"other_cities": "ghent"}, "other_cities"),
        ({"service_areas": ["shelter", "magic"]}, "service_areas"),
        ({"target_groups": ...}, "target_groups"),
        ({"approach": [["firewall"]]}, "approach"),
        ({"title": ...}, "title"),
        ({"title": 5}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"summary": ""}, "summary"),
        ({"summary": "a\x00b"}, "summary"),
        ({"start_year": "2019"}, "start_year"),
        ({"start_year": 2019, "end_year": 2018}, "end_year"),
        ({"firewall": "perhaps"}, "firewall"),
        ({"partners": "Red Cross"}, "partners"),
        ({"partners": [7]}, "partners.0"),
        ({"sources": [{"citation": "C", "url": "nowhere"}]}, "sources.0.url"),
        ({"sources": [{"citation": "C", "colour": "red"}]}, "sources.0.colour"),
        ({"sources": [{"citation": "C", "cited_reference": {"url": "nowhere"}}]}, "sources.0.cited_reference.url"),
        ({"sources": [{"citation": "C", "cited_reference": "D"}]}, "sources.0.cited_reference"),
        ({"titel": "Misspelt"}, "titel"),
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": None}, "slug"),
        ({"original_language": "xx"}, "original_language"),
        ({"provenance": ["machine"]}, "provenance"),
    ],
)
def test_bad_practice_is_named_by_line_and_field(directory, values, place):
    change(directory / "practices.jsonl", 4, **values)

    assert f"practices.jsonl, line 4, {place}" in refused(directory)


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"latitude": 91}, "latitude"),
        ({"longitude": "4.5"}, "longitude"),
        ({"country": "XX"}, "country"),
        ({"names": {"en": "Ghent"}}, "names"),
        ({"population": -1}, "population"),
        ({"cmise_role": "boss"}, "cmise_role"),
        ({"typologies": ["unheard_of"]}, "typologies"),
        ({"sources": "a book"}, "sources"),
        ({"name": ...}, "name"),
        ({"colour": "red"}, "colour"),
        ({"slug": "athens"}, "slug"),
    ],
)
def test_bad_city_is_named_by_line_and_field(directory, values, place):
    change(directory / "cities.jsonl", 2, **values)

    assert f"cities.jsonl, line 2, {place}" in refused(directory)


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"slug": "unheard-of"}, "slug"),
        ({"slug": 5}, "slug"),
        ({"title": {"xx": "…"}}, "title.xx"),
        ({"title": {"en": "Here already"}}, "title.en"),
        ({"summary": {"de": 5}}, "summary.de"),
        ({"summary": "no languages"}, "summary"),
        ({"colour": {"de": "rot"}}, "colour"),
    ],
)
def test_bad_translation_is_named_by_line_and_field(directory, values, place):
    change(directory / "practices_i18n.jsonl", 2, **values)

    assert f"practices_i18n.jsonl, line 2, {place}" in refused(directory)


@pytest.mark.parametrize("line", ['{"slug": "cut', "[]", '{"slug": NaN}', "[" * 100_000])
def test_line_that_is_no_record_is_named(directory, line):
    lines = lines_of(directory / "practices.jsonl")
    write_lines(directory / "practices.jsonl", [*lines, line])

    assert "practices.jsonl, line 6" in refused(directory)


def test_line_that_is_not_utf8_is_named(directory):
    with (directory / "cities.jsonl").open("ab") as file:
        file.write(b'{"slug": "\xff"}\n')

    assert "not UTF-8" in refused(directory)


@pytest.mark.parametrize("name", FILES)
def test_missing_file_is_named(directory, name):
    (directory / name).unlink()

    assert f"{name}: the file cannot be read" in refused(directory)


@pytest.mark.parametrize("content", ["{", "[]", '{"service_areas": [{"id": "a"}]}'])
def test_broken_taxonomy_is_named(directory, content):
    (directory / "taxonomy.json").write_text(content)

    assert "taxonomy.json" in refused(directory)


def test_same_slug_twice_names_both_lines(directory):
    change(directory / "practices.jsonl", 5, slug=json.loads(lines_of(directory / "practices.jsonl")[0])["slug"])

    output = refused(directory)
    assert "line 5, slug" in output
    assert "stands in line 1 already" in output


def test_every_fault_is_told_at_once(directory):
    change(directory / "practices.jsonl", 1, city="atlantis")
    change(directory / "practices.jsonl", 2, firewall="perhaps")
    change(directory / "cities.jsonl", 3, latitude=200)

    output = refused(directory)
    assert [place in output for place in ("line 1, city", "line 2, firewall", "line 3, latitude")] == [True] * 3


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_counts_on_one_line_of_a_terminal():
    terminal = Terminal()
    progress = Progress(OutputWrapper(terminal), total=2, noun="practices")

    progress(1)
    progress(2)

    assert terminal.getvalue() == "\r1 of 2 practices\r2 of 2 practices\n"


def test_progress_is_a_few_lines_in_a_log():
    log = io.StringIO()
    progress = Progress(OutputWrapper(log), total=1000, noun="practices")

    for done in range(1, 1001):
        progress(done)

    assert len(log.getvalue().splitlines()) == 10


def test_synthetic_practices_are_valid_and_the_same_for_the_same_seed():
    call_command("generate_practices", 40, seed=7, stdout=io.StringIO())
    first = {practice.slug: read(practice) for practice in Practice.objects.all()}
    output = io.StringIO()
    call_command("generate_practices", 40, seed=7, stdout=output)

    assert "0 published, 0 changed, 40 were there" in output.getvalue()
    assert {practice.slug: read(practice) for practice in Practice.objects.all()} == first
    assert len({document["original_language"] for document in first.values()}) == 7
    assert Practice.objects.filter(visibility=Visibility.PUBLIC).count() > 30


def synthetic(count):
    return [entry.document for entry in Synthesiser(seed=7).entries(count)]


def words_of(documents, language):
    texts = (document["summary"].get(language, "") for document in documents)
    return [word for text in texts for word in re.findall(r"\w+", text.lower())]


def test_the_first_synthetic_practices_are_the_same_however_many_follow():
    assert synthetic(60)[:20] == synthetic(20)


def test_synthetic_practices_are_told_in_a_bit_more_than_two_languages():
    languages = [len(document["title"]) for document in synthetic(1000)]

    assert 2.1 < sum(languages) / len(languages) < 2.4
    assert {1, 2, 3, 4, 7} == set(languages)


@pytest.mark.parametrize("language", ["de", "el", "en"])
def test_synthetic_practices_keep_bringing_new_words(language):
    """As in real text: four times the words are about twice as many different ones, and some are everywhere."""
    few, many = words_of(synthetic(250), language), words_of(synthetic(1000), language)

    assert 1.5 < len(set(many)) / len(set(few)) < 3.5
    assert many.count(max(set(many), key=many.count)) > len(many) / 50


def test_a_lexicon_has_a_word_for_every_rank():
    lexicon = Lexicon(["Beratung ohne Papiere, Beratung ohne Angst und Unterbringung"])

    assert [lexicon[rank] for rank in range(2)] == ["beratung", "ohne"]
    compounds = [lexicon[rank] for rank in range(len(lexicon.words), 2000)]
    assert all(compounds)
    assert len(set(compounds)) == len(compounds)
    assert lexicon[10**20]
