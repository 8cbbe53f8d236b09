"""The servers: each started on free ports, with a folder of its own, on given cores, and ended again."""
import os
import signal
import socket
import subprocess
import tempfile
import time

from . import machine

START_DEADLINE = 20  # seconds
CONNECTIONS = 12000  # that every server must be able to hold


class Server:
    """A process. `port` is where the load goes, `pid` whose CPU time and memory count."""

    def __init__(self, name, command, port, cores, folder=None, environment=None):
        self.name = name
        self.port = port
        self.folder = folder or tempfile.TemporaryDirectory(prefix='bench-')
        self.log = open(os.path.join(self.folder.name, 'log'), 'w+', encoding='utf-8')
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        cwd=self.folder.name, env={**os.environ, **(environment or {})},
                                        preexec_fn=lambda: os.sched_setaffinity(0, cores))
        self.await_port(port)

    @property
    def pid(self):
        return self.process.pid

    def await_port(self, port):
        deadline = time.monotonic() + START_DEADLINE
        while True:
            try:
                socket.create_connection(('127.0.0.1', port), timeout=1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.log.seek(0)
                    text = self.log.read()
                    self.stop()
                    raise RuntimeError('%s does not start: %s' % (self.name, text)) from None
                time.sleep(0.02)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()
        self.folder.cleanup()


def program(name):
    path = machine.find_program(name)
    if path is None:
        raise MissingProgram(name)
    return path


class MissingProgram(Exception):
    """A peer that is not on this machine: it is left out."""


def write(folder, name, text):
    path = os.path.join(folder.name, name)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    return path


def redis(cores, name='redis-server'):
    port = machine.free_port()
    return Server(name, [program('redis-server'), '--bind', '127.0.0.1', '--port', str(port), '--save', '',
                         '--appendonly', 'no', '--maxclients', str(CONNECTIONS), '--tracking-table-max-keys', '0'],
                  port, cores)


def memcached(cores):
    port = machine.free_port()
    return Server('memcached', [program('memcached'), '-t', '1', '-l', '127.0.0.1', '-p', str(port), '-U', '0', '-m',
                                '4096', '-c', str(CONNECTIONS), '-u', 'root'], port, cores)


TWEMPROXY = '''bench:
  listen: 127.0.0.1:{port}
  redis: true
  hash: fnv1a_64
  distribution: ketama
  preconnect: true
  servers:
   - 127.0.0.1:{backing}:1
'''


def twemproxy(cores, backing):
    port = machine.free_port()
    folder = tempfile.TemporaryDirectory(prefix='bench-')
    config = write(folder, 'nutcracker.yml', TWEMPROXY.format(port=port, backing=backing.port))
    return Server('twemproxy', [program('nutcracker'), '-c', config, '-a', '127.0.0.1', '-s', str(machine.free_port()),
                                '-o', os.path.join(folder.name, 'nutcracker.log')], port, cores, folder)


NGINX = '''user root;
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log stderr crit;
worker_rlimit_nofile 16384;
events {{ worker_connections 12288; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{ return 200 "{body}"; }}
    }}
}}
'''


class Nginx(Server):
    """Its work is done by a child of the process that is started."""

    @property
    def pid(self):
        path = '/proc/%d/task/%d/children' % (self.process.pid, self.process.pid)
        with open(path, encoding='utf-8') as file:
            return int(file.read().split()[0])


def nginx(cores):
    port = machine.free_port()
    folder = tempfile.TemporaryDirectory(prefix='bench-')
    config = write(folder, 'nginx.conf', NGINX.format(folder=folder.name, port=port, body='v' * 64))
    return Nginx('nginx', [program('nginx'), '-e', 'stderr', '-c', config], port, cores, folder)


NEARCACHE = '''backend:
  address: 127.0.0.1:{backing}
cache:
  capacity: {capacity}
  ttl: 1h
limits:
  connections: {connections}
frontends:
  - plugin: resp
    listen: 127.0.0.1:{port}
  - plugin: http
    listen: 127.0.0.1:{http}
log:
  level: warning
'''


class Builds:
    """Where the programs of the bench are, and Nearcache."""
    folder = ''

    @classmethod
    def path(cls, *names):
        return os.path.join(cls.folder, *names)


def nearcache(cores, backing, workers=1, capacity=100000):
    """With its default limits, and a time to live that outlasts the bench. `http`: its other port."""
    port, http = machine.free_port(), machine.free_port()
    folder = tempfile.TemporaryDirectory(prefix='bench-')
    config = write(folder, 'nearcache.yaml', NEARCACHE.format(backing=backing.port, capacity=capacity, port=port,
                                                              http=http, connections=CONNECTIONS))
    environment = {'LD_PRELOAD': Builds.path('bench', 'bench_processors.so'),
                   'NEARCACHE_BENCH_PROCESSORS': str(workers)}
    server = Server('nearcache', [Builds.path('bin', 'nearcache'), '--config=' + config], port, cores, folder,
                    environment)
    server.http = http
    return server


def floor(cores):
    port = machine.free_port()
    return Server('floor', [Builds.path('bench', 'bench_floor'), str(port)], port, cores)
