"""A real S3 server for tests: OpenStack Swift with its s3api, which verifies every signature.

`with swift_s3() as server:` starts Debian's Swift (four daemons and a memcached) on free loopback ports
and ends it by pid afterwards. It runs as the current user and writes only to a temporary folder.
"""

import http.client
import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

PACKAGES = {
    "swift-proxy-server": "swift-proxy",
    "swift-account-server": "swift-account",
    "swift-container-server": "swift-container",
    "swift-object-server": "swift-object",
    "swift-ring-builder": "swift",
    "memcached": "memcached",
    "setpriv": "util-linux",
}
STORAGE = ("account", "container", "object")
PROXY_CONF = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {root}
[pipeline:main]
pipeline = healthcheck cache s3api tempauth slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{cache_port}
[filter:s3api]
use = egg:swift#s3api
location = {server.region}
[filter:tempauth]
use = egg:swift#tempauth
user_{account}_{name} = {server.secret_key} .admin
[filter:slo]
use = egg:swift#slo
"""
STORAGE_CONF = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {root}
devices = {root}/devices
mount_check = false
fallocate_reserve = 0
[pipeline:main]
pipeline = healthcheck {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
[filter:healthcheck]
use = egg:swift#healthcheck
"""
READY_SECONDS, STOP_SECONDS = 20.0, 5.0


class SwiftUnavailable(RuntimeError):
    """Swift is not installed or did not start; the message says what to do."""


@dataclass(frozen=True, slots=True)
class S3Server:
    """Where a running store listens and the credentials that it accepts."""

    endpoint: str
    access_key: str = "test:tester"
    secret_key: str = "secret-of-the-tests"
    region: str = "us-east-1"

    @property
    def environment(self) -> dict[str, str]:
        """The standard AWS variables with which a process under test reaches this server."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": self.region,
        }

    def client(self) -> Any:
        """A boto3 client with full rights, independent of the environment."""
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=self.region,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, proxies={}),
        )

    def create_bucket(self, bucket: str, objects: dict[str, bytes] | None = None) -> None:
        """Create `bucket` and put `objects` (key -> body) into it."""
        client = self.client()
        client.create_bucket(Bucket=bucket)
        for key, body in (objects or {}).items():
            client.put_object(Bucket=bucket, Key=key, Body=body, ContentType="video/mp4")


def unset_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's own AWS configuration reaches a test."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def missing() -> str | None:
    """What keeps Swift from starting here, as a sentence, or None."""
    packages = sorted({package for command, package in PACKAGES.items() if shutil.which(command) is None})
    if packages:
        install = "apt-get install --no-install-recommends"
        return f"OpenStack Swift, the tests' S3 server, is not installed: {install} {' '.join(packages)}"
    if not os.access("/etc/swift/swift.conf", os.R_OK):
        return "/etc/swift/swift.conf (Debian package swift) cannot be read"
    return None


@contextmanager
def swift_s3() -> Iterator[S3Server]:
    """Run Swift and yield where it listens; raises SwiftUnavailable when it cannot run here."""
    if reason := missing():
        raise SwiftUnavailable(reason)
    root = Path(tempfile.mkdtemp(prefix="swift-s3-", dir=_folder_with_xattrs()))
    children: list[subprocess.Popen[bytes]] = []
    try:
        ports = dict(zip(("memcached", "proxy", *STORAGE), _free_ports(5), strict=True))
        server = S3Server(endpoint=f"http://127.0.0.1:{ports['proxy']}")
        _write_configuration(root, ports, server)
        commands = _commands(root, ports)
        children += [_start(root, kind, commands[kind]) for kind in ("memcached", *STORAGE)]
        _build_rings(root, ports)
        children.append(_start(root, "proxy", commands["proxy"]))
        _wait_until_ready(root, ports, children)
        yield server
    finally:
        _end(children)
        shutil.rmtree(root, ignore_errors=True)


def _folder_with_xattrs() -> Path:
    """The first usual folder where Swift can keep its object metadata, which are user xattrs."""
    candidates = [Path(tempfile.gettempdir()), Path("/var/tmp"), Path(__file__).resolve().parents[2] / "var"]
    for folder in candidates:
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder) as probe:
                os.setxattr(probe.name, "user.probe", b"1" * 512)
            return folder
    raise SwiftUnavailable(f"none of these folders takes user xattrs: {', '.join(map(str, candidates))}")


def _free_ports(count: int) -> list[int]:
    """Ports below those that Linux gives to outgoing connections, so that none is taken before use."""
    found: set[int] = set()
    while len(found) < count:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            found.add(port)
    return sorted(found)


def _write_configuration(root: Path, ports: dict[str, int], server: S3Server) -> None:
    (root / "devices" / "disk").mkdir(parents=True)
    user, (account, name) = _user(), server.access_key.split(":")
    login = {"server": server, "account": account, "name": name, "cache_port": ports["memcached"]}
    (root / "proxy.conf").write_text(PROXY_CONF.format(port=ports["proxy"], user=user, root=root, **login))
    for kind in STORAGE:
        text = STORAGE_CONF.format(port=ports[kind], user=user, root=root, kind=kind)
        (root / f"{kind}.conf").write_text(text)


def _build_rings(root: Path, ports: dict[str, int]) -> None:
    with ThreadPoolExecutor(len(STORAGE)) as pool:
        list(pool.map(lambda kind: _build_ring(root, kind, ports[kind]), STORAGE))


def _build_ring(root: Path, kind: str, port: int) -> None:
    """One replica on one device, in sixteen partitions."""
    for step in (["create", "4", "1", "0"], ["add", f"r1z1-127.0.0.1:{port}/disk", "1"], ["rebalance"]):
        command = ["swift-ring-builder", f"{root}/{kind}.builder", *step]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SwiftUnavailable(f"{' '.join(command)}: {done.stdout}{done.stderr}")


def _commands(root: Path, ports: dict[str, int]) -> dict[str, list[str]]:
    cache = ["memcached", "-l", "127.0.0.1", "-p", str(ports["memcached"]), "-u", _user()]
    kinds = ("proxy", *STORAGE)
    return {"memcached": cache} | {k: [f"swift-{k}-server", f"{root}/{k}.conf", "--verbose"] for k in kinds}


def _user() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


def _start(root: Path, name: str, command: list[str]) -> subprocess.Popen[bytes]:
    """Start one server; it also ends when the thread that called this ends without warning."""
    command = ["setpriv", "--pdeathsig", "TERM", *command]
    with (root / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)


def _wait_until_ready(root: Path, ports: dict[str, int], children: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    waiting = {"proxy", *STORAGE}
    while waiting:
        if time.monotonic() > deadline or any(child.poll() is not None for child in children):
            logs = "\n".join(log.read_text(errors="replace")[-1500:] for log in root.glob("*.log"))
            raise SwiftUnavailable(f"Swift did not start; waiting for {sorted(waiting)}:\n{logs}")
        waiting -= {kind for kind in waiting if _is_healthy(ports[kind])}
        time.sleep(0.05)


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/healthcheck")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
