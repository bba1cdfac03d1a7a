"""The demo registry: five accounts, work for the moderators, and nothing of it in production."""

import io
import json
import shutil

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.permissions import is_moderator
from cities.models import City
from cities.permissions import is_peer, speaks_for
from practices.models import Practice
from submissions.choices import Kind, Status
from submissions.management.demo_content import CHANGED_PRACTICE
from submissions.models import Remark, Submission

pytestmark = pytest.mark.django_db
DATA = django_settings.BASE_DIR / "practices" / "data"
PASSWORD = "one for all of them"


@pytest.fixture
def demo(settings, tmp_path):
    """A registry in demo mode with its cities, a few of its practices and the one that the demo proposes to change."""
    settings.CMISE_DEMO = True
    settings.CMISE_DEMO_PASSWORD = PASSWORD
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    for name in ("practices.jsonl", "practices_i18n.jsonl"):
        lines = (DATA / name).read_text(encoding="utf-8").splitlines()
        kept = [*lines[:5], *(line for line in lines[5:] if json.loads(line)["slug"] == CHANGED_PRACTICE)]
        (tmp_path / name).write_text("\n".join(kept) + "\n", encoding="utf-8")
    call_command("load_registry", tmp_path, stdout=io.StringIO())
    return settings


def seed():
    output = io.StringIO()
    call_command("seed_demo", stdout=output)
    return output.getvalue()


def person(name):
    return User.objects.get(email=f"{name}@demo.example")


def test_refuses_outside_demo_mode(settings):
    settings.CMISE_DEMO = False

    with pytest.raises(CommandError, match="CMISE_DEMO"):
        seed()
    assert not User.objects.exists()


def test_says_what_to_do_without_cities(settings):
    settings.CMISE_DEMO = True

    with pytest.raises(CommandError, match="load_registry"):
        seed()
    assert not User.objects.exists()


def test_where_two_must_agree_two_do(demo):
    demo.FOUR_EYES = True

    seed()

    published = Submission.objects.get(status=Status.PUBLISHED)
    by = dict(published.events.values_list("action", "by__email"))
    assert (by["endorse"], by["approve"]) == ("moderator@demo.example", "admin@demo.example")


def test_demo_registry(demo):
    output = seed()

    assert PASSWORD in output
    ghent, utrecht = City.objects.get(slug="ghent"), City.objects.get(slug="utrecht")
    assert speaks_for(person("officer"), ghent)
    assert speaks_for(person("peer"), utrecht)
    assert not is_peer(person("newcomer"))
    assert not person("newcomer").memberships.exists()
    assert is_moderator(person("moderator"))
    assert is_moderator(person("admin"))
    assert not is_moderator(person("officer"))
    assert person("admin").has_perm("accounts.add_user")
    assert not person("moderator").has_perm("accounts.add_user")
    assert all(user.check_password(PASSWORD) for user in User.objects.all())
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == User.objects.count() == 5
    assert set(User.objects.filter(is_staff=True)) == {person("moderator"), person("admin")}
    assert not User.objects.filter(is_superuser=True).exists()


def test_there_is_something_in_each_state(demo):
    before = set(Practice.objects.public())

    seed()

    statuses = list(Submission.objects.filter(kind=Kind.NEW).values_list("status", flat=True))
    assert sorted(statuses) == [Status.CHANGES_REQUESTED, Status.DRAFT, Status.PUBLISHED, Status.SUBMITTED]
    assert Submission.objects.get(kind=Kind.UPDATE).status == Status.SUBMITTED
    assert Remark.objects.exclude(sent_at=None).count() == 2
    assert set(Practice.objects.public()) == before
    assert Practice.objects.visible_to(person("officer")).count() == len(before) + 1


def test_seeding_again_changes_nothing(demo):
    seed()
    counts = (User.objects.count(), Submission.objects.count(), Practice.objects.count())
    digests = set(User.objects.values_list("password", flat=True))

    seed()

    assert (User.objects.count(), Submission.objects.count(), Practice.objects.count()) == counts
    assert set(User.objects.values_list("password", flat=True)) == digests


def test_seeding_again_restores_the_accounts(demo):
    seed()
    User.objects.filter(email="officer@demo.example").update(is_active=False, password="!")
    demo.CMISE_DEMO_PASSWORD = "another one for all"

    seed()

    assert all(user.check_password("another one for all") for user in User.objects.all())
    assert person("officer").is_active
