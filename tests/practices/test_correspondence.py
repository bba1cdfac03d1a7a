"""Messages between officers: to whom they go, what each side learns of the other, and who else reads them."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail
from accounts.services import deliver_waiting
from cities.choices import MembershipRole
from cities.services import revoke_membership
from practices.correspondence import (
    NEW_A_DAY,
    ClosedError,
    NobodyThereError,
    NotVerifiedError,
    TooManyError,
    answer,
    colleague_of,
    report,
    write_to_colleague,
)
from practices.models import ColleagueMessage
from practices.services import withdraw
from submissions.choices import Action
from submissions.services import perform
from tests.factories import (
    make_city,
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_user,
)

pytestmark = pytest.mark.django_db
GHENT = "officer-of-ghent@city.example"
UTRECHT = "officer-of-utrecht@city.example"
HOSTILE = "<script>alert(1)</script>\n\nBcc: everyone@city.example\n{{ settings.SECRET_KEY }}"


@pytest.fixture
def practice():
    return make_practice(title="Night bus", lead_city="ghent")


@pytest.fixture
def there(practice):
    """Speaks for the city of the practice."""
    return make_member(make_user(GHENT, name="Somebody There", language="nl"), make_city("ghent"))


@pytest.fixture
def here():
    """Speaks for another city."""
    return make_member(make_user(UTRECHT, name="Somebody Here", language="de"), make_city("utrecht"))


def write(practice, by, text="How did you begin?", language="en"):
    return write_to_colleague(practice, by=by, text=text, language=language)


def contact(practice):
    return reverse("practice-contact", args=[practice.slug])


def conversation(message):
    return reverse("message-detail", args=[message.uuid])


# --- To whom ----------------------------------------------------------------------------------------------------------


def test_whoever_wrote_the_practice_comes_first():
    writer = make_member(make_user(), make_city("ghent")).user
    contact_person = make_member(make_user(), make_city("ghent"))
    contact_person.role = MembershipRole.CONTACT
    contact_person.save()
    moderator = make_moderator()
    submission = make_sent_submission(by=writer)
    submission = perform(submission, Action.CLAIM, by=moderator, version=submission.version)
    published = perform(submission, Action.APPROVE, by=moderator, version=submission.version).practice
    other = make_practice(lead_city="ghent")

    assert colleague_of(published, besides=make_user()) == writer
    assert colleague_of(published, besides=writer) == contact_person.user
    assert colleague_of(other, besides=writer) == contact_person.user


def test_only_those_who_speak_for_the_city_now(practice, there, here):
    revoke_membership(membership=there)
    closed = make_member(make_user(is_active=False), make_city("ghent"))
    ended = make_member(make_user(), make_city("ghent"))
    past = timezone.now() - timedelta(days=400)
    ended.verified_at, ended.valid_until = past, past + timedelta(days=365)
    ended.save()

    assert closed.is_valid
    assert colleague_of(practice, besides=here.user) is None
    with pytest.raises(NobodyThereError):
        write(practice, here.user)
    assert not ColleagueMessage.objects.exists()


def test_page_says_that_nobody_is_there(client, practice, here):
    client.force_login(here.user)

    html = client.get(contact(practice)).content.decode()

    assert "nobody who is verified speaks for this city" in html
    assert "<textarea" not in html


# --- What they learn --------------------------------------------------------------------------------------------------


def test_mail_is_in_the_recipients_language_and_shows_no_address(practice, there, here):
    message = write(practice, here.user, text=HOSTILE)

    queued = OutgoingMail.objects.get()
    assert (queued.recipient, queued.language, queued.secret) == (GHENT, "nl", True)
    assert deliver_waiting() == (1, 0)
    [sent] = outbox.outbox
    raw = sent.message().as_string()
    assert sent.to == [GHENT]
    assert (sent.from_email, sent.reply_to, sent.cc, sent.bcc) == ("registry@city.example", [], [], [])
    assert HOSTILE in sent.body
    assert f"/nl/messages/{message.uuid}/" in sent.body
    assert "Utrecht" in sent.body
    for hidden in (UTRECHT, "Somebody Here"):
        assert hidden not in raw
        assert hidden not in sent.body
    # Not kept where moderators would read it.
    assert OutgoingMail.objects.get().body == ""


def test_pages_show_cities_and_neither_names_nor_addresses(client, practice, there, here):
    message = write(practice, here.user)
    answer(message, by=there.user, text="With a van.", language="en")

    for reader, other, hidden in [
        (here, "A colleague from Ghent", (GHENT, "Somebody There")),
        (there, "A colleague from Utrecht", (UTRECHT, "Somebody Here")),
    ]:
        client.force_login(reader.user)
        for address in (reverse("message-list"), conversation(message)):
            html = client.get(address).content.decode()
            assert other in html
            assert not [word for word in hidden if word in html]


def test_hostile_text_is_text(client, practice, there, here):
    message = write(practice, here.user, text=HOSTILE)
    client.force_login(there.user)

    html = client.get(conversation(message)).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert(1)" not in html
    assert "{{ settings.SECRET_KEY }}" in html
    assert '<div lang="en" dir="auto">' in html


def test_both_write_on_the_site(client, practice, there, here):
    client.force_login(here.user)
    begun = client.post(contact(practice), {"text": "How did you begin?", "language": "en"})
    first = ColleagueMessage.objects.get()
    assert begun["Location"] == conversation(first)

    client.force_login(there.user)
    client.post(conversation(first), {"text": "Met een busje.", "language": "nl"})

    reply = ColleagueMessage.objects.get(first=first)
    assert (reply.sender, reply.recipient) == (there.user, here.user)
    mail = OutgoingMail.objects.get(recipient=UTRECHT)
    assert mail.language == "de"
    assert f"/de/messages/{first.uuid}/" in mail.body


def test_empty_message_is_refused_and_long_one_keeps_its_text(client, practice, there, here):
    client.force_login(here.user)

    assert "Write your message." in client.post(contact(practice), {"text": " ", "language": "en"}).content.decode()
    long = "word " * 1200
    assert long.strip() in client.post(contact(practice), {"text": long, "language": "en"}).content.decode()
    assert not ColleagueMessage.objects.exists()


# --- Who may ----------------------------------------------------------------------------------------------------------


def test_page_of_a_practice_offers_it_to_peers_of_other_cities(client, practice, there, here):
    def offered():
        return contact(practice) in client.get(practice.get_absolute_url()).content.decode()

    assert not offered()
    client.force_login(make_user())
    assert not offered()
    client.force_login(there.user)
    assert not offered()
    client.force_login(here.user)
    assert offered()


def test_who_is_not_verified_writes_nothing(client, practice, there):
    stranger = make_user()
    client.force_login(stranger)

    client.post(contact(practice), {"text": "Hello", "language": "en"})

    with pytest.raises(NotVerifiedError):
        write(practice, stranger)
    assert not ColleagueMessage.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_both_must_be_verified_at_each_message(client, practice, there, here):
    first = write(practice, here.user)
    revoke_membership(membership=here)

    with pytest.raises(NotVerifiedError) as refusal:
        answer(first, by=there.user, text="With a van.", language="en")
    assert refusal.value.own is False
    with pytest.raises(NotVerifiedError) as refusal:
        answer(first, by=here.user, text="Are you there?", language="en")
    assert refusal.value.own is True
    client.force_login(there.user)
    html = client.post(conversation(first), {"text": "With a van.", "language": "en"}).content.decode()
    assert "no longer verified" in html
    assert "With a van." in html
    assert ColleagueMessage.objects.count() == 1


def test_conversations_of_others_are_not_found(client, practice, there, here):
    message = write(practice, here.user, text="xanadukrypt")
    strangers = [make_user(), make_member(make_user(), make_city("ghent")).user, make_moderator()]

    for stranger in strangers:
        client.force_login(stranger)
        assert client.get(conversation(message)).status_code == 404
        assert client.post(conversation(message), {"text": "Me too", "language": "en"}).status_code == 404
        assert client.get(reverse("message-report", args=[message.uuid])).status_code == 404
        assert "xanadukrypt" not in client.get(reverse("message-list")).content.decode()
    assert ColleagueMessage.objects.count() == 1


@pytest.mark.parametrize("visibility", ["moderators"])
def test_hidden_practice_has_no_page_to_write_from(client, there, here, visibility):
    hidden = make_practice(lead_city="ghent", visibility=visibility)
    client.force_login(here.user)

    assert client.get(contact(hidden)).status_code == 404
    assert client.post(contact(hidden), {"text": "Hello", "language": "en"}).status_code == 404
    assert not ColleagueMessage.objects.exists()


def test_withheld_city_is_told_to_peers_only_while_they_are(client, here):
    practice = make_practice(title="Quiet", lead_city="ghent", city_withheld=True)
    make_member(make_user(GHENT), make_city("ghent"))
    stranger = make_user()
    client.force_login(stranger)
    answered = client.get(contact(practice), follow=True).content.decode()
    assert "Ghent" not in answered
    client.force_login(here.user)
    assert "Write to a colleague in Ghent" in client.get(contact(practice)).content.decode()

    first = write(practice, here.user)
    revoke_membership(membership=here)
    for address in (reverse("message-list"), conversation(first)):
        html = client.get(address).content.decode()
        assert "A colleague" in html
        assert "Ghent" not in html


def test_withdrawn_practice_takes_its_title_along(client, practice, there, here):
    first = write(practice, here.user)
    withdraw(practice, by=None, reason="The city asked for it.")
    client.force_login(here.user)

    for address in (reverse("message-list"), conversation(first)):
        html = client.get(address).content.decode()
        assert "CMISE-0001" in html
        assert "Night bus" not in html


# --- How much ---------------------------------------------------------------------------------------------------------


def test_double_press_is_one_message(practice, there, here):
    assert write(practice, here.user) == write(practice, here.user)
    first = ColleagueMessage.objects.get()
    assert answer(first, by=there.user, text="Yes", language="en") == answer(
        first, by=there.user, text="Yes", language="en"
    )
    assert OutgoingMail.objects.count() == 2


def test_ten_new_conversations_a_day(practice, there, here):
    for number in range(NEW_A_DAY):
        write(practice, here.user, text=f"Question {number}")

    with pytest.raises(TooManyError):
        write(practice, here.user, text="One more")

    # Answers are not new conversations, and the next day is another.
    answer(ColleagueMessage.objects.first(), by=here.user, text="And also", language="en")
    ColleagueMessage.objects.update(sent_at=timezone.now() - timedelta(hours=25))
    write(practice, here.user, text="One more")


def test_refused_message_stays_in_its_box(client, practice, there, here):
    for number in range(NEW_A_DAY):
        write(practice, here.user, text=f"Question {number}")
    client.force_login(here.user)

    html = client.post(contact(practice), {"text": "One more", "language": "en"}).content.decode()

    assert "try again tomorrow" in html
    assert "One more</textarea>" in html


def test_list_takes_as_many_queries_for_many_as_for_one(client, there, here):
    client.force_login(here.user)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(reverse("message-list"))
        return len(captured)

    write(make_practice(lead_city="ghent"), here.user)
    queries()
    one = queries()
    for number in range(5):
        write(make_practice(lead_city="ghent"), here.user, text=f"Question {number}")

    assert queries() == one


# --- Abuse ------------------------------------------------------------------------------------------------------------


def test_reported_message_closes_the_conversation(client, practice, there, here):
    first = write(practice, here.user, text="Rude words")
    client.force_login(there.user)

    client.post(reverse("message-report", args=[first.uuid]), {"text": "This is rude."})

    first.refresh_from_db()
    assert (first.report, first.reported_at is None) == ("This is rude.", False)
    for person in (here.user, there.user):
        with pytest.raises(ClosedError):
            answer(first, by=person, text="More", language="en")
    assert "This conversation is closed" in client.get(conversation(first)).content.decode()


def test_nobody_reports_their_own_message(client, practice, there, here):
    first = write(practice, here.user)
    client.force_login(here.user)

    assert client.get(reverse("message-report", args=[first.uuid])).status_code == 404
    assert report(first, by=here.user, text="No") is False
    assert report(first, by=there.user, text="Yes") is True
    assert report(first, by=there.user, text="Again") is False


def test_moderators_read_what_was_reported_and_nothing_else(client, settings, practice, there, here):
    settings.CMISE_DEMO = True
    reported = write(practice, here.user, text="Rude words")
    quiet = write(practice, here.user, text="xanadukrypt")
    report(reported, by=there.user, text="This is rude.")
    client.force_login(make_moderator())

    listed = client.get(reverse("admin:practices_colleaguemessage_changelist")).content.decode()
    shown = client.get(reverse("admin:practices_colleaguemessage_change", args=[reported.pk])).content.decode()

    assert "This is rude." in listed
    assert UTRECHT in shown or "Somebody Here" in shown
    assert "Rude words" in shown
    assert client.get(reverse("admin:practices_colleaguemessage_change", args=[quiet.pk])).status_code == 302
    mails = [reverse("admin:accounts_outgoingmail_change", args=[mail.pk]) for mail in OutgoingMail.objects.all()]
    pages = [client.get(address).content.decode() for address in mails] + [listed, shown]
    assert not [page for page in pages if "xanadukrypt" in page]
    client.post(reverse("admin:practices_colleaguemessage_change", args=[reported.pk]), {"text": "Changed"})
    reported.refresh_from_db()
    assert reported.text == "Rude words"
