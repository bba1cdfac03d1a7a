"""Texts that leave for translators' tools and come back: byte by byte, and never more than was sent."""

import gzip

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import etree

from accounts.models import OutgoingMail
from practices.choices import Provenance
from practices.models import Practice
from submissions import xliff
from submissions.choices import Action, Kind, Status
from submissions.models import Submission
from submissions.services import perform
from submissions.services.interchange import Outcome, carry_out, plan, texts_to_send
from submissions.services.translations import start_translation
from submissions.xliff import UnreadableXliffError
from tests.factories import make_practice
from tests.submissions.translation.people import (
    MARKER,
    approved,
    change,
    client_of,
    make_guarded_practice,
    make_translator,
)

pytestmark = pytest.mark.django_db

NAME = "{urn:oasis:names:tc:xliff:document:1.2}"
IMPORT = "/admin/practices/practicetext/import/"
NASTY = (
    "Quotes \" ' « » & <b>tags</b> ]]> <!-- --> &amp; <![CDATA[x]]>\n\n"
    "Family 👨‍👩‍👧‍👦, Ελληνικά «ώ», עברית ושלום, مرحبا "
    "\u202b\u202c 10\u202f000\u00a0€ e\u0301 é \t tab \ud7ff\ue000\U0010fffd\n  indented"
)


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.CMISE_DEMO = True


def exported(*practices, language="de", **options):
    chosen = Practice.objects.filter(pk__in=[practice.pk for practice in practices]).order_by("number")
    return xliff.write(texts_to_send(chosen, [language], **options))


def filled(data, state="translated", **targets):
    """What a tool makes of a file: targets by field, each with a state."""
    root = etree.fromstring(data)
    for unit in root.iter(f"{NAME}trans-unit"):
        if unit.get("resname") in targets:
            target = unit.find(f"{NAME}target")
            target.text = targets[unit.get("resname")]
            target.set("state", state)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def outcomes(planned):
    return {text.unit.field: text.outcome for record in planned.records for text in record.texts}


def imported(data, *, by, send=False):
    return carry_out(plan(xliff.read(data), by=by).doing, by=by, send=send)


def test_the_round_trip_in_six_languages_keeps_every_byte():
    practice = make_practice(
        slug="nasty",
        title="Nasty & <title> ]]>",
        summary=f"Original: {NASTY}",
        challenges="A line\x0bfeed of another time \ufffe",
        transfer="\N{RIGHT-TO-LEFT MARK}x\r\ny\rz",
    )
    for language in ("de", "el", "es", "fr", "it", "nl"):
        user = make_translator()
        texts = {
            "title": f"Τίτλος “{language}” & < > ]]> 👩🏽‍🚒",
            "summary": f"{language}: {NASTY}",
            "challenges": f"{language} \u202f ½ ﷽",
            "transfer": "1\n2\n\n3",
        }
        data = exported(practice, language=language)
        assert outcomes(plan(xliff.read(data), by=user)) == dict.fromkeys(texts, Outcome.EMPTY)
        returned = filled(data, **texts)
        assert outcomes(plan(xliff.read(returned), by=user)) == dict.fromkeys(texts, Outcome.NEW)

        [submission] = imported(returned, by=user, send=True).sent
        assert outcomes(plan(xliff.read(returned), by=user)) == dict.fromkeys(texts, Outcome.SAME)
        practice = approved(submission)

        for name, text in texts.items():
            assert getattr(practice, f"{name}_{language}").encode() == text.encode()
        assert practice.texts.get(language=language).provenance == Provenance.HUMAN
        again = plan(xliff.read(returned), by=user)
        assert (outcomes(again), again.doing) == (dict.fromkeys(texts, Outcome.SAME), [])
        # Without a change the file that leaves next brings nothing either.
        assert plan(xliff.read(exported(practice, language=language)), by=user).doing == []
    assert practice.summary_en == f"Original: {NASTY}"


def test_a_file_says_how_each_text_is():
    practice = make_practice(
        title={"en": "Night bus", "de": "Nachtbus", "fr": "Bus de nuit"},
        summary={"en": "It runs at night.", "de": "Er fährt nachts.", "fr": "Il roule la nuit."},
        challenges="None.",
        provenance={"en": "original", "de": "human", "fr": "machine"},
    )
    practice = change(practice, summary="It runs at noon.")
    guarded = make_guarded_practice()
    peers = make_practice(title=MARKER, visibility="peers")

    data = exported(practice, guarded, peers)
    root = etree.fromstring(data)

    assert MARKER not in data.decode()
    assert [(file.get("original"), file.get("product-version")) for file in root] == [
        (practice.reference, "2"),
        (guarded.reference, "1"),
    ]
    assert {file.get("target-language") for file in root} == {"de"}
    units = {unit.get("resname"): unit for unit in root[0].iter(f"{NAME}trans-unit")}
    assert list(units) == ["title", "summary", "challenges"]
    states = {name: unit.find(f"{NAME}target").get("state") for name, unit in units.items()}
    assert states == {
        "title": "translated",
        "summary": "needs-review-translation",
        "challenges": "needs-translation",
    }
    assert units["summary"].find(f"{NAME}alt-trans/{NAME}source").text == "It runs at night."
    assert units["title"].get("maxwidth") == "200"
    assert "At most 200 characters." in units["title"].find(f"{NAME}note").text
    french = etree.fromstring(exported(practice, language="fr"))
    assert {target.get("state-qualifier") for target in french.iter(f"{NAME}target") if target.text} >= {
        "mt-suggestion"
    }
    needed = etree.fromstring(exported(practice, all_texts=False))
    assert [unit.get("resname") for unit in needed.iter(f"{NAME}trans-unit")] == ["summary", "challenges"]


def test_what_cannot_be_used_is_named_and_the_rest_is_taken():
    practice = make_practice(
        slug="night-bus", title="Night bus", summary="It runs.", funding="The city.", evidence="Some.",
        challenges="None.", transfer="Easy.", legal_basis="A decree.", access_conditions="None.",
    )  # fmt: skip
    hidden = make_practice(title=MARKER, visibility="peers")
    data = filled(
        exported(practice), title="Zwei\nZeilen", summary="S" * 4001, evidence="Wirkung", transfer="Leicht",
        legal_basis="  ", access_conditions="Keine",
    )  # fmt: skip
    change(practice, evidence="Some more.")
    text = data.decode()
    text = text.replace(".v1.funding", ".v1.wonders").replace(">Leicht<", '>Le<g id="1">ich</g>t<')
    one = text[text.index("<trans-unit") : text.index("</trans-unit>") + len("</trans-unit>")]
    again = one.replace(">Zwei\nZeilen<", ">Noch einmal<")
    foreign = one.replace(practice.reference, hidden.reference)
    never = one.replace(practice.reference, "CMISE-99999")
    text = text.replace("</body>", f"{again}{foreign}{never}<trans-unit id='theirs'><source/></trans-unit></body>")

    planned = plan(xliff.read(text.encode()), by=make_translator())

    reasons = {(t.unit.reference, t.unit.field): str(t.reason) for r in planned.records for t in r.refused}
    here = practice.reference
    assert "several" in reasons[here, "title"] or "twice" in reasons[here, "title"]
    assert "4001" in reasons[here, "summary"]
    assert "no such text" in reasons[here, "wonders"]
    assert "changed since" in reasons[here, "evidence"]
    assert "codes" in reasons[here, "transfer"]
    # What is hidden and what never was sound the same.
    assert reasons[hidden.reference, "title"] == reasons["CMISE-99999", "title"]
    assert len(reasons) == 7
    assert outcomes(planned)["legal_basis"] is outcomes(planned)["challenges"] is Outcome.EMPTY
    assert [unit.field for unit, _outcome in planned.doing] == ["access_conditions"]

    for wrong in (
        text.replace('target-language="de"', 'target-language="ru"'),
        text.replace('target-language="de"', 'target-language="en"'),
        text.replace('source-language="en"', 'source-language="fr"'),
    ):
        planned = plan(xliff.read(wrong.encode()), by=make_translator())
        assert planned.doing == []
        assert planned.count(Outcome.REFUSED) == sum(len(record.texts) for record in planned.records)
    # Tools name a country too, and cut texts into sentences.
    local = data.decode().replace('target-language="de"', 'target-language="de-AT"')
    local = local.replace(">Keine<", '><mrk mtype="seg" mid="0">Kei</mrk><mrk mtype="seg" mid="1">ne</mrk><')
    planned = plan(xliff.read(local.encode()), by=make_translator())
    assert [t.text for r in planned.records for t in r.does if t.unit.field == "access_conditions"] == ["Keine"]


def test_hostile_files_are_refused_before_they_are_read():
    unit = '<trans-unit id="CMISE-0001.v1.title"><source>a</source><target>{}</target></trans-unit>'
    head = '<?xml version="1.0"?>'
    body = (
        '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="CMISE-0001"'
        ' source-language="en" target-language="de"><body>{}</body></file></xliff>'
    )
    good = body.format(unit.format("b"))
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "aaaaaaaaaa"}">' for n in range(12))
    doctype = f"{head}<!DOCTYPE xliff [{bomb}]>{body.format(unit.format('&a11;'))}"
    files = {
        "declares": [
            f"{head}<!DOCTYPE xliff>{good}".encode(),
            doctype.encode(),
            doctype.replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16"),
            f'{head}<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{body.format(unit.format("&e;"))}'.encode(),
            f'{head}<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">{good}'.encode(),
        ],
        "too large": [
            good.encode() + b" " * 5_000_000,
            body.format("<group>" * 30 + "</group>" * 30).encode(),
            body.format("<note/>" * 60_001).encode(),
            body.format(unit.format("b") * 5_001).encode(),
        ],
        "cannot be read": [
            b"", b"PK\x03\x04", gzip.compress(good.encode()), good.encode()[:-9], b"<xliff>&nbsp;</xliff>",
            b"<html/>", b"\xff\xfe\x00", good.replace("b<", "\x01<").encode(),
            f'<?xml version="1.0" encoding="no-such"?>{good}'.encode(),
        ],
        "not XLIFF 1.2": [
            good.replace("document:1.2", "document:2.0").replace('"1.2"', '"2.0"').encode(),
            good.replace('version="1.2"', 'version="1.1"').encode(),
        ],
        "None of our texts": [body.format("").encode(), good.replace("CMISE", "OTHER").encode()],
    }  # fmt: skip
    assert len(xliff.read(good.encode())) == 1
    for reason, datas in files.items():
        for data in datas:
            with pytest.raises(UnreadableXliffError) as refused:
                xliff.read(data)
            assert reason in str(refused.value), data[:80]

    client = client_of(make_translator())
    for data in (files["declares"][1], files["too large"][0], b"\x00" * 11_000_000):
        page = client.post(IMPORT, {"file": SimpleUploadedFile("a.xlf", data)})
        assert page.status_code == 400
        assert 'role="alert"' in page.content.decode()
    assert client.post(IMPORT, {}).status_code == 400
    assert not Submission.objects.exists()


def upload(client, data):
    return client.post(IMPORT, {"file": SimpleUploadedFile("translated.xlf", data)})


def test_the_way_of_a_file_through_the_desk():
    first, second = (make_practice(title=title, summary="It runs.") for title in ("Night bus", "Noon bus"))
    user = make_translator()
    client = client_of(user)
    address = f"{reverse('admin:practices_practicetext_export')}?to=de&texts=needed&pk={first.pk}&pk={second.pk}"
    response = client.get(address)
    assert response["Content-Disposition"] == 'attachment; filename="registry-de.xlf"'
    data = filled(response.content, title="Bus", summary="Er fährt. <script>")

    report = upload(client, data)
    page = report.content.decode()
    assert "4 new texts" in page
    assert "&lt;script&gt;" in page
    assert not Submission.objects.exists()
    done = client.post(IMPORT, {"report": report.context["report"]}, follow=True)

    assert "2 translations are drafts of yours now" in done.content.decode()
    drafts = Submission.objects.filter(submitter=user, status=Status.DRAFT, kind=Kind.TRANSLATION)
    assert drafts.count() == 2
    # The same file, and the same report, once more: nothing.
    assert "There is nothing to import." in upload(client, data).content.decode()
    versions = set(drafts.values_list("pk", "version"))
    assert client.post(IMPORT, {"report": report.context["report"]}).status_code == 409
    assert set(drafts.values_list("pk", "version")) == versions
    # Then with a better text, and sent at once: no mail for each.
    mails = OutgoingMail.objects.count()
    report = upload(client, filled(data, summary="Er rollt."))
    assert "2 changed texts, 2 are there already" in report.content.decode()
    done = client.post(IMPORT, {"report": report.context["report"], "send": "1"}, follow=True)
    assert "2 translations were sent" in done.content.decode()
    assert Submission.objects.filter(status=Status.SUBMITTED).count() == 2
    assert OutgoingMail.objects.count() == mails
    # What waits is not written over, and nothing of all this is published.
    report = upload(client, filled(data, summary="Er steht."))
    assert "waits for the moderators already" in report.content.decode()
    assert not Practice.objects.exclude(title_de="").exists()
    assert client.post(IMPORT, {"report": "forged"}, follow=True).status_code == 200


def test_what_changed_between_the_report_and_the_press_stops_it():
    practice = make_practice(title="Night bus", summary="It runs.")
    client = client_of(make_translator())
    report = upload(client, filled(exported(practice), title="Nachtbus", summary="Er fährt."))
    change(practice, summary="It runs no more.")

    page = client.post(IMPORT, {"report": report.context["report"]})

    assert page.status_code == 409
    assert "Nothing was written" in page.content.decode()
    assert not Submission.objects.exists()


def test_without_a_title_it_stays_a_draft():
    practice = make_practice(title="Night bus", summary="It runs.")
    user = make_translator()

    done = imported(filled(exported(practice), summary="Er fährt."), by=user, send=True)

    assert (done.kept, done.sent) == ([], [])
    [(draft, problems)] = done.unsent
    assert Submission.objects.get(pk=draft.pk).status == Status.DRAFT
    assert [problem.path for problem in problems] == ["title.de"]


def test_a_tool_says_whose_a_text_is():
    practice = make_practice(
        title={"en": "Night bus", "de": "Nachtbus"}, summary={"en": "It runs.", "de": "Er läuft."},
        challenges="None.", provenance={"en": "original", "de": "machine"},
    )  # fmt: skip
    user = make_translator()
    data = filled(exported(practice), title="Nachtbus", state="final")
    assert outcomes(plan(xliff.read(data), by=user)) == {
        "title": Outcome.CONFIRMED,
        "summary": Outcome.SAME,
        "challenges": Outcome.EMPTY,
    }

    [draft] = imported(data, by=user).kept
    assert draft.content["machine"] == {"title": True, "summary": False}
    # One text is a machine's still, so the language is.
    sent = perform(draft, Action.SUBMIT, by=user, version=draft.version)
    assert approved(sent).texts.get(language="de").provenance == Provenance.MACHINE
    data = filled(exported(practice), title="Nachtbus", summary="Er läuft.", state="signed-off")
    data = data.replace(
        b'state="needs-translation"/>',
        b'state="needs-review-translation" state-qualifier="mt-suggestion">Keine</target>',
    )
    [draft] = imported(data, by=user).kept
    assert draft.content["machine"] == {"title": True, "summary": True, "challenges": False}


def test_one_file_brings_all_six_languages_of_a_practice():
    practice = make_practice(title="Night bus", summary="It runs.")
    languages = ["de", "el", "es", "fr", "it", "nl"]
    data = filled(xliff.write(texts_to_send(Practice.objects.filter(pk=practice.pk), languages)), title="Bus")

    done = imported(data, by=make_translator(), send=True)

    assert [submission.language for submission in done.sent] == languages


def test_a_plan_takes_the_same_queries_for_one_practice_and_for_many(django_assert_max_num_queries):
    user = make_translator()
    practices = [make_practice(title=f"Bus {number}", summary="It runs.") for number in range(8)]
    for practice in practices:
        start_translation(by=user, practice=practice, language="de")
    few, many = (xliff.read(filled(exported(*some), summary="Er fährt.")) for some in (practices[:1], practices))

    with django_assert_max_num_queries(20) as asked:
        plan(few, by=user)
    with django_assert_max_num_queries(len(asked)):
        planned = plan(many, by=user)

    assert planned.count(Outcome.NEW) == 8
