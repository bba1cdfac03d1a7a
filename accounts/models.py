"""People and the mails that wait for them."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UserManager(BaseUserManager["User"]):
    """Makes accounts; the address is compared without regard to case."""

    def get_by_natural_key(self, username):
        return self.get(email__iexact=username)

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. The e-mail address is the login; a name is optional and never shown to the public."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(
        _("preferred language"),
        max_length=2,
        choices=settings.LANGUAGES,
        default="en",
        help_text=_("Mails are written in this language."),
    )
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_active = models.BooleanField(pgettext_lazy("account", "active"), default=True)
    # Since when no mail reaches the address; empty again with the next one that does.
    unreachable_since = models.DateTimeField(_("no mail arrives since"), null=True, blank=True, editable=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_unique",
                violation_error_message=_("An account with this e-mail address exists already."),
            ),
        ]

    def __str__(self):
        return self.name or self.email

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)


class OutgoingMail(models.Model):
    """A mail written in the transaction of the act it tells of, and delivered afterwards by `deliver_mail`."""

    recipient = models.EmailField(_("recipient"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("text"))
    # Sign-in codes, secret links, messages to colleagues: the text is wiped once it is delivered.
    secret = models.BooleanField(_("holds a secret"), default=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    # Until then it can be changed or taken back.
    not_before = models.DateTimeField(_("not before"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # Never delivered: whoever wrote it thought better of it.
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_at=None) | models.Q(taken_back_at=None), name="accounts_mail_sent_or_taken_back"
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=models.Q(sent_at=None, taken_back_at=None),
                name="accounts_mail_waiting",
            ),
        ]

    def __str__(self):
        return self.recipient if self.secret else self.subject

    @property
    def is_held(self) -> bool:
        """It can still be changed or taken back: nobody has begun to send it. `change_held` asks the same."""
        tried = self.attempts > 0 or self.sent_at is not None or self.taken_back_at is not None
        return not tried and self.not_before > timezone.now()
