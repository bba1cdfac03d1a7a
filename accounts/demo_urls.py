"""Addresses of the demo mail."""

urlpatterns: list = []
