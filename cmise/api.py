"""Addresses of the API, below /api/v1/."""

from django.urls import path

from practices.api import views

urlpatterns = [
    path("practices/", views.PracticeList.as_view(), name="api-practice-list"),
    path("practices/<slug:slug>/", views.PracticeDetail.as_view(), name="api-practice-detail"),
    path("practices/<slug:slug>/versions/", views.VersionList.as_view(), name="api-version-list"),
    path("practices/<slug:slug>/versions/<int:number>/", views.VersionDetail.as_view(), name="api-version-detail"),
    path("cities/", views.CityList.as_view(), name="api-city-list"),
    path("cities/<slug:slug>/", views.CityDetail.as_view(), name="api-city-detail"),
    path("vocabularies/", views.Vocabularies.as_view(), name="api-vocabularies"),
    path("suggest/", views.Suggest.as_view(), name="api-suggest"),
    path("schema/", views.Schema.as_view(), name="api-schema"),
    path("docs/", views.Documentation.as_view(), name="api-docs"),
]
