"""Real servers for whole-program tests: certificates of an own authority, nginx with TLS before the scripted upstream, and
tinyproxy. What is not installed is a Skip.
"""
import os
import re
import shutil
import socket
import subprocess
import time

from world import Skip


def find(name):
    path = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
    if not path:
        raise Skip(f"no {name}")
    return path


def free_port(host="127.0.0.1"):
    with socket.create_server((host, 0)) as s:
        return s.getsockname()[1]


def wait_for_port(process, host, port, log):
    end = time.monotonic() + 15
    while True:
        try:
            socket.create_connection((host, port), 1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                said = open(log, encoding="utf-8", errors="replace").read() if os.path.exists(log) else ""
                raise AssertionError(f"{process.args[0]} does not listen on {host}:{port}: {said}") from None
            time.sleep(0.02)


def address_of_this_machine():
    """An IPv4 address of this machine that is none of loopback's 127/8. Where there is nothing but loopback, that is, in a
    network of our own, loopback gets one."""
    ip = find("ip")
    out = subprocess.run([ip, "-o", "-4", "addr", "show", "scope", "global"], stdout=subprocess.PIPE, check=True).stdout
    for line in out.decode().splitlines():
        return line.split()[3].partition("/")[0]
    links = subprocess.run([ip, "-o", "link"], stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
    ours = "10.77.0.1"
    if len(links) != 1 or subprocess.run([ip, "addr", "replace", f"{ours}/32", "dev", "lo"], stderr=subprocess.DEVNULL,
                                         check=False).returncode:
        raise Skip("no address beside loopback")
    return ours


class Authority:
    """An authority of our own; ca.pem is its certificate."""

    def __init__(self, folder, name="Ours"):
        self.folder, self.name = folder, name
        os.makedirs(folder)
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key",
                     "-out", "ca.pem", "-days", "30", "-subj", f"/CN={name}")

    def openssl(self, *args):
        p = subprocess.run([find("openssl"), *args], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, check=False)
        assert p.returncode == 0, p.stdout.decode()

    @property
    def file(self):
        return os.path.join(self.folder, "ca.pem")

    def issue(self, name, names, days="30"):
        """NAME.pem and NAME.key for alternative names such as DNS:localhost or IP:127.0.0.1."""
        with open(os.path.join(self.folder, name + ".ext"), "w", encoding="utf-8") as f:
            f.write(f"subjectAltName={names}\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key",
                     "-out", name + ".csr", "-subj", "/CN=" + name)
        self.openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days",
                     days, "-extfile", name + ".ext", "-out", name + ".pem")
        return os.path.join(self.folder, name)


def nginx(w, upstream, certificates, host="127.0.0.1"):
    """A port for each certificate (path without .pem and .key; None: no TLS) at which nginx hands on to the upstream."""
    program, folder = find("nginx"), w.path(f"nginx{len(w.started)}")
    os.makedirs(folder, mode=0o755)
    os.chmod(w.dir, 0o755)
    ports = [free_port(host) for _ in certificates]
    servers = "".join(f"server {{ listen {host}:{p}{' ssl' if c else ''}; "
                      + (f"ssl_certificate {c}.pem; ssl_certificate_key {c}.key; " if c else "")
                      + f"location / {{ proxy_pass http://127.0.0.1:{upstream.port}; proxy_http_version 1.1; "
                      f"proxy_buffering off; proxy_set_header Connection ''; }} }}\n"
                      for p, c in zip(ports, certificates))
    conf = (f"daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
            f"http {{ access_log {folder}/access.log; client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; "
            f"fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;\n{servers}}}\n")
    with open(os.path.join(folder, "nginx.conf"), "w", encoding="utf-8") as f:
        f.write(conf)
    p = subprocess.Popen([program, "-p", folder, "-c", "nginx.conf", "-e", "error.log"], stdin=subprocess.DEVNULL,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    w.started.append(p)
    wait_for_port(p, host, ports[0], os.path.join(folder, "error.log"))
    return ports


class Proxy:
    """tinyproxy with a user and a password, which opens tunnels to some ports."""

    def __init__(self, w, user, password, ports):
        program = find("tinyproxy")
        self.port, self.log = free_port(), w.path("tinyproxy.log")
        conf = w.write("tinyproxy.conf", f"Port {self.port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 50\nLogLevel Info\n"
                       f"LogFile \"{self.log}\"\nBasicAuth {user} {password}\n" + "".join(f"ConnectPort {p}\n" for p in ports))
        p = subprocess.Popen([program, "-d", "-c", conf], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        w.started.append(p)
        wait_for_port(p, "127.0.0.1", self.port, self.log)

    def tunnels(self):
        """Targets that it was asked for."""
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return re.findall(r": CONNECT (\S+) HTTP/", f.read())
