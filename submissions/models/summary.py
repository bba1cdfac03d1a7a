"""What lists show of what was sent, beside the documents."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from submissions.models.submission import Submission


class SentSummary(models.Model):
    """The titles of a submission as moderators read them. In a table of its own: documents are long, and a search that
    went through them would read every page of them.

    `submissions.services.summaries` writes it together with `Submission.open_warnings`.
    """

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, primary_key=True, related_name="as_sent")
    # In the submission's language.
    title = models.CharField(max_length=200, blank=True)
    # The titles in every language, that one first: folded words, to search and to sort by.
    words = models.TextField(blank=True)
    # Stands for the rules that counted the warnings; those of another release count again.
    rules = models.CharField(max_length=16, blank=True)

    class Meta:
        verbose_name = _("summary of what was sent")
        verbose_name_plural = _("summaries of what was sent")

    def __str__(self):
        return self.title
