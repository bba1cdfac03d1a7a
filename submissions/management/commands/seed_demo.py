"""Accounts and submissions of a demo registry."""

from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from accounts.roles import ADMINISTRATOR, MODERATOR
from cities.models import City
from cities.services import request_membership, verify_membership
from practices.content import empty_document
from practices.document import read
from practices.models import Practice
from submissions.choices import Action, Kind
from submissions.management import demo_content as content
from submissions.models import Submission
from submissions.services import add_remark, perform, start

# Used where CMISE_DEMO_PASSWORD is not set. A demo account opens nothing that is secret.
PASSWORD = "discreet-registry"  # noqa: S105
ACCOUNTS: dict[str, dict[str, Any]] = {
    "officer@demo.example": {"name": "Demo officer (Ghent)", "language": "nl"},
    "newcomer@demo.example": {"name": "Demo newcomer", "language": "en"},
    "peer@demo.example": {"name": "Demo peer (Utrecht)", "language": "nl"},
    "moderator@demo.example": {"name": "Demo moderator", "language": "en", "is_staff": True},
    "admin@demo.example": {"name": "Demo administrator", "language": "en", "is_staff": True},
}
GROUPS = {"moderator@demo.example": MODERATOR, "admin@demo.example": ADMINISTRATOR}
CITIES = {"officer@demo.example": "ghent", "peer@demo.example": "utrecht"}


class Command(BaseCommand):
    help = (
        "Create the demo accounts, all with the password in CMISE_DEMO_PASSWORD, and a few submissions in different "
        "states. Refuses outside demo mode. Running it again restores the accounts and leaves the submissions alone."
    )

    @transaction.atomic
    def handle(self, *args, **options):
        if not settings.CMISE_DEMO:
            raise CommandError("This is no demo registry: CMISE_DEMO is not 1. Nothing was created.")
        cities = City.objects.in_bulk(CITIES.values(), field_name="slug")
        if len(cities) < len(CITIES):
            raise CommandError("The cities are not there yet. First: manage.py load_registry practices/data")
        password = settings.CMISE_DEMO_PASSWORD or PASSWORD
        self.make_accounts(password)
        self.people = User.objects.in_bulk(ACCOUNTS, field_name="email")
        self.verify(cities)
        if not Submission.objects.filter(submitter__email__in=CITIES).exists():
            self.make_submissions()
        self.stdout.write(f"Demo accounts, password {password}: {', '.join(ACCOUNTS)}")

    def make_accounts(self, password):
        known = dict(User.objects.filter(email__in=ACCOUNTS).values_list("email", "password"))
        encoded = next(iter(known.values()), "")
        # One digest for all accounts of the demo: checking five slow ones would take seconds at every start.
        if len(known) < len(ACCOUNTS) or set(known.values()) != {encoded} or not check_password(password, encoded):
            encoded = make_password(password)
        for email, fields in ACCOUNTS.items():
            user, _created = User.objects.update_or_create(
                email=email, defaults={**fields, "password": encoded, "is_active": True}
            )
            EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
            if email in GROUPS:
                user.groups.add(Group.objects.get(name=GROUPS[email]))

    def verify(self, cities):
        for email, slug in CITIES.items():
            membership = request_membership(user=self.people[email], city=cities[slug], evidence="Demo account")
            verify_membership(membership=membership, by=self.people["moderator@demo.example"])

    def make_submissions(self):
        officer, peer = self.people["officer@demo.example"], self.people["peer@demo.example"]
        moderator = self.people["moderator@demo.example"]
        start(by=officer, language="nl", document=document("nl", content.DRAFT))
        self.send(officer, "nl", content.SENT)
        sent_back = self.take(self.send(officer, "nl", content.SENT_BACK), moderator)
        for path, text in content.REMARKS.items():
            add_remark(sent_back, by=moderator, path=path, text=text)
        perform(sent_back, Action.REQUEST_CHANGES, by=moderator, version=sent_back.version, note=content.REQUEST)
        for_peers = self.take(self.send(peer, "en", content.FOR_PEERS), moderator)
        self.publish(for_peers, moderator)
        live = Practice.objects.visible_to(peer).filter(slug=content.CHANGED_PRACTICE).first()
        if live:
            proposal = {**read(live), **content.CHANGE}
            change = start(by=peer, language="en", kind=Kind.UPDATE, practice=live, document=proposal)
            perform(change, Action.SUBMIT, by=peer, version=change.version)

    def send(self, person, language, values):
        submission = start(by=person, language=language, document=document(language, values))
        return perform(submission, Action.SUBMIT, by=person, version=submission.version)

    def take(self, submission, moderator):
        return perform(submission, Action.CLAIM, by=moderator, version=submission.version)

    def publish(self, submission, moderator):
        if settings.FOUR_EYES:
            submission = perform(submission, Action.ENDORSE, by=moderator, version=submission.version)
            moderator = self.people["admin@demo.example"]
        perform(submission, Action.APPROVE, by=moderator, version=submission.version)


def document(language, values):
    return {**empty_document(language=language), "provenance": {language: "original"}, **values}
