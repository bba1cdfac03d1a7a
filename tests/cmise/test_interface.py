"""How forms are drawn, and where the language switch leads."""

import re

import pytest
from django import forms
from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import path, resolve, reverse
from django.utils.html import escape
from django.utils.translation import override

from cmise.context_processors import interface
from cmise.presentation.language_links import language_links_html
from cmise.presentation.pagination import pagination


def nothing(request, **kwargs):
    return HttpResponse()


# The addresses of these tests: one home, one page in every language, one page outside the languages.
urlpatterns = [
    path("once/", nothing, name="once"),
    *i18n_patterns(
        path("", nothing, name="home"),
        path("practices/<slug:slug>/", nothing, name="practice-detail"),
    ),
]


class PracticeForm(forms.Form):
    """One field of each kind that the interface draws."""

    title = forms.CharField(label="Title", help_text="Short and plain", max_length=80)
    text = forms.CharField(label="Text", max_length=40, widget=forms.Textarea(attrs={"lang": "nl"}))
    year = forms.IntegerField(label="Year", required=False)
    firewall = forms.ChoiceField(label="Firewall", choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect)
    areas = forms.MultipleChoiceField(
        label="Areas", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
    )
    city = forms.ChoiceField(label="City", choices=[("x", "X")])
    answered = forms.BooleanField(label="Answered")
    file = forms.FileField(label="File", required=False)
    token = forms.CharField(widget=forms.HiddenInput)


def control(html, field_id):
    """The tag that carries an id."""
    found = re.search(rf'<\w+[^>]*\bid="{field_id}"[^>]*>', html)
    assert found, f"nothing has the id {field_id}"
    return found.group()


def links_of(address, settings, query=""):
    """The language links of a page of this module."""
    settings.ROOT_URLCONF = __name__
    request = RequestFactory().get(address, QUERY_STRING=query)
    request.user = AnonymousUser()
    request.resolver_match = resolve(address)
    return {link.code: link for link in interface(request)["language_links"]}


def test_controls_carry_the_classes_of_the_design():
    html = str(PracticeForm())
    for field_id, expected in (
        ("id_title", "govuk-input"),
        ("id_text", "govuk-textarea"),
        ("id_year", "govuk-input govuk-input--width-4"),
        ("id_firewall_0", "govuk-radios__input"),
        ("id_areas_1", "govuk-checkboxes__input"),
        ("id_city", "govuk-select"),
        ("id_answered", "govuk-checkboxes__input"),
        ("id_file", "govuk-file-upload"),
    ):
        assert f'class="{expected}"' in control(html, field_id)
    assert 'type="hidden"' in control(html, "id_token")


def test_every_control_has_a_label_or_stands_in_a_named_group():
    html = str(PracticeForm())
    for field_id in re.findall(r'<(?:input|select|textarea)[^>]*\bid="([^"]+)"', html):
        assert f'for="{field_id}"' in html or field_id == "id_token"
    assert html.count("<legend") == 2


def test_errors_stand_at_their_field_and_describe_it():
    html = str(PracticeForm({"title": "", "text": "x" * 50, "firewall": "", "city": "x"}))
    assert 'aria-invalid="true"' in control(html, "id_title")
    assert 'aria-describedby="id_title_helptext id_title_error"' in control(html, "id_title")
    assert "govuk-input--error" in control(html, "id_title")
    assert control(html, "id_title_error")
    assert 'aria-describedby="id_firewall_error"' in html
    assert "govuk-select--error" not in html


def test_every_description_exists():
    html = str(PracticeForm({}))
    for ids in re.findall(r'aria-describedby="([^"]+)"', html):
        for one in ids.split():
            assert f'id="{one}"' in html


def test_a_long_text_is_counted_and_never_cut_by_the_browser():
    html = str(PracticeForm({"text": "x" * 50}))
    textarea = control(html, "id_text")
    assert "maxlength" not in textarea
    assert 'lang="nl"' in textarea
    assert 'dir="auto"' in textarea
    assert "50 of 40 characters" in html


def test_remarks_and_explanations_come_with_the_field():
    form = PracticeForm()
    form.fields["text"].remarks = [
        {"id": 7, "heading": "Remark 1 of 1", "text": "<b>Welke datum?</b>", "lang": "nl", "field_name": "answered"}
    ]
    form.fields["firewall"].option_hints = {"yes": "By law"}
    html = str(form)
    assert '<p lang="nl" dir="auto">&lt;b&gt;Welke datum?&lt;/b&gt;</p>' in html
    assert 'aria-describedby="id_firewall_0_hint"' in control(html, "id_firewall_0")
    assert "By law" in html


def test_the_summary_leads_to_every_field_with_an_error():
    form = PracticeForm({})
    summary = Template('{% include "components/error-summary.html" with form=form only %}').render(
        Context({"form": form})
    )
    page = str(form)
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert len(targets) == 6
    for target in targets:
        assert control(page, target)


def test_a_page_is_offered_in_every_language_with_its_query(settings):
    with override("nl"):
        links = links_of("/nl/practices/night-shelter/", settings, query="q=bed&page=2")
    assert list(links) == [code for code, _name in settings.LANGUAGES]
    assert links["el"].url == "/el/practices/night-shelter/?q=bed&page=2"
    assert links["el"].absolute == "http://testserver/el/practices/night-shelter/"
    assert links["el"].name == "Ελληνικά"
    assert [code for code, link in links.items() if link.current] == ["nl"]


def test_a_page_that_exists_once_leads_home_in_every_language(settings):
    links = links_of("/once/", settings, query="token=secret")
    assert {code: link.url for code, link in links.items()} == {code: f"/{code}/" for code, _name in settings.LANGUAGES}


def page_links(items, number, query=""):
    """The addresses in the pagination, those of the neighbours under their names."""
    html = str(pagination(Paginator(range(items), 10).page(number), QueryDict(query)))
    found = re.findall(r'<a class="govuk-pagination__link" href="([^"]*)"(?: rel="(\w+)")?', html)
    return [(name, url.replace("&amp;", "&")) if name else url.replace("&amp;", "&") for url, name in found]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=bed&page=2", "?q=bed&page=3"),
        ("page=2&area=a&area=b", "?area=a&area=b&page=3"),
        ("", "?page=3"),
        ("q=%C3%A9%26", "?q=%C3%A9%26&page=3"),
        ("q=%22%3E%3Cscript%3E", "?q=%22%3E%3Cscript%3E&page=3"),
    ],
)
def test_a_link_to_a_page_keeps_the_other_parameters(query, expected):
    assert page_links(40, 2, query)[-1] == ("next", expected)


def test_a_long_list_links_its_ends_its_middle_and_the_neighbours():
    html = str(pagination(Paginator(range(400), 10).page(7), QueryDict("q=bed")))

    assert re.findall(r">(\d+|⋯)<", html) == ["1", "⋯", "6", "7", "8", "⋯", "40"]
    assert re.findall(r'href="([^"]*)" aria-label="Page (\d+)" aria-current="page"', html) == [
        ("?q=bed&amp;page=7", "7")
    ]
    assert [link for link in page_links(400, 7) if isinstance(link, tuple)] == [
        ("prev", "?page=6"),
        ("next", "?page=8"),
    ]


def test_a_list_of_one_page_links_none():
    assert pagination(Paginator(range(10), 10).page(1), QueryDict()) == ""


def test_both_ends_of_a_list_lead_one_way():
    assert page_links(20, 1) == ["?page=1", "?page=2", ("next", "?page=2")]
    assert page_links(20, 2) == [("prev", "?page=1"), "?page=1", "?page=2"]


PAGE_NUMBER = '{% load interface %}{% drawn "page-number" "url" "number" url=url number=number current=False %}'


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\"' onclick='x", "a\0url\0b", "{{ url }}&amp;%s"])
def test_what_stands_in_an_open_place_is_text(text):
    html = Template(PAGE_NUMBER).render(Context({"url": text, "number": 3}))

    assert f'href="{escape(text)}" aria-label="Page 3"' in html


def test_an_open_place_holds_what_the_page_puts_there_and_not_what_another_put():
    pages = [Template(PAGE_NUMBER).render(Context({"url": f"?page={number}", "number": number})) for number in (1, 2)]

    assert [re.findall(r'href="([^"]*)"|>(\d)<', page) for page in pages] == [
        [("?page=1", ""), ("", "1")],
        [("?page=2", ""), ("", "2")],
    ]


def test_a_drawn_component_speaks_the_language_of_its_page():
    pages = []
    for language in ("en", "nl", "en"):
        with override(language):
            pages.append(Template(PAGE_NUMBER).render(Context({"url": "?page=3", "number": 3})))

    assert ["Pagina 3" in page for page in pages] == [False, True, False]


def test_the_switch_names_every_language_and_marks_the_one_of_the_page(settings):
    with override("nl"):
        links = links_of("/nl/practices/night-shelter/", settings, query='q="><script>')
        html = str(language_links_html("languages", list(links.values())))
        alternates = str(language_links_html("alternates", list(links.values())))

    assert re.findall(r'<a href="([^"]*)" hreflang="(\w\w)"', html) == [
        (f"/{code}/practices/night-shelter/?q=&quot;&gt;&lt;script&gt;", code) for code in links if code != "nl"
    ]
    assert re.findall(r'aria-current="true" lang="(\w\w)"', html) == ["nl"]
    assert re.findall(r'hreflang="([\w-]+)" href="([^"]*)"', alternates) == [
        ("en", "http://testserver/en/practices/night-shelter/"),
        ("x-default", "http://testserver/en/practices/night-shelter/"),
        *((code, f"http://testserver/{code}/practices/night-shelter/") for code in links if code != "en"),
    ]


@pytest.mark.django_db
def test_the_frame_links_every_main_place(client):
    """The navigation leaves out an address that does not exist, so a renamed one would vanish without a word."""
    page = client.get("/en/").content.decode()
    for name in (
        "practice-list",
        "city-list",
        "about",
        "about-data",
        "about-accessibility",
        "about-privacy",
        "api-docs",
        "submit-start",
        "account_login",
    ):
        with override("en"):
            assert f'href="{reverse(name)}"' in page


@pytest.mark.django_db
def test_an_error_page_repeats_no_address(client):
    page = client.get("/el/practices/canary-address/")
    assert page.status_code == 404
    assert "canary-address" not in page.content.decode()
    assert '<html lang="el" dir="ltr"' in page.content.decode()
