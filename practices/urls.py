"""Addresses of this app."""

from django.urls import path

from practices.views import areas, catalogue, cities, exports, feed, files, practice

urlpatterns = [
    path("practices/", catalogue.practice_list, name="practice-list"),
    path("practices/export.<str:format>", exports.practice_export, name="practice-export"),
    path("practices/feed.atom", feed.practice_feed, name="practice-feed"),
    path("practices/<slug:slug>/", practice.practice_detail, name="practice-detail"),
    path("practices/<slug:slug>/v<int:number>/", practice.practice_version, name="practice-version"),
    path("files/<uuid:uuid>", files.practice_file, name="practice-file"),
    path("areas/<slug:slug>/", areas.area_detail, name="area-detail"),
    path("cities/", cities.city_list, name="city-list"),
    path("cities/<slug:slug>/", cities.city_detail, name="city-detail"),
]
