"""Addresses of the pages about the registry as a whole."""

from django.urls import path

from cmise import views

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("about/data/", views.about_data, name="about-data"),
    path("about/accessibility/", views.about_accessibility, name="about-accessibility"),
    path("about/privacy/", views.about_privacy, name="about-privacy"),
]
