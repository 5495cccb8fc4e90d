"""Holdfast's API with Python's standard library: signs in (or up), and does once everything that a task can go through.

HOLDFAST_URL=http://localhost:3000 EMAIL=you@example.com PASSWORD='your password' python3 clients/examples/python.py
"""

import json
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid

SERVER, EMAIL, PASSWORD = (os.environ.get(name) for name in ("HOLDFAST_URL", "EMAIL", "PASSWORD"))
if not SERVER or not EMAIL or not PASSWORD:
    sys.exit("Set HOLDFAST_URL (such as http://localhost:3000), EMAIL and PASSWORD")

# An old refresh token is soon good for nothing, so both are replaced together, before anything else is done.
tokens = None


def call(expected, method, path, body=None, headers=None):
    """Sends a request and stops unless the answer's status is one of those that are expected."""
    request = urllib.request.Request(urllib.parse.urljoin(SERVER, path), method=method, headers=headers or {})
    if tokens:
        request.add_header("Authorization", "Bearer " + tokens["access_token"])
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode()
    try:
        answer = urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as error:
        # It is an answer like any other.
        answer = error
    with answer:
        text = answer.read().decode()
        if answer.status not in expected:
            sys.exit(f"{method} {path} answered {answer.status}: {text}")
        return answer.status, answer.headers, json.loads(text) if text else None


account = {"email": EMAIL, "password": PASSWORD}
status, _, tokens = call([200, 401], "POST", "/api/auth/login", account)
if status == 401:
    tokens = None
    _, _, tokens = call([201], "POST", "/api/auth/signup", account)
print("Signed", "in" if status == 200 else "up", "as", EMAIL)

# With a key of one's own a request can be sent again when its answer was lost: it stays one task.
wish = {"title": "Try the API with Python", "priority": "high"}
key = {"Idempotency-Key": str(uuid.uuid4())}
_, headers, added = call([201], "POST", "/api/tasks", wish, key)
_, _, again = call([201], "POST", "/api/tasks", wish, key)
if again["id"] != added["id"]:
    sys.exit("The same key has added two tasks")
task, seen = headers["Location"], headers["ETag"]
print(f"Added task {added['id']}, asked for twice")

# A cursor does not shift when tasks come and go meanwhile. Only the path of the next page is taken from the header:
# the token is for this server alone.
tasks, pages, path = [], 0, "/api/tasks?limit=50&cursor="
while path:
    _, headers, page = call([200], "GET", path)
    tasks += page
    pages += 1
    link = re.search(r'<([^>]*)>; rel="next"', headers["Link"])
    path = link and urllib.parse.urlsplit(link[1])._replace(scheme="", netloc="").geturl()
if added["id"] not in (each["id"] for each in tasks):
    sys.exit("The new task is not in the list")
print(f"Listed {len(tasks)} tasks, pages: {pages}")

call([200], "PATCH", f"{task}/complete", {"completed": True}, {"If-Match": seen})
print(f"Completed task {added['id']}")

# The state of before is not the task's any more, so nothing is changed.
call([412], "DELETE", task, headers={"If-Match": seen})
_, headers, _ = call([200], "GET", task)
call([204], "DELETE", task, headers={"If-Match": headers["ETag"]})
print("Deleted it, after an older state was refused")

_, _, tokens = call([200], "POST", "/api/auth/refresh", {"refresh_token": tokens["refresh_token"]})
print("Refreshed the tokens")

call([200], "POST", "/api/auth/logout")
call([401], "GET", "/api/auth/me")
print("Signed out")
