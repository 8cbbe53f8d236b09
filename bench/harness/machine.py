"""The machine: which core does what, where programs and free ports are, and what to say about it all in the results."""
import datetime
import os
import platform
import resource
import shutil
import socket
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORES = sorted(os.sched_getaffinity(0))

# The server that is measured has a core to itself; load and the backing Redis share what is left.
SERVER_CORES = CORES[:1]
LOAD_CORES = CORES[1:2] or CORES
BACKING_CORES = CORES[2:3] or LOAD_CORES
ALL_CORES = CORES


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def allow_descriptors():
    """As many as may be, for the servers too, which inherit it. Returns how many."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def find_program(name):
    """Where a program is: in .deps, or in PATH. None where it is not."""
    for folder in ('.deps/bin', '.deps/bench/bin'):
        path = os.path.join(TOP, folder, name)
        if os.access(path, os.X_OK):
            return path
    return shutil.which(name)


def first_line(*command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    except OSError:
        return ''
    return done.stdout.strip().split('\n')[0]


def processor():
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        for line in file:
            if line.startswith('model name'):
                return line.split(':', 1)[1].strip()
    return platform.processor()


def versions(nearcache):
    found = {'nearcache': first_line(nearcache, '--version')}
    for name, option in (('redis-server', '--version'), ('nutcracker', '--version'), ('nginx', '-v'),
                         ('memcached', '--version')):
        path = find_program(name)
        if path:
            found[name] = first_line(path, option)
    return found


def describe(nearcache):
    changed = first_line('git', '-C', TOP, 'status', '--porcelain', '--untracked-files=no')
    return {
        'date': datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%d %H:%M UTC'),
        'commit': first_line('git', '-C', TOP, 'rev-parse', '--short', 'HEAD') + (' with changes' if changed else ''),
        'processor': processor(),
        'cores': len(CORES),
        'kernel': platform.release(),
        'load_average_before': os.getloadavg()[0],
        'versions': versions(nearcache),
    }
