"""Addresses of this app."""

from django.urls import path

from practices.views import adoption, areas, catalogue, cities, contact, exports, feed, files, practice

urlpatterns = [
    path("practices/", catalogue.practice_list, name="practice-list"),
    path("practices/export.<str:format>", exports.practice_export, name="practice-export"),
    path("practices/feed.atom", feed.practice_feed, name="practice-feed"),
    path("practices/<slug:slug>/", practice.practice_detail, name="practice-detail"),
    path("practices/<slug:slug>/contact/", contact.practice_contact, name="practice-contact"),
    path("practices/<slug:slug>/adopt/", adoption.practice_adopt, name="practice-adopt"),
    path("messages/", contact.message_list, name="message-list"),
    path("messages/<uuid:uuid>/", contact.message_detail, name="message-detail"),
    path("messages/<uuid:uuid>/report/", contact.message_report, name="message-report"),
    path("practices/<slug:slug>/v<int:number>/", practice.practice_version, name="practice-version"),
    path("files/<uuid:uuid>", files.practice_file, name="practice-file"),
    path("areas/<slug:slug>/", areas.area_detail, name="area-detail"),
    path("cities/", cities.city_list, name="city-list"),
    path("cities/<slug:slug>/", cities.city_detail, name="city-detail"),
]
