"""nginx with the same bytes as a static file, as the reference for the service."""

import os
import shutil
import socket

from processes import Failed, Process, run
from wrk import answer

CONFIGURATION = """
{user}
daemon off;
worker_processes 2;
pid nginx.pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    default_type application/json;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    open_file_cache max=1000 inactive=1h;
    open_file_cache_valid 1h;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        root .;
    }}
}}
"""


class Nginx(Process):
    """Two workers that serve one folder from memory, without an access log."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        folder.mkdir()
        user = "user root;" if os.geteuid() == 0 else ""
        configuration = CONFIGURATION.format(port=self.port, user=user)
        (folder / "nginx.conf").write_text(configuration.replace("root .;", f"root {folder};"))
        self.start([program(), "-e", "stderr", "-p", folder, "-c", "nginx.conf"], folder / "nginx.log")

    def wait_until_ready(self):
        self.url("ready", b"[]")

    def url(self, name, content):
        """Serves `content` under `name` and returns its URL."""
        (self.folder / name).write_bytes(content)
        url = f"http://127.0.0.1:{self.port}/{name}"
        answer(url, wait=self.check)
        return url


def program():
    found = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if not found:
        raise Failed("nginx is not installed: apt-get install nginx")
    return found


def version():
    done = run(["sh", "-c", f"{program()} -v 2>&1"])
    return done.strip().rpartition("/")[2]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
