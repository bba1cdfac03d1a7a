"""Addresses of the demo mail; included in demo mode only."""

from django.urls import path

from accounts import demo_views

urlpatterns = [
    path("", demo_views.mail_list, name="demo-mail"),
    path("<int:pk>/", demo_views.mail_detail, name="demo-mail-detail"),
]
