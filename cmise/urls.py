"""Every address of the site. Pages carry their language; machines' addresses do not."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from cmise import addresses, api, pages

urlpatterns = [
    *addresses.urlpatterns,
    path("api/v1/", include(api.urlpatterns)),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("", include(pages.urlpatterns)),
        path("", include("practices.urls")),
        path("", include("submissions.urls")),
        path("", include("accounts.urls")),
        path("accounts/", include("allauth.urls")),
    ),
]

handler400 = "cmise.errors.bad_request"
handler403 = "cmise.errors.permission_denied"
handler404 = "cmise.errors.page_not_found"
handler500 = "cmise.errors.server_error"
