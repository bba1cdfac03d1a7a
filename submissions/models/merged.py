"""What a merger writes over."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from submissions.models.submission import Submission


class BeforeMerger(models.Model):
    """The rounds of a submission as they were before it was merged, as long as the merger is what was decided last.
    What it proposed then is its `previous_sent` meanwhile. In a table of its own: nobody else reads them."""

    submission = models.OneToOneField(
        Submission, on_delete=models.CASCADE, primary_key=True, related_name="before_merger"
    )
    last_sent = models.JSONField(encoder=DjangoJSONEncoder, null=True)
    previous_sent = models.JSONField(encoder=DjangoJSONEncoder, null=True)

    def __str__(self):
        return str(self.submission)
