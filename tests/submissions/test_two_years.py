"""The yearly question over two years and more, day by day: who is asked when, in which language, and what follows."""

import re
import smtplib
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts import services
from accounts.models import User
from cities.models import Membership
from cities.services import verify_membership
from practices.freshness import count_nobody_to_ask, labelled, nobody_to_ask, not_confirmed_since
from practices.models import Practice
from submissions.choices import Action
from submissions.models import Submission
from submissions.reminders import ask_cities
from submissions.services import approve, perform
from tests.factories import make_city, make_member, make_moderator, make_practice, make_user

pytestmark = pytest.mark.django_db
START = datetime(2027, 1, 4, 8, tzinfo=UTC)
LINK = re.compile(r"http://testserver(/(\w\w)/confirm/\S+)")
# Every day on which anything may happen, and one in twenty of the others: what fell due between would be sent on the
# next, as a mail that nobody expects.
DAYS = sorted({*range(0, 800, 20), *range(364, 452), *range(732, 801)})


@pytest.fixture
def world(monkeypatch, client):
    return World(monkeypatch, client)


class World:
    """A clock, a mail server that knows some addresses no more, and what was sent through it."""

    def __init__(self, monkeypatch, client):
        self.client, self.day, self.gone, self.asked = client, 0, set(), set()
        self.sent = defaultdict(list)
        self.links = {}
        monkeypatch.setattr(timezone, "now", lambda: START + timedelta(days=self.day))
        monkeypatch.setattr(services.EmailMessage, "send", lambda mail, fail_silently=False: self.take(mail))

    def take(self, mail):
        to, link = mail.to[0], LINK.search(mail.body)
        # What was refused is tried again by and by: the same question, not another one.
        if link and link[1] not in self.asked:
            self.asked.add(link[1])
            self.sent[self.day].append((to, link[2]))
            self.links[to] = link[1]
        if to in self.gone:
            raise smtplib.SMTPRecipientsRefused({to: (550, b"No such user here")})

    def answer(self, who, answer):
        self.client.force_login(User.objects.get(email=who))
        return self.client.post(self.links[who], {"answer": answer}, follow=True)


def test_each_city_is_asked_on_its_days_and_never_twice(world):
    moderator = make_moderator()
    practice_of = {city: make_practice(lead_city=city) for city in ("ghent", "utrecht", "berlin", "athens", "zurich")}
    make_practice(lead_city="ghent", visibility="moderators")
    make_practice(lead_city="ghent", operation_status="ended", end_year=2026)
    for city, address, language in [
        ("ghent", "answers", "nl"),
        ("utrecht", "silent", "en"),
        ("berlin", "bounces", "de"),
        ("athens", "ends", "el"),
        ("zurich", "withdraws", "it"),
    ]:
        make_member(make_user(f"{address}@city.example", language=language), make_city(city), by=moderator)
    abroad = make_practice(lead_city=make_city("lyonesse", country="FR").slug)
    for name in ("leaves", "stays"):
        make_member(make_user(f"{name}@city.example", language="fr"), abroad.lead_city, by=moderator)
    world.gone.add("bounces@city.example")
    seen_labels, seen_lists = {}, {}

    def renew():
        for membership in Membership.objects.filter(verified_at__isnull=False):
            verify_membership(membership=membership, by=moderator)

    def end():
        world.answer("ends@city.example", "ended")
        draft = Submission.objects.get()
        assert draft.content["operation_status"] == "ended"
        draft.content["end_year"] = 2027
        draft.save(update_fields=["content"])
        perform(draft, Action.SUBMIT, by=draft.submitter, version=draft.version)

    def publish_the_end():
        sent = Submission.objects.get()
        claimed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
        approve(
            submission=claimed, by=moderator, version=claimed.version, evidence_level=claimed.content["evidence_level"]
        )

    def withdraw():
        page = world.answer("withdraws@city.example", "withdraw")
        world.client.post(page.request["PATH_INFO"], {"reason": "The house is sold.", "sure": "on"})

    def close_account():
        User.objects.filter(email="leaves@city.example").update(is_active=False)

    def newcomer():
        make_member(make_user("newcomer@city.example", language="de"), make_city("berlin"), by=moderator)

    happens = {
        300: renew,
        367: end,
        368: lambda: (world.answer("answers@city.example", "yes"), withdraw()),
        380: newcomer,
        381: lambda: world.answer("newcomer@city.example", "yes"),
        400: lambda: (publish_the_end(), close_account()),
        423: lambda: world.answer("stays@city.example", "yes"),
        600: renew,
        736: lambda: world.answer("answers@city.example", "yes"),
    }
    for world.day in DAYS:
        happens.get(world.day, lambda: None)()
        if ask_cities():
            services.deliver_waiting()
        if world.day in (366, 367, 379, 380, 449, 450, 800):
            seen_lists[world.day] = set(
                Practice.objects.filter(nobody_to_ask()).values_list("lead_city__slug", flat=True)
            )
            assert count_nobody_to_ask() == len(seen_lists[world.day])
            now_labelled = set(Practice.objects.published().filter(labelled()))
            assert now_labelled == {
                practice for practice in Practice.objects.published() if not_confirmed_since(practice)
            }
            seen_labels[world.day] = {
                practice.lead_city.slug for practice in now_labelled if practice.visibility == "public"
            }

    def mail(name, language):
        return f"{name}@city.example", language

    silent, stays = mail("silent", "en"), mail("stays", "fr")
    assert {day: sorted(mails) for day, mails in world.sent.items()} == {
        366: sorted(
            [
                mail("answers", "nl"),
                silent,
                mail("bounces", "de"),
                mail("ends", "el"),
                mail("withdraws", "it"),
                mail("leaves", "fr"),
                stays,
            ]
        ),
        # A newcomer of the city whose contact bounced is asked on the first day.
        380: [mail("newcomer", "de")],
        # The first reminder: not to those who answered, nor where a change is under way.
        394: sorted([silent, mail("leaves", "fr"), stays]),
        # The second: the closed account is asked no more.
        422: sorted([silent, stays]),
        # A year after the last answer, and after the last silence.
        734: [mail("answers", "nl")],
        747: [mail("newcomer", "de")],
        775: [mail("newcomer", "de")],
        787: [silent],
        789: [stays],
    }
    assert seen_lists == {
        366: {"berlin"}, 367: {"berlin"}, 379: {"berlin"}, 380: set(), 449: set(), 450: set(), 800: set()
    }  # fmt: skip
    assert seen_labels == {
        366: set(), 367: set(), 379: set(), 380: set(), 449: set(), 450: {"utrecht"}, 800: {"utrecht"}
    }  # fmt: skip
    practices = {city: Practice.objects.get(pk=practice.pk) for city, practice in practice_of.items()}
    assert practices["athens"].operation_status == "ended"
    assert practices["zurich"].publication == "withdrawn"
    assert practices["utrecht"].confirmed_at is None
