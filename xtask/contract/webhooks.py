"""Follows docs/webhooks.md as a reader would: makes a webhook, receives a message, checks its signature with the page's code.

usage: webhooks.py ADDRESS TOKEN PAGE
"""

import http.server
import json
import pathlib
import queue
import re
import sys
import threading
import urllib.request

from cryptography.exceptions import InvalidSignature

address, token, page = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]).read_text()
[code] = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
exec(code)
[example] = re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
example = json.loads(example)

received = queue.Queue()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        received.put((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()


def call(method, path, body=None):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address + path, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return json.loads(text) if text else None


new = {"label": "Reader", "url": f"http://127.0.0.1:{server.server_port}/", "query": "sector=policing&sort=title"}
hook = call("POST", "/api/v1/webhooks", new)
headers, body = received.get(timeout=30)
headers = {name.lower(): value for name, value in headers.items()}
message = json.loads(body)
assert message["type"] == "webhook.trial" and message["data"]["webhook"] == hook["id"], message
assert message.keys() == example.keys(), (message, example)
check(hook["public_key"], headers, body)
for forged_headers, forged in [
    (headers, body.replace(b"trial", b"other")),
    ({**headers, "webhook-timestamp": "1"}, body),
    ({**headers, "webhook-id": "msg_other"}, body),
]:
    try:
        check(hook["public_key"], forged_headers, forged)
    except InvalidSignature:
        continue
    sys.exit("a forged message passes")
call("DELETE", f"/api/v1/webhooks/{hook['id']}")
print("a message came and its signature holds; three forged ones do not")
