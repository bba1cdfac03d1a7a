"""How sign-in differs from the library's defaults: mails go through our outbox, in the person's language."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.contrib.sites.shortcuts import get_current_site
from django.utils import translation

from accounts.services import queue_mail


class AccountAdapter(DefaultAccountAdapter):
    """Hands the library's mails to the outbox, so that a mail server that is down never breaks a sign-in page."""

    def send_mail(self, template_prefix, email, context):
        user = context.get("user")
        language = getattr(user, "language", None) or translation.get_language() or "en"
        request = allauth_context.request
        context = {"request": request, "email": email, "current_site": get_current_site(request), **context}
        with translation.override(language):
            message = self.render_mail(template_prefix, email, context)
        queue_mail(to=email, language=language[:2], subject=message.subject, body=message.body, secret=True)

    def save_user(self, request, user, form, commit=True):
        user.language = (translation.get_language() or "en")[:2]
        return super().save_user(request, user, form, commit=commit)
