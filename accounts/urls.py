"""Addresses of a person's own pages, below the language."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("accounts/preferences/", views.preferences, name="account-preferences"),
]
