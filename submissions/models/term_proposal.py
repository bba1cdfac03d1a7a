"""Terms that officers missed in a vocabulary."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from submissions.choices import ProposalStatus, Vocabulary
from submissions.models.submission import Submission


class TermProposal(models.Model):
    """What an officer wrote under "other". Never part of the document: it is read by moderators, who add a term, name
    the known one, or leave it."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="term_proposals")
    vocabulary = models.CharField(_("vocabulary"), max_length=15, choices=Vocabulary.choices)
    text = models.CharField(_("term"), max_length=120)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    status = models.CharField(
        _("status"), max_length=10, choices=ProposalStatus.choices, default=ProposalStatus.WAITING
    )
    # The term that it became, or that was known already.
    term_slug = models.SlugField(_("term"), max_length=60, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposed term")
        verbose_name_plural = _("proposed terms")
        ordering = ["proposed_at", "pk"]
        constraints = [
            # One box per vocabulary in the form.
            models.UniqueConstraint(fields=["submission", "vocabulary"], name="submissions_term_proposal_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=ProposalStatus.values), name="submissions_term_proposal_status_known"
            ),
        ]

    def __str__(self):
        return self.text
