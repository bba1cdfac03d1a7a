"""People and mails in the admin."""

from accounts.admin import mail, people, site

__all__ = ["mail", "people", "site"]
