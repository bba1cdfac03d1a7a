"""What keeps programs from filling the open form, without asking any other company: a signed challenge that tells when
the form was opened, a small calculation on it, and for browsers without JavaScript a question in its place.

The calculation: a number for which SHA-256 of `<challenge>:<number>` begins with `BITS` zero bits. It takes about a
second on an old computer while somebody types, and makes each of a million forms cost that second; `static/js/proof.js`
does it. A challenge counts once: the nomination's uuid is made from it, so the database refuses a second use.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.utils import timezone

BITS = 17
# Nobody has read and filled the form sooner; a page that stood open for longer is asked to be sent once more.
SOONEST = timedelta(seconds=4)
LATEST = timedelta(hours=12)
LONGEST_PROOF = 12

signer = Signer(salt="submissions.guard")


def new_challenge() -> str:
    """A challenge for one form, signed together with the time."""
    return signer.sign(f"{secrets.token_urlsafe(12)}.{int(timezone.now().timestamp())}")


def age_of(challenge: str) -> timedelta | None:
    """How long ago this registry gave the challenge out; None where it did not, or too long ago."""
    try:
        given = int(signer.unsign(challenge).rpartition(".")[2])
    except BadSignature:
        return None
    age = timezone.now() - datetime.fromtimestamp(given, tz=UTC)
    return age if age <= LATEST else None


def is_solved(challenge: str, proof: str) -> bool:
    """Whether the number was found that the calculation looks for."""
    if not (proof.isascii() and proof.isdigit() and len(proof) <= LONGEST_PROOF):
        return False
    digest = hashlib.sha256(f"{challenge}:{proof}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0


def question_of(challenge: str) -> tuple[int, int]:
    """Two small numbers to add, the same for the same challenge."""
    digest = hashlib.sha256(challenge.encode()).digest()
    return 2 + digest[0] % 8, 2 + digest[1] % 8


def uuid_of(challenge: str) -> UUID:
    """The one nomination that a challenge can become."""
    return UUID(bytes=hashlib.sha256(f"uuid {challenge}".encode()).digest()[:16], version=4)
