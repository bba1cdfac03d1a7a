"""The translation desk in the admin: who sees what of it, what is asked first, and what a press does."""

import pytest
from django.contrib import admin
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse

from practices.choices import Provenance, Visibility
from practices.document import diff, read
from practices.models import Practice
from submissions.admin.matrix import Choice, Matrix
from submissions.admin.record import shown_document
from submissions.choices import Action, Kind
from submissions.models import Submission
from submissions.services import perform
from submissions.services.translations import start_translation
from tests.factories import make_city, make_member, make_moderator, make_practice, make_sent_submission, make_user
from tests.submissions.translation.people import (
    MARKER,
    approved,
    change,
    client_of,
    make_guarded_practice,
    make_translator,
)

pytestmark = pytest.mark.django_db

MATRIX = "/admin/practices/practicetext/"


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.CMISE_DEMO = True


def record(practice, language):
    return reverse("admin:practices_practicetext_record", args=[practice.pk, language])


def test_a_translator_sees_the_desk_of_texts_and_nothing_else():
    submission = make_sent_submission(by=make_user(), summary=MARKER)
    translator = client_of(make_translator())

    assert translator.get(MATRIX).status_code == 200
    opened = []
    for model, model_admin in admin.site._registry.items():
        for name in ("changelist", "add"):
            try:
                address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}")
            except NoReverseMatch:
                continue
            response = translator.get(address)
            if response.status_code == 200:
                opened.append(address)
            assert MARKER not in response.content.decode()
        assert model_admin is not None
    assert opened == [MATRIX]
    for address in (
        reverse("admin:submissions_submission_change", args=[submission.pk]),
        f"/en/submissions/{submission.uuid}/",
        f"/en/submissions/{submission.uuid}/preview/",
    ):
        assert translator.get(address).status_code in (302, 403, 404)
    index = translator.get("/admin/").content.decode()
    assert MATRIX in index
    assert "/admin/submissions/submission/" not in index


def test_the_desk_is_closed_to_everybody_else():
    practice = make_practice(slug="night-bus")
    people = [make_user(), make_member(city=make_city("utrecht")).user, make_user(is_staff=True)]
    addresses = [MATRIX, f"{MATRIX}import/", f"{MATRIX}export/?to=de", record(practice, "de")]

    for user in people:
        client = client_of(user)
        for address in addresses:
            assert client.get(address).status_code in (302, 403)
            assert client.post(address, {"act": "begin"}).status_code in (302, 403)
    assert not Submission.objects.exists()


def test_nothing_that_the_public_does_not_read_reaches_a_translator():
    hidden = [
        make_practice(title=MARKER, slug=f"hidden-{level}", visibility=level) for level in ("peers", "moderators")
    ]
    make_city("secretmark", name_en=MARKER, country="MT", population=30_000)
    withheld = make_guarded_practice(lead_city="secretmark", city_withheld=True)
    user = make_translator()
    client = client_of(user)
    client.post(record(withheld, "de"), {"act": "begin"})
    submission = Submission.objects.get(submitter=user)
    pages = [f"/en/submissions/{submission.uuid}/{page}" for page in (
        "", "translation/", "check/", "preview/", "preview/?as=peer", "preview/?as=moderator", "changes/", "document/",
        "people/", "sent/",
    )]  # fmt: skip
    addresses = [
        *(
            f"{MATRIX}?{query}"
            for query in ("", "country=MT", "city=secretmark", f"q={MARKER[:6]}", "to=nl&state=human")
        ),
        record(withheld, "de"),
        record(withheld, "nl"),
        f"{MATRIX}export/?to=de&texts=all",
        f"{MATRIX}export/?to=nl&texts=all&{'&'.join(f'pk={one.pk}' for one in [*hidden, withheld])}",
        "/en/submissions/",
        *pages,
    ]

    def leaks():
        found = []
        for address in addresses:
            response = client.get(address)
            assert response.status_code < 500, address
            if MARKER in response.content.decode("utf-8", "replace").replace(f'value="{MARKER[:6]}"', ""):
                found.append(address)
        return found

    assert leaks() == []
    assert [client.get(record(one, "de")).status_code for one in hidden] == [404, 404]
    assert client.post(record(hidden[0], "de"), {"act": "begin"}).status_code == 404
    # The same with what was sent, and after the city's change of mind.
    submission = perform(submission, Action.SUBMIT, by=user, version=submission.version)
    assert leaks() == []
    assert MARKER not in str(submission.content)
    change(withheld, summary=f"{MARKER} now", visibility="moderators")
    assert leaks() == []


def test_a_withheld_practice_is_listed_but_in_no_place():
    make_city("secretmark", name_en=MARKER, country="MT", population=30_000)
    withheld = make_guarded_practice(lead_city="secretmark", city_withheld=True)
    translator, moderator = client_of(make_translator()), client_of(make_moderator())

    assert withheld.reference in translator.get(MATRIX).content.decode()
    assert withheld.reference not in translator.get(f"{MATRIX}?country=MT").content.decode()
    assert withheld.reference in moderator.get(f"{MATRIX}?country=MT").content.decode()
    assert MARKER in moderator.get(f"{MATRIX}?country=MT").content.decode()


def test_what_a_translation_does_not_know_stays_when_it_is_published():
    practice = make_guarded_practice()
    user = make_translator()
    client = client_of(user)
    client.post(record(practice, "nl"), {"act": "begin"})
    submission = Submission.objects.get(submitter=user)
    address = f"/en/submissions/{submission.uuid}/translation/"
    page = client.get(address)
    assert 'name="funding"' not in page.content.decode()
    client.post(address, {"title": "Open voor iedereen", "summary": "Open.", "base": page.context["base"]})
    submission = Submission.objects.get()

    submission = perform(submission, Action.SUBMIT, by=user, version=submission.version)
    practice = approved(submission)

    assert practice.title_nl == "Open voor iedereen"
    assert practice.peer_note.contact == MARKER
    assert practice.peer_note.fields["funding"] == {"en": f"{MARKER} pays", "nl": f"{MARKER} betaalt"}
    assert practice.peer_note.fields["peers_only"] == ["partners", "funding"]


def test_the_matrix_says_how_each_text_is_and_asks_for_the_worst_first():
    fine = make_practice(
        slug="fine", title={code: f"Fine {code}" for code in ("en", "de", "el", "es", "fr", "it", "nl")},
        summary=dict.fromkeys(("en", "de", "el", "es", "fr", "it", "nl"), "Fine."),
        provenance={"en": "original", **dict.fromkeys(("de", "el", "es", "fr", "it", "nl"), "human")},
    )  # fmt: skip
    lacking = make_practice(
        slug="lacking", title={"en": "Lacking", "de": "Lückenhaft"}, provenance={"en": "original", "de": "machine"}
    )
    stale = make_practice(slug="stale", title={"en": "Stale", "de": "Alt"}, summary={"en": "A.", "de": "A."})
    change(stale, summary="B.")
    translator = make_translator()
    client = client_of(translator)
    officer = make_member(city=make_city("utrecht")).user
    start_translation(by=officer, practice=fine, language="fr")
    start_translation(by=make_translator(), practice=fine, language="it")
    sent = start_translation(by=make_moderator(), practice=fine, language="es")
    perform(sent, Action.SUBMIT, by=sent.submitter, version=sent.version)
    start_translation(by=translator, practice=fine, language="nl")

    def cells(query=""):
        rows = client.get(f"{MATRIX}?{query}").context["matrix"].rows
        return [(row.practice.slug, {cell.language: cell for cell in row.cells}) for row in rows]

    assert [slug for slug, _cells in cells()] == ["stale", "lacking", "fine"]
    shown = dict(cells())
    assert shown["stale"]["de"].state == "stale"
    assert (shown["lacking"]["de"].state, shown["lacking"]["de"].lacking) == ("machine", 1)
    assert shown["lacking"]["el"].state == "missing"
    assert (shown["fine"]["en"].state, shown["fine"]["de"].state) == ("original", "human")
    # An officer's unsent draft is theirs; of colleagues one learns that somebody is at it.
    work = {code: cell.work and cell.work.value for code, cell in shown["fine"].items()}
    assert work == {"en": None, "de": None, "el": None, "es": "waiting", "fr": None, "it": "in_work", "nl": "own"}
    assert [slug for slug, _cells in cells("to=de&state=machine")] == ["lacking"]
    assert [slug for slug, _cells in cells("to=el&state=missing")] == ["lacking", "stale"]
    assert [slug for slug, _cells in cells("state=stale")] == ["stale"]
    assert [slug for slug, _cells in cells(f"q={lacking.reference}")] == ["lacking"]
    assert [slug for slug, _cells in cells("q=L%C3%BCckenhaft")] == ["lacking"]
    assert [slug for slug, _cells in cells("area=shelter&country=BE&city=ghent&page=99")] == [
        "stale",
        "lacking",
        "fine",
    ]
    assert cells("area=education") == []
    assert len(cells("to=xx&state=nonsense&country=XX")) == 3


def test_every_figure_of_a_filter_is_what_its_link_shows():
    make_practice(slug="one", title={"en": "One", "de": "Eins"}, service_areas=["shelter", "education"])
    make_practice(slug="two", lead_city="utrecht", original_language="nl")
    change(make_practice(slug="three", title={"en": "Three", "de": "Drei"}), title="Four")
    user = make_translator()

    def matrix(query):
        return Matrix(user, Choice.of(QueryDict(query)))

    for query in ("", "to=de", "state=missing", "to=de&state=stale", "area=education", "country=BE&to=nl"):
        for filter_ in matrix(query).filters():
            for link in filter_.links:
                if link.count is not None:
                    assert matrix(link.query).page.paginator.count == link.count, (query, filter_.title, link.label)


def test_the_rows_of_the_matrix_are_text():
    practice = make_practice(title={"en": """<script>"it's" & more</script>""", "de": "Titel"})

    page = client_of(make_translator()).get(MATRIX).content.decode()

    assert "<script>" not in page
    assert (
        f'<a href="{practice.get_absolute_url()}" lang="en" dir="auto">'
        "&lt;script&gt;&quot;it&#x27;s&quot; &amp; more&lt;/script&gt;</a>"
    ) in page
    assert (
        f'<td class="desk-cell-human"><a href="{MATRIX}{practice.pk}/de/">By a person'
        f'<span class="visually-hidden"> – {practice.reference}, German</span></a> '
        '<span class="desk-meta">1 text missing'
    ) in page


def test_the_matrix_takes_the_same_queries_for_one_practice_and_for_many(django_assert_max_num_queries):
    client = client_of(make_translator())
    for number in range(3):
        practice = make_practice(title={"en": f"Number {number}", "de": f"Nummer {number}"})
        start_translation(by=make_moderator(), practice=practice, language="fr")

    with django_assert_max_num_queries(24) as few:
        client.get(f"{MATRIX}?country=BE")
    for number in range(12):
        practice = make_practice(title={"en": f"Letter {number}", "de": f"Brief {number}"})
        start_translation(by=make_moderator(), practice=practice, language="fr")
    with django_assert_max_num_queries(len(few)) as many:
        client.get(f"{MATRIX}?country=BE")

    assert len(many) <= len(few)


def test_the_record_shows_word_by_word_what_changed_since_the_text_was_right():
    practice = make_practice(
        title={"en": "Night bus", "de": "Nachtbus"}, summary={"en": "It runs at night.", "de": "Er fährt nachts."},
        challenges={"en": "None."},
    )  # fmt: skip
    change(practice, summary="It runs at noon.")
    change(practice, start_year=2001)

    page = client_of(make_translator()).get(record(practice, "de"))

    pairs = {pair.field.name: pair for pair in page.context["texts"]}
    assert list(pairs) == ["title", "summary", "challenges"]
    assert [(piece.kind, piece.text) for piece in pairs["summary"].pieces if piece.kind != "same"] == [
        ("removed", "night"),
        ("added", "noon"),
    ]
    assert (pairs["title"].outdated, pairs["summary"].outdated, pairs["challenges"].missing) == (False, True, True)
    assert "16 of 4000 characters" in page.content.decode()
    assert "made from version 1, the practice is at version 3" in page.content.decode()


def test_an_earlier_version_that_only_peers_read_is_no_translators_to_compare_with():
    practice = make_practice(
        title={"en": "Night bus", "de": "Nachtbus"}, summary={"en": f"{MARKER} runs.", "de": "Er fährt."},
        visibility=Visibility.PEERS,
    )  # fmt: skip
    practice = change(practice, summary="It runs.", visibility=Visibility.PUBLIC)
    assert practice.texts.get(language="de").stale

    page = client_of(make_translator()).get(record(practice, "de")).content.decode()
    moderators = client_of(make_moderator()).get(record(practice, "de")).content.decode()

    assert "Er fährt." in page
    assert MARKER not in page
    assert MARKER in moderators


def test_a_moderator_confirms_a_text_as_it_is():
    practice = change(
        make_practice(title={"en": "Night bus", "de": "Nachtbus", "fr": "Bus de nuit"}), summary="It runs at noon."
    )
    moderator = client_of(make_moderator())

    for _press in range(2):
        response = moderator.post(record(practice, "de"), {"act": "holds", "version": practice.current_version})
        assert response.status_code == 302

    texts = {text.language: text for text in practice.texts.all()}
    assert (texts["de"].stale, texts["de"].source_version) == (False, 2)
    assert texts["fr"].stale
    # Nothing new is published, so no proposal that waits becomes outdated by it.
    practice.refresh_from_db()
    assert practice.current_version == 2
    assert practice.events.filter(note__contains="German").count() == 1
    assert not Submission.objects.exists()


def test_a_text_is_not_confirmed_for_an_original_that_nobody_saw():
    practice = change(make_practice(title={"en": "Night bus", "de": "Nachtbus"}), summary="It runs at noon.")
    change(practice, summary="It runs no more.")

    response = client_of(make_moderator()).post(
        record(practice, "de"), {"act": "holds", "version": practice.current_version}, follow=True
    )

    assert "changed meanwhile" in response.content.decode()
    assert practice.texts.get(language="de").stale


def test_a_machines_text_that_a_moderator_checked_is_a_persons():
    practice = make_practice(
        title={"en": "Night bus", "de": "Nachtbus"}, provenance={"en": "original", "de": "machine"}
    )
    practice = change(practice, summary="It runs at noon.")

    moderator = client_of(make_moderator())
    moderator.post(record(practice, "de"), {"act": "checked", "version": practice.current_version})

    practice = Practice.objects.get(pk=practice.pk)
    text = practice.texts.get(language="de")
    assert (text.provenance, text.stale, text.source_version) == (Provenance.HUMAN, False, 3)
    assert practice.versions.get(number=3).content["provenance"]["de"] == "human"


@pytest.mark.parametrize("act", ["holds", "checked"])
def test_what_a_translator_confirms_waits_for_a_moderator(act):
    practice = make_practice(
        title={"en": "Night bus", "de": "Nachtbus"}, provenance={"en": "original", "de": "machine"}
    )
    practice = change(practice, summary="It runs at noon.")
    user = make_translator()

    for _press in range(2):
        client_of(user).post(record(practice, "de"), {"act": act, "version": practice.current_version})

    assert practice.texts.get(language="de").stale
    submission = Submission.objects.get(kind=Kind.TRANSLATION, submitter=user, submitted_at__isnull=False)
    practice = approved(submission)
    text = practice.texts.get(language="de")
    assert (text.stale, practice.title_de) == (False, "Nachtbus")
    # That it still holds does not say that somebody compared every sentence.
    assert text.provenance == (Provenance.HUMAN if act == "checked" else Provenance.MACHINE)


def test_a_moderator_confirms_no_text_of_their_own():
    moderator = make_moderator()
    practice = make_practice(title={"en": "Night bus", "de": "Bus"})
    submission = start_translation(by=moderator, practice=practice, language="de")
    approved(perform(submission, Action.SUBMIT, by=moderator, version=submission.version))
    practice = change(practice, title="Noon bus")

    client_of(moderator).post(record(practice, "de"), {"act": "holds", "version": practice.current_version})

    assert practice.texts.get(language="de").stale
    assert Submission.objects.filter(submitter=moderator, status="submitted").exists()


def test_begun_twice_is_begun_once_and_another_language_beside_it():
    practice = make_practice(slug="night-bus")
    client = client_of(make_translator())

    first = client.post(record(practice, "de"), {"act": "begin"})
    second = client.post(record(practice, "de"), {"act": "begin"})
    other = client.post(record(practice, "fr"), {"act": "begin"})

    assert first.url == second.url != other.url
    assert Submission.objects.count() == 2


def test_moderators_read_a_translators_proposal_with_the_rest_of_the_practice():
    practice = make_guarded_practice()
    user = make_translator()
    submission = start_translation(by=user, practice=practice, language="de")
    perform(submission, Action.SUBMIT, by=user, version=submission.version)

    page = client_of(make_moderator()).get(reverse("admin:submissions_submission_change", args=[submission.pk]))

    assert page.status_code == 200
    shown = shown_document(Submission.objects.get(pk=submission.pk))
    assert diff(read(Practice.objects.get(pk=practice.pk)), shown) == []
    assert MARKER in page.content.decode()


def test_nobody_confirms_a_text_of_their_own_city(settings):
    practice = change(make_practice(title={"en": "Night bus", "de": "Nachtbus"}), title="Noon bus")
    moderator = make_member(make_moderator(), make_city("ghent")).user
    for user, four_eyes in ((moderator, False), (make_moderator(), True)):
        settings.FOUR_EYES = four_eyes
        client_of(user).post(record(practice, "de"), {"act": "holds", "version": practice.current_version})

        assert practice.texts.get(language="de").stale
        assert Submission.objects.filter(submitter=user, status="submitted").exists()
