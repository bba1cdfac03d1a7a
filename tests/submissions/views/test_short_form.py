"""The short form: six questions on one page, enough to send. From it to the full form and back, all is kept."""

import pytest
from django.urls import reverse

from practices.content import Section
from submissions.choices import Action, Status
from submissions.models import Submission
from submissions.services import add_remark, digest_of, perform, save_section, start
from submissions.steps import SHORT
from tests.factories import (
    make_city,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_terms,
    make_user,
)

pytestmark = pytest.mark.django_db

ANSWERS = {
    "title": "Nachtopvang",
    "lead_city": "ghent",
    "service_areas": ["shelter"],
    "target_groups": ["women"],
    "summary": "De stad opent bedden.",
    "contact": "Dienst Opvang",
}


@pytest.fixture
def author(client):
    author = make_user()
    client.force_login(author)
    return author


@pytest.fixture
def draft(author):
    make_terms()
    make_city("ghent")
    return start(by=author, language="nl")


def page(name, draft, *more):
    return reverse(f"submission-{name}", args=[draft.uuid, *more])


def post(client, draft, step=SHORT, **answers):
    draft.refresh_from_db()
    return client.post(page("section", draft, step.value), {"base": digest_of(draft, step), **answers})


def tasks(client, draft):
    return {task["slug"]: task for task in client.get(page("detail", draft)).context["tasks"]}


def test_the_short_form_can_be_sent(client, draft):
    answer = post(client, draft, **ANSWERS, **{"continue": "1"})

    assert answer["Location"] == page("check", draft)
    check = client.get(page("check", draft))
    assert not check.context["problems"]
    client.post(page("check", draft), {"version": check.context["submission"].version})
    draft.refresh_from_db()
    assert draft.status == Status.SUBMITTED
    assert draft.last_sent["title"] == {"nl": "Nachtopvang"}
    assert (draft.last_sent["contact"], draft.last_sent["target_groups"]) == ("Dienst Opvang", ["women"])


def test_what_the_short_form_does_not_ask_is_kept(client, author, draft):
    values = {"legal_basis": {"nl": "Besluit"}, "firewall": "yes"}
    save_section(draft, by=author, section=Section.LAW, values=values, base=digest_of(draft, Section.LAW))

    post(client, draft, **ANSWERS, **{"continue": "1"})

    draft.refresh_from_db()
    assert (draft.content["legal_basis"], draft.content["firewall"]) == ({"nl": "Besluit"}, "yes")


def test_from_the_short_form_to_the_full_one_and_back(client, draft):
    answer = post(client, draft, **ANSWERS, full="1")

    assert answer["Location"] == page("section", draft, "brief")
    full = client.get(answer["Location"]).content.decode()
    assert 'value="Nachtopvang"' in full
    brief = {name: ANSWERS[name] for name in ("lead_city", "service_areas", "summary")}
    post(client, draft, Section.BRIEF, **brief, title="Nachtopvang Dampoort", later="1")
    short = client.get(page("section", draft, "short")).content.decode()
    assert 'value="Nachtopvang Dampoort"' in short
    assert "Dienst Opvang" in short


def test_an_unfinished_short_form_is_saved_and_names_what_is_needed(client, draft):
    answer = post(client, draft, title="Nachtopvang", **{"continue": "1"})

    check = client.get(answer["Location"])
    assert {problem["url"] for problem in check.context["problems"]} == {
        f"{page('section', draft, 'short')}?check=1#id_{name}" for name in ("lead_city", "service_areas", "summary")
    }
    assert all(problem["purpose"] for problem in check.context["problems"])
    wrong = client.get(f"{page('section', draft, 'short')}?check=1").content.decode()
    assert 'id="id_lead_city_error"' in wrong


def test_what_cannot_stay_is_told_on_the_short_form(client, draft):
    answer = post(client, draft, **{**ANSWERS, "title": "x" * 201}, **{"continue": "1"})

    assert answer["Location"] == f"{page('section', draft, 'short')}?check=1"
    assert 'id="id_title_error"' in client.get(answer["Location"]).content.decode()


def test_the_task_list_begins_with_the_short_form(client, draft):
    assert next(iter(tasks(client, draft))) == "short"
    assert tasks(client, draft)["short"]["status"] == "open"
    post(client, draft, title="Nachtopvang", later="1")
    assert tasks(client, draft)["short"]["status"] == "started"
    post(client, draft, **ANSWERS, later="1")

    states = tasks(client, draft)
    assert (states["short"]["status"], states["short"]["status_label"]) == ("done", "Enough to send")
    assert (states["brief"]["status"], states["access"]["status"]) == ("done", "started")
    assert states["law"]["hint"].startswith("Not said yet: Legal basis. It is the first thing another city asks.")


def test_the_check_page_says_what_missing_answers_are_good_for(client, draft):
    post(client, draft, **ANSWERS, later="1")

    check = client.get(page("check", draft))

    html = check.content.decode()
    assert "It is the first thing another city asks." in html
    assert check.context["open_questions"] == html.count("Not answered") + html.count("Not stated") + html.count(
        "Not judged"
    ) - len({"other_cities", "end_year", "peers_only", "discreet_details"})


def test_not_known_is_saved_and_no_longer_missing(client, draft):
    answer = client.get(page("section", draft, "results")).content.decode()
    assert 'name="unknown" type="checkbox" value="evidence"' in answer
    assert "Not measured" in answer

    post(client, draft, Section.RESULTS, unknown=["evidence", "title"], later="1")

    draft.refresh_from_db()
    assert draft.content["unknown"] == ["evidence"]
    page_after = client.get(page("section", draft, "results")).content.decode()
    assert 'value="evidence" checked' in page_after
    assert "Not measured" in client.get(page("check", draft)).content.decode()
    post(client, draft, Section.LAW, unknown=["legal_basis"], later="1")
    draft.refresh_from_db()
    assert set(draft.content["unknown"]) == {"evidence", "legal_basis"}


def test_a_change_to_a_practice_has_no_short_form_in_its_list(client, author):
    change = make_submission(by=author, practice=make_practice(by=author))

    assert "short" not in tasks(client, change)


def test_a_remark_is_answered_in_the_full_form(client, author):
    moderator = make_moderator()
    sent = make_sent_submission(by=author)
    claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    remark = add_remark(claimed, by=moderator, path="contact", text="Which office?")
    back = perform(claimed, Action.REQUEST_CHANGES, by=moderator, version=claimed.version, note="Please look")

    assert "short" not in tasks(client, back)
    for step in ("short", "sharing"):
        assert f'id="remark-{remark.pk}"' in client.get(page("section", back, step)).content.decode()


@pytest.mark.parametrize(
    ("depth", "target"),
    [("short", "short/"), ("full", ""), ("", ""), (None, "")],
    ids=["short", "full", "empty", "none"],
)
def test_the_start_page_asks_how_much_to_say(client, author, depth, target):
    chosen = {"language": "nl"} | ({} if depth is None else {"depth": depth})

    answer = client.post(reverse("submit-start"), chosen)

    assert answer["Location"] == f"{Submission.objects.get().get_absolute_url()}{target}"


def test_an_unknown_depth_is_told(client, author):
    answer = client.post(reverse("submit-start"), {"language": "nl", "depth": "deep"})

    assert "Choose the short or the full form." in answer.content.decode()
    assert not Submission.objects.exists()


def test_the_depth_survives_the_sign_in(client):
    answer = client.get("/en/submit/", {"begin": "1", "language": "el", "depth": "short"})

    assert answer["Location"].endswith("?next=/en/submit/%3Flanguage%3Del%26depth%3Dshort")
    client.force_login(make_user())
    form = client.get("/en/submit/?language=el&depth=short").context["form"]
    assert (form["language"].value(), form["depth"].value()) == ("el", "short")


def test_terms_are_explained_where_they_are_chosen(client, draft):
    html = client.get(page("section", draft, "short")).content.decode()

    assert "Emergency places to sleep, reception and help to find or keep a home." in html
    german = client.get(page("section", draft, "short").replace("/en/", "/de/")).content.decode()
    assert "Emergency places to sleep" not in german
    assert 'id="id_service_areas_0_hint"' in german


def test_examples_stand_at_their_questions(client, draft):
    html = client.get(page("section", draft, "law")).content.decode()

    assert "The municipality acts within the law." in html
    assert "It is the first thing another city asks." in html


def test_the_questions_can_be_read_and_printed_by_anyone(client):
    make_terms()
    for language in ("en", "de"):
        answer = client.get(f"/{language}/submit/questions/")
        html = answer.content.decode()
        assert answer.status_code == 200
        assert html.count('class="c-question"') == sum(len(section.fields) for section in Section)
    english = client.get("/en/submit/questions/").content.decode()
    assert english.count("also in the short form") == len(SHORT.fields)
    assert "Nobody can check it." in english
    assert "People who live in the city without a valid right of residence." in english
