"""One run of the load against one server, and its figures."""
import json
import os
import subprocess

from . import machine
from .servers import Builds


class Failed(Exception):
    """A wrong reply, or a server that gave up: the whole bench ends."""


def load(server, *, port=None, cores=None, watch=(), **options):
    """Runs the load; options are those of bench_load, with _ for -. Returns what it prints."""
    command = [Builds.path('bench', 'bench_load'), '--address', '127.0.0.1:%d' % (port or server.port)]
    for name, value in options.items():
        command += ['--' + name.replace('_', '-'), str(value)]
    pids = [server.pid] + [other.pid for other in watch]
    command += ['--watch', ','.join(map(str, pids))]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                          preexec_fn=lambda: os.sched_setaffinity(0, cores or machine.LOAD_CORES))
    if done.returncode != 0:
        raise Failed('%s: %s\n%s' % (server.name, ' '.join(command), done.stderr.strip()))
    return figures(json.loads(done.stdout), pids)


def figures(printed, pids):
    """Of a run: the server's CPU time a request, and that of the processes watched beside it. `waited`: the share of
    the time that the server was ready and had no core, which is what disturbs latencies."""
    requests = max(printed['requests'], 1)
    processes = [printed['processes'][str(pid)] for pid in pids]
    cpu = [(process['user'] + process['system']) * 1e6 / requests for process in processes]
    return {
        'requests': printed['requests'],
        'seconds': printed['seconds'],
        'rate': printed['rate'],
        'cpu_us': cpu[0],
        'user_us': processes[0]['user'] * 1e6 / requests,
        'cpu_others_us': sum(cpu[1:]),
        'cpu_all_us': sum(cpu),
        'rss': processes[0]['rss'],
        'waited': processes[0]['waited'] / printed['seconds'],
        'load_waited': printed['waited'] / printed['seconds'],
        **{name: printed['latency'][name] for name in ('p50', 'p99', 'p99.9', 'mean', 'max')},
    }


def fill(server, keys, **options):
    """Stores every key once."""
    load(server, command='set', order='sequence', keys=keys, requests=keys, connections=8, depth=64, **options)


def read_all(server, keys, **options):
    """Asks for every key once."""
    return load(server, order='sequence', keys=keys, requests=keys, connections=8, depth=64, **options)
