"""An SMTP server for one test: aiosmtpd with STARTTLS and a log-in. It listens on a free port of 127.0.0.1, which it prints,
keeps messages in the Maildir FOLDER/mail and every log-in that is tried in FOLDER/log-ins, and ends when its input does.

relay.py FOLDER USER PASSWORD [CERTIFICATE]    without a certificate it offers no TLS, and takes the log-in in the clear
"""

import asyncio
import ssl
import sys

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult

folder, user, password = sys.argv[1:4]
tls = None
if len(sys.argv) > 4:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(sys.argv[4])


def authenticate(server, session, envelope, mechanism, given):
    with open(f"{folder}/log-ins", "ab") as log:
        log.write(given.login + b":" + given.password + b"\n")
    return AuthResult(success=(given.login, given.password) == (user.encode(), password.encode()))


def connect():
    return SMTP(Mailbox(f"{folder}/mail"), tls_context=tls, require_starttls=tls is not None, auth_required=True, auth_require_tls=tls is not None, authenticator=authenticate, loop=loop)


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
server = loop.run_until_complete(loop.create_server(connect, "127.0.0.1", 0))
print(server.sockets[0].getsockname()[1], flush=True)
loop.add_reader(sys.stdin, loop.stop)
loop.run_forever()
