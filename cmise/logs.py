"""What the log must not hold."""

import logging
import re

# Secret links end in 32 random bytes, 43 characters of URL-safe base 64, or hold a signed text; whoever reads the log
# must not follow them.
SECRET = re.compile(r"(?<=/)[\w-]{43}(?=[/?\s]|$)|(?<=/confirm/)[^/?\s]+")


class WithoutSecretLinks(logging.Filter):
    """Takes the secret part out of addresses, for example of a request that was refused."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if SECRET.search(message):
            record.msg, record.args = SECRET.sub("…", message), ()
        return True
