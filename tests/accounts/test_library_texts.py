"""Nobody is addressed informally: the libraries' German, Dutch and Italian as our pages and mails show them."""

import re
from pathlib import Path

import allauth
import django
import polib
import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.library_texts import ADMIN_TEXTS, COUNTED_LIBRARY_TEXTS, LIBRARY_TEXTS
from accounts.models import OutgoingMail
from tests.factories import PASSWORD, make_user

LIBRARIES = [Path(allauth.__file__).parent / "locale", Path(django.__file__).parent / "contrib" / "auth" / "locale"]
OURS = Path(settings.BASE_DIR) / "templates"
# What speaks to one person as to a friend, and the imperatives that the library uses.
INFORMAL = {
    "de": r"\b(du|dich|dir|dein\w*|bitte (?!geben|haben|bestätigen|versuchen|schreiben|fügen|setzen|sichern)\w+e)\b"
    r"|\b(gib|lass|habe|bist|musst|kannst|sendest|wähle|versuche|bestätige|überprüfe)\b",
    "nl": r"\b(je|jij|jou|jouw|jezelf|jullie)\b",
    "it": r"\b(tu|tuo|tua|tuoi|tue|ti|te|hai|puoi|devi|vuoi|stai|abbi|inserisci|inseriscilo|salvali|usa|utilizza|manda"
    r"|riprova|ignora|riconosci|contattaci)\b|\bsei (?!cifre)",
}
# Of their catalogues, what this registry never shows: other ways to sign in, their own admin, links where we send
# codes, pages for which it is closed; and of Django's accounts all but the rules for passwords.
NEVER_SHOWN = re.compile(
    r"socialaccount|headless|idp/|openid|phone|webauthn|passkey|mfa/trust|admin\.py|models\.py|account/fields"
    r"|password_reset_key_|password_reset_done|email_change\.html|email_confirm\.html|verification_sent"
    r"|verified_email_required|signup_closed|^contrib/auth/(?!password_validation)"
)
# Nobody has a user name or a telephone number here, types an address twice, or holds a security key. What asks before
# an address is removed is a script, what tells of a link is for links, and no rule is about digits.
NEVER_SAID = {
    "Username can not be used. Please use other username.",
    "Please select only one.",
    "You must type the same email each time.",
    "The phone number and/or password you specified are not correct.",
    "The username and/or password you specified are not correct.",
    "Use a security key",
    "Do you really want to remove the selected email address?",
    "The password reset link was invalid, possibly because it has already been used.  Please request a "
    '<a href="%(passwd_reset_url)s">new password reset</a>.',
    "You have added %(count)s security key.",
    "Your password can’t be entirely numeric.",
}
COUNTED = {"Your password must contain at least %(min_length)d character."}


def is_shown(entry):
    """Whether a message stands in a module or template of the library that this registry uses as it is."""
    places = [place for place, _line in entry.occurrences if not NEVER_SHOWN.search(place)]
    return any(not (OURS / place.removeprefix("templates/")).is_file() for place in places)


def messages_of(language):
    catalogues = [polib.pofile(str(library / language / "LC_MESSAGES" / "django.po")) for library in LIBRARIES]
    return [entry for catalogue in catalogues for entry in catalogue if entry.translated() and not entry.obsolete]


def is_informal(text, language):
    return re.search(INFORMAL[language], text, re.IGNORECASE) is not None


@pytest.mark.parametrize("language", INFORMAL)
def test_every_informal_text_that_is_shown_is_ours(language):
    informal = {
        entry.msgid
        for entry in messages_of(language)
        if is_shown(entry) and is_informal(" ".join([entry.msgstr, *entry.msgstr_plural.values()]), language)
    }

    assert informal
    assert sorted(informal - NEVER_SAID - COUNTED - set(LIBRARY_TEXTS)) == []


@pytest.mark.parametrize("language", INFORMAL)
def test_our_words_win_over_the_libraries(language):
    theirs = {entry.msgid: entry.msgstr for entry in messages_of(language)}

    with translation.override(language):
        said = {text: translation.gettext(text) for text in LIBRARY_TEXTS}
        counted = [text % {"min_length": number} for text in COUNTED_LIBRARY_TEXTS for number in (1, 12)]

    # A text that they have no more is left over here.
    assert set(LIBRARY_TEXTS) - set(theirs) == set()
    assert [text for text in (*said.values(), *counted) if is_informal(text, language)] == []
    assert [text for text, ours in said.items() if is_informal(theirs[text], language) and ours == theirs[text]] == []


def words_of(answer):
    """What a page says in its main part, without markup."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


@pytest.mark.django_db
@pytest.mark.parametrize("language", INFORMAL)
def test_pages_and_mails_of_the_door_are_formal(client, language):
    with translation.override(language):
        address = {
            name: reverse(name)
            for name in (
                "account_login",
                "account_signup",
                "account_request_login_code",
                "account_reset_password",
                "account_email",
                "account_change_password",
                "account_set_password",
                "account_reauthenticate",
                "account_logout",
                "mfa_index",
                "mfa_activate_totp",
                "mfa_deactivate_totp",
                "mfa_view_recovery_codes",
                "mfa_generate_recovery_codes",
                "usersessions_list",
            )
        }
    pages, new = [], "another long enough password"
    known = make_user("officer@city.example", password=PASSWORD, language=language)

    # Strangers, and somebody who is known; each begins at a browser that knows nobody.
    for email in (known.email, "nobody@city.example"):
        for name in ("account_signup", "account_request_login_code", "account_reset_password"):
            client.cookies.clear()
            pages.append(client.get(address[name]))
            pages.append(client.post(address[name], {"email": email}, follow=True))
            pages.append(client.post(pages[-1].request["PATH_INFO"], {"code": "WRNG-CODE"}, follow=True))
    client.cookies.clear()
    pages.append(client.post(address["account_login"], {"login": known.email, "password": "not the password"}))
    pages.append(client.post(address["account_login"], {"login": known.email, "password": PASSWORD}, follow=True))
    # Whoever is in.
    pages.append(client.get(address["account_reset_password"]))
    for email, act in (
        ("second@city.example", "action_add"),
        (known.email, "action_remove"),
        ("second@city.example", "action_remove"),
    ):
        pages.append(client.post(address["account_email"], {"email": email, act: ""}, follow=True))
        pages.append(client.get(address["account_email"]))
    wrong = {"oldpassword": "wrong", "password1": new, "password2": "not the same"}
    pages.append(client.post(address["account_change_password"], wrong))
    right = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    pages.append(client.post(address["account_change_password"], right, follow=True))
    TOTP.activate(known, generate_totp_secret())
    RecoveryCodes.activate(known)
    for name in sorted(address):
        if name not in ("account_login", "account_signup", "account_request_login_code"):
            pages.append(client.get(address[name], follow=True))
    for name in ("mfa_generate_recovery_codes", "mfa_deactivate_totp", "account_logout"):
        pages.append(client.post(address[name], follow=True))

    texts = [words_of(page) for page in pages]
    mails = [f"{mail.subject}\n{mail.body}" for mail in OutgoingMail.objects.all()]
    assert [page.status_code for page in pages if page.status_code not in (200, 400)] == []
    assert min(len(text) for text in texts) > 0
    assert len(mails) > 5
    assert [text for text in (*texts, *mails) if is_informal(text, language)] == []


# Of Django's admin, pages that nobody reaches here: accounts are made and signed in to at the registry's own.
ELSEWHERE = re.compile(r"admin/auth/|admin/login|registration/|contrib/admin/forms|object_history")


@pytest.mark.parametrize("language", [code for code in settings.LANGUAGE_CODES if code != "en"])
def test_the_admin_speaks_every_language(language):
    catalogue = Path(django.__file__).parent / "contrib" / "admin" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    shown = [
        entry.msgid
        for entry in polib.pofile(str(catalogue))
        if not entry.msgctxt and any(not ELSEWHERE.search(place) for place, _line in entry.occurrences)
    ]
    theirs = Path(str(catalogue).replace("/en/", f"/{language}/"))
    known = {entry.msgid for entry in polib.pofile(str(theirs)) if entry.translated()}

    assert [text for text in shown if text not in known and text not in ADMIN_TEXTS] == []
