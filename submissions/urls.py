"""Addresses of this app."""

from django.urls import path

from submissions.views import files, overview, section, start

urlpatterns = [
    path("submit/", start.submit_start, name="submit-start"),
    path("practices/<slug:slug>/change/", start.submission_change, name="submission-change"),
    path("submissions/", overview.submission_list, name="submission-list"),
    path("submissions/<uuid:uuid>/", overview.submission_detail, name="submission-detail"),
    path("submissions/<uuid:uuid>/check/", overview.submission_check, name="submission-check"),
    path("submissions/<uuid:uuid>/sent/", overview.submission_sent, name="submission-sent"),
    path("submissions/<uuid:uuid>/withdraw/", overview.submission_withdraw, name="submission-withdraw"),
    path("submissions/<uuid:uuid>/files/<uuid:file>", files.submission_file, name="submission-file"),
    path("submissions/<uuid:uuid>/<slug:section>/", section.submission_section, name="submission-section"),
]
