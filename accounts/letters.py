"""Mails made from templates, in the language of whoever reads them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.models import OutgoingMail
from accounts.services import queue_mail


def queue_letter(
    template: str,
    *,
    to: str,
    language: str,
    context: Mapping[str, Any],
    secret: bool = False,
    not_before: datetime | None = None,
) -> OutgoingMail:
    """Queue `<template>_subject.txt` and `<template>_body.txt`, plain text. With `secret` nobody but the recipient
    reads it: the admin does not show its text, which is wiped once it is delivered. `not_before`: held until then."""
    with translation.override(language):
        subject = render_to_string(f"{template}_subject.txt", dict(context))
        body = render_to_string(f"{template}_body.txt", dict(context))
    return queue_mail(
        to=to, language=language, subject=subject, body=body.strip() + "\n", secret=secret, not_before=not_before
    )


def address_in(language: str, name: str, *arguments: object) -> str:
    """The full address of a page in a language, for mails."""
    with translation.override(language):
        return urljoin(settings.SITE_URL, reverse(name, args=arguments))
