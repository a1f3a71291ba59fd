"""What the local node's loops share: the API server over connections that are kept, and trying again for ever."""

import http.client
import json
import ssl
import time
import urllib.parse

RETRY_SECONDS = 0.5
WATCH_SECONDS = 600


class Refused(Exception):
    """The API server answered with an error."""

    def __init__(self, status, text):
        super().__init__(f"{status}: {text}")
        self.status = status


class Api:
    """One connection to the API server; not for more than one thread."""

    def __init__(self, url, pki):
        self.host = urllib.parse.urlsplit(url)
        self.tls = ssl.create_default_context(cafile=f"{pki}/ca.crt")
        self.tls.load_cert_chain(f"{pki}/loops.crt", f"{pki}/loops.key")
        self.connection = None

    def open(self, method, path, body, timeout):
        self.connection = self.connection or http.client.HTTPSConnection(
            self.host.hostname, self.host.port, context=self.tls, timeout=timeout
        )
        headers = {"Content-Type": "application/json"}
        self.connection.request(method, path, body and json.dumps(body), headers)
        return self.connection.getresponse()

    def ask(self, method, path, body=None):
        """The decoded answer. A connection that the server has closed meanwhile is opened anew, once."""
        for attempt in (1, 2):
            try:
                answer = self.open(method, path, body, 10)
                text = answer.read()
                break
            except (OSError, http.client.HTTPException):
                self.connection = None
                if attempt == 2:
                    raise
        if answer.status >= 300:
            raise Refused(answer.status, text.decode(errors="replace").strip())
        return json.loads(text)

    def watch(self, path):
        """The objects at PATH as they are and as they change, until the server ends it."""
        for kind, found in self.events(path):
            if kind != "DELETED":
                yield found

    def events(self, path, version=""):
        """What happens at PATH, each as its kind and the object: from VERSION on, or with all that is there first."""
        self.connection = None
        since = f"&resourceVersion={version}" if version else ""
        answer = self.open("GET", f"{path}?watch=true&timeoutSeconds={WATCH_SECONDS}{since}", None, WATCH_SECONDS + 60)
        if answer.status != 200:
            raise Refused(answer.status, answer.read().decode(errors="replace").strip())
        for line in answer:
            event = json.loads(line)
            if event["type"] == "ERROR":
                raise Refused(event["object"].get("code"), event["object"].get("message"))
            yield event["type"], event["object"]


def say(text):
    print(time.strftime("%T"), text, flush=True)


def forever(task):
    while True:
        try:
            task()
        except Exception as error:  # whatever it is, the next round begins with all that is there
            say(f"{task.__name__}: {type(error).__name__}: {error}; trying again")
            time.sleep(RETRY_SECONDS)
