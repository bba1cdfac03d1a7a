"""The outbox as pages: there in demo mode, unknown in production."""

import pytest
from django.urls import reverse

from accounts.services import queue_mail

pytestmark = pytest.mark.django_db


def test_production_knows_no_demo_mail(client, settings):
    # What the settings say later makes no addresses.
    settings.CMISE_DEMO = True
    queue_mail(to="officer@city.example", language="en", subject="A code", body="ABCD", secret=True)

    assert client.get("/demo/mail/").status_code == 404
    assert client.get("/demo/mail/1/").status_code == 404


@pytest.mark.urls("cmise.demo_urls")
def test_mails_are_listed_newest_first_and_readable_unsent(client):
    for number in range(2):
        queue_mail(
            to="officer@city.example", language="en", subject=f"Mail {number}", body="<b>ABCD-EFGH</b>", secret=True
        )

    page = client.get(reverse("demo-mail")).content.decode()

    assert page.index("Mail 1") < page.index("Mail 0")
    newest = client.get(page.split("c-tasks")[1].split('href="')[1].split('"')[0]).content.decode()
    assert "&lt;b&gt;ABCD-EFGH&lt;/b&gt;" in newest
