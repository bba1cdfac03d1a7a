"""Every address of the site, and those of the demo mail. Which of the two it is, the settings say once: when the
process starts."""

from django.urls import include, path

from cmise import urls

urlpatterns = [*urls.urlpatterns, path("demo/mail/", include("accounts.demo_urls"))]

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
