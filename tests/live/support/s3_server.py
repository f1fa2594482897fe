"""An S3 API server on a free port of loopback, driven over its standard input.

Prints {"port": N} once it answers, then reads one JSON request a line and prints one JSON answer a line; it ends when its
standard input does, so it cannot outlive the process that started it. Requests:

  {"call": "put_object", "with": {"Bucket": …}}   any S3 operation by boto3's name, over HTTP as any client would
  {"seed": {"bucket": …, "key": …, "versions": [{"at": ISO time, "body": … | "deleted": true}]}}
                                                  versions with the times and ids that a test wants, oldest first

Bodies are strings with one character (U+0000 to U+00FF) a byte.
"""

import base64
import datetime
import hashlib
import json
import sys

try:
    import awscrt  # noqa: F401  moto would take CRC32 for CRC64NVME without it, and say nothing
except ImportError:
    sys.exit("awscrt is missing from the venv: script/bootstrap renews it")
import boto3
import botocore.config
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from moto.s3.models import FakeDeleteMarker, FakeKey, s3_backends


def as_json(value):
    """What JSON has no word for: bodies, times and boto3's streams."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
    if hasattr(value, "read"):
        return value.read().decode("latin-1")
    raise TypeError(f"{type(value)} in an answer")


def call(client, operation, arguments):
    if isinstance(arguments.get("Body"), str):
        arguments["Body"] = arguments["Body"].encode("latin-1")
    answer = getattr(client, operation)(**arguments)
    answer.pop("ResponseMetadata")
    return answer


def seed(bucket, key, versions):
    """Returns the version ids. Behind the API's back, since it stamps versions with the time of the request."""
    stored = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].get_bucket(bucket).keys
    ids = []
    for version in versions:
        so_far = stored.getlist(key, [])
        # As opaque as the real ones, and the same on every run.
        digest = hashlib.sha256(f"{key}/{len(so_far)}".encode()).digest()
        version_id = base64.b64encode(digest, altchars=b"._").decode()[:32]
        if version.get("deleted"):
            new = FakeDeleteMarker(key=so_far[-1])
            new._version_id = version_id
        else:
            new = FakeKey(
                name=key,
                value=version["body"].encode("latin-1"),
                account_id=DEFAULT_ACCOUNT_ID,
                region_name="us-east-1",
                bucket_name=bucket,
                is_versioned=True,
                version_id=version_id,
            )
        at = datetime.datetime.fromisoformat(version["at"].replace("Z", "+00:00"))
        new.last_modified = at.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        # Listings are sorted by time while "the current version" is the last one added: keep the two the same.
        if so_far and new.last_modified <= so_far[-1].last_modified:
            raise ValueError(f"the version of {version['at']} is not newer than the one before it")
        stored[key] = new
        ids.append(version_id)
    return ids


def main():
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="seeding",
        aws_secret_access_key="seeding",
        config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
    )

    def say(answer):
        print(json.dumps(answer, default=as_json), flush=True)

    say({"port": port})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "call" in request:
                say({"answer": call(client, request["call"], request["with"])})
            else:
                say({"answer": seed(**request["seed"])})
        except Exception as error:  # whatever it is, the test that asked is told
            say({"error": f"{type(error).__name__}: {error}"})


main()
