"""Who speaks for a city, with what the person sent: it helps to decide whether they work there."""

from typing import Any

from django.contrib import admin

from cities.admin import MembershipAdmin
from cities.models import Membership
from submissions.models import Submission

# So many of a person's submissions are listed.
MOST = 20

admin.site.unregister(Membership)


@admin.register(Membership)
class MembershipWithSubmissionsAdmin(MembershipAdmin):
    def beside(self, membership: Membership) -> dict[str, Any]:
        """What nobody sent is its author's."""
        sent = Submission.objects.sent().filter(submitter=membership.user).select_related("city", "practice")
        return {**super().beside(membership), "submissions": sent.order_by("-submitted_at")[:MOST]}
