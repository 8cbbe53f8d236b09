"""What is measured. Each scenario starts its servers and returns its subjects: a name, and what measures it once."""
import dataclasses
import functools
import os
import time
from typing import Callable, Dict, List, Optional

from . import machine, resp, servers
from .measure import Failed, fill, load, read_all

HIT_KEYS = 10_000
CAPACITY = 100_000  # of the cache, where nothing else is said: Nearcache's default
SLICE = 0.25  # seconds, see Scale.sliced()
MOST_SLICES = 28
LIST = ['element:%02d' % i for i in range(100)]


@dataclasses.dataclass
class Scale:
    """How long and how large: a whole bench, or a quick one."""
    rounds: int
    seconds: float
    warm_up: float
    miss_keys: int
    mixed_keys: int
    memory_keys: int
    connections: List[int]
    one_key: bool  # whether hits of a single key are measured, too

    @property
    def time(self):
        return {'seconds': self.seconds, 'warm_up': self.warm_up}

    def sliced(self):
        """Many short rounds: what stops a whole machine for some milliseconds decides the p99 of the round that it
        falls into, and had better not be in every one."""
        rounds = min(round(self.rounds * self.seconds / SLICE), MOST_SLICES)
        return dataclasses.replace(self, rounds=max(self.rounds, rounds), seconds=min(self.seconds, SLICE))


FULL = Scale(rounds=7, seconds=3, warm_up=0.5, miss_keys=2_000_000, mixed_keys=1_000_000, memory_keys=1_000_000,
             connections=[50, 1000, 10000], one_key=True)
QUICK = Scale(rounds=2, seconds=0.5, warm_up=0.1, miss_keys=500_000, mixed_keys=100_000, memory_keys=1_000_000,
              connections=[50, 1000, 10000], one_key=False)


@dataclasses.dataclass
class Bar:
    """What the ratio of two subjects' figures must not exceed; without a peer, the subject's figure itself. Of
    `no_change`, the lower end of the spread decides: noise goes both ways."""
    work: str
    subject: str
    peer: Optional[str]
    metric: str
    limit: float
    no_change: bool = False


@dataclasses.dataclass
class Scenario:
    name: str
    group: str
    title: str
    begin: Callable  # (stack, scale) -> {subject: (round) -> figures}
    bars: List[Bar] = dataclasses.field(default_factory=list)
    once: bool = False  # needs no more than one round
    sliced: bool = False  # is measured in many short ones
    connections: int = 50


def start(stack, make, *arguments, **options):
    """A server that ends with the scenario; None where its program is not on this machine."""
    try:
        server = make(*arguments, **options)
    except servers.MissingProgram:
        return None
    stack.callback(server.stop)
    return server


def with_hit_share(server, least, most, measure):
    """Measures, and makes sure that so many of the look-ups were hits."""
    before = resp.info(server.port, 'nearcache', 'cache')
    found = measure()
    after = resp.info(server.port, 'nearcache', 'cache')
    hits, misses = (after[name] - before[name] for name in ('hits', 'misses'))
    found['hit_share'] = hits / max(hits + misses, 1)
    if not least <= found['hit_share'] <= most:
        raise Failed('%s: %.2f %% hits, expected %.2f to %.2f %%' % (server.name, found['hit_share'] * 100, least * 100,
                                                                     most * 100))
    return found


HITS = (0.999, 1)
MISSES = (0, 0.001)


def warm_nearcache(stack, keys, **options):
    """A Nearcache that holds all of these keys, in front of a Redis of its own."""
    backing = start(stack, servers.redis, machine.BACKING_CORES, name='backing redis-server')
    fill(backing, keys)
    server = start(stack, servers.nearcache, options.pop('cores', machine.SERVER_CORES), backing, **options)
    server.backing = backing
    read_all(server, keys)
    return server


def warm_redis(stack, keys, **options):
    server = start(stack, servers.redis, machine.SERVER_CORES)
    fill(server, keys, **options)
    return server


# ---- hits ----

def resp_hits(stack, scale, depth, keys=HIT_KEYS, connections=50, peers=('redis', 'memcached', 'floor')):
    options = {**scale.time, 'depth': depth, 'keys': keys, 'connections': connections}
    near = warm_nearcache(stack, keys)
    subjects = {'nearcache': lambda _: with_hit_share(near, *HITS, lambda: load(near, **options))}
    if 'redis' in peers:
        redis = warm_redis(stack, keys)
        subjects['redis-server'] = lambda _: load(redis, **options)
    memcached = 'memcached' in peers and start(stack, servers.memcached, machine.SERVER_CORES)
    if memcached:
        fill(memcached, keys, protocol='memcached')
        subjects['memcached'] = lambda _: load(memcached, protocol='memcached', **options)
    if 'floor' in peers:
        bare = start(stack, servers.floor, machine.SERVER_CORES)
        subjects['floor'] = lambda _: load(bare, check='size', **options)
    return subjects


def http_hits(stack, scale):
    options = {**scale.time, 'keys': HIT_KEYS, 'protocol': 'http'}
    near = warm_nearcache(stack, HIT_KEYS)
    subjects = {'nearcache': lambda _: with_hit_share(near, *HITS, lambda: load(near, port=near.http, **options))}
    nginx = start(stack, servers.nginx, machine.SERVER_CORES)
    if nginx:
        subjects['nginx'] = lambda _: load(nginx, check='size', **options)
    return subjects


# ---- through to Redis ----

def proxies(stack):
    """Both proxies in front of one Redis, whose CPU time is watched beside theirs."""
    backing = start(stack, servers.redis, machine.BACKING_CORES, name='backing redis-server')
    near = start(stack, servers.nearcache, machine.SERVER_CORES, backing, capacity=CAPACITY)
    tw = start(stack, servers.twemproxy, machine.SERVER_CORES, backing)
    return backing, near, tw


def misses(stack, scale, depth):
    """Keys that exist, each asked once: many times what the cache holds, in order, on and on."""
    backing, near, tw = proxies(stack)
    fill(backing, scale.miss_keys)
    next_key = {'nearcache': 0, 'twemproxy': 0}

    def measure(server, name, check):
        options = {**scale.time, 'depth': depth, 'keys': scale.miss_keys, 'order': 'sequence',
                   'first_key': next_key[name]}
        found = check(lambda: load(server, watch=[backing], **options))
        asked = found['rate'] * (scale.seconds + scale.warm_up) * 2  # more than enough
        next_key[name] = int(next_key[name] + asked + CAPACITY) % scale.miss_keys
        return found

    subjects = {'nearcache': lambda _: measure(near, 'nearcache', functools.partial(with_hit_share, near, *MISSES))}
    if tw:
        subjects['twemproxy'] = lambda _: measure(tw, 'twemproxy', lambda run: run())
    return subjects


def passed(stack, scale, command, depth, **options):
    backing, near, tw = proxies(stack)
    fill(backing, HIT_KEYS)
    resp.call(backing.port, 'RPUSH', 'list', *LIST)
    options = {**scale.time, 'command': command, 'depth': depth, 'keys': HIT_KEYS, 'watch': [backing], **options}
    subjects = {'nearcache': lambda _: load(near, **options)}
    if tw:
        subjects['twemproxy'] = lambda _: load(tw, **options)
    return subjects


# ---- mixed ----

def mixed(stack, scale, depth, writes):
    """Zipf over ten times what the cache holds, values of 64 bytes to 4 KiB. Redis alone, against Nearcache and the
    Redis behind it."""
    keys, size = scale.mixed_keys, {'size': '64-4096'}
    options = {**scale.time, **size, 'depth': depth, 'keys': keys, 'order': 'zipf', 'writes': writes}
    backing = start(stack, servers.redis, machine.BACKING_CORES, name='backing redis-server')
    alone = start(stack, servers.redis, machine.SERVER_CORES)
    for server in (backing, alone):
        fill(server, keys, **size)
    near = start(stack, servers.nearcache, machine.SERVER_CORES, backing, capacity=keys // 10)
    load(near, **size, keys=keys, order='zipf', depth=64, requests=keys, seed=99)

    def nearcache(number):
        return with_hit_share(near, 0.1, 1, lambda: load(near, watch=[backing], seed=number + 1, **options))

    return {'nearcache': nearcache, 'redis-server': lambda number: load(alone, seed=number + 1, **options)}


# ---- workers ----

def workers(stack, scale, depth):
    """On all cores, which the load shares where there are only two."""
    options = {**scale.time, 'depth': depth, 'keys': HIT_KEYS, 'cores': machine.ALL_CORES,
               'threads': 1 if len(machine.CORES) < 4 else 2}
    subjects = {}
    for count in (1, 2):
        near = warm_nearcache(stack, HIT_KEYS, workers=count, cores=machine.ALL_CORES)
        subjects['nearcache, %d worker%s' % (count, 's' if count > 1 else '')] = functools.partial(
            lambda near, _: with_hit_share(near, *HITS, lambda: load(near, **options)), near)
    return subjects


# ---- latency ----

def half_peak(stack, scale):
    """At a fixed rate: half of what the slower of the two answers at most."""
    options = {'keys': HIT_KEYS}
    near, redis = warm_nearcache(stack, HIT_KEYS), warm_redis(stack, HIT_KEYS)
    peaks = [load(server, **scale.time, **options)['rate'] for server in (near, redis, near, redis)]
    rate = int(min(max(peaks[0::2]), max(peaks[1::2])) / 2)

    def measure(server):
        found = load(server, **scale.time, **options, rate=rate)
        found['wanted_rate'] = rate
        return found

    return {'nearcache': lambda _: with_hit_share(near, *HITS, lambda: measure(near)),
            'redis-server': lambda _: measure(redis)}


# ---- memory ----

def resident(server):
    with open('/proc/%d/statm' % server.pid, encoding='utf-8') as file:
        return int(file.read().split()[1]) * os.sysconf('SC_PAGESIZE')


def fill_nearcache(server, keys):
    read_all(server, keys)
    held = resp.info(server.port, 'nearcache', 'cache')['keys']
    if held != keys:
        raise Failed('nearcache holds %d keys of %d' % (held, keys))


def memory(stack, scale):
    """From the empty process to all keys held; fresh processes each round."""
    keys = scale.memory_keys
    backing = start(stack, servers.redis, machine.BACKING_CORES, name='backing redis-server')
    fill(backing, keys)

    def measure(make, fill_it):
        server = make()
        try:
            empty = resident(server)
            fill_it(server)
            full = resident(server)
        finally:
            server.stop()
        return {'rss_empty': empty, 'rss': full, 'rss_mb': full / 1e6, 'bytes_a_key': (full - empty) / keys}

    cores = machine.SERVER_CORES
    subjects = {
        'nearcache': lambda _: measure(lambda: servers.nearcache(cores, backing, capacity=keys),
                                       lambda server: fill_nearcache(server, keys)),
        'redis-server': lambda _: measure(lambda: servers.redis(cores), lambda server: fill(server, keys)),
    }
    if machine.find_program('memcached'):
        subjects['memcached'] = lambda _: measure(lambda: servers.memcached(cores),
                                                  lambda server: fill(server, keys, protocol='memcached'))
    return subjects


IDLE = 10_000
IDLE_RATE = 20_000


def idle(stack, scale):
    """The same load at a fixed rate without and with 10,000 connections beside it, which have asked once and then hold
    still. RSS each counts in the first round: a process does not give back all that it had."""
    options = {**scale.time, 'keys': HIT_KEYS, 'rate': IDLE_RATE}
    subjects = {}
    for make in (warm_nearcache, warm_redis):
        server = make(stack, HIT_KEYS)
        alone: Dict[int, int] = {}

        def without(number, server=server, alone=alone):
            found = load(server, **options)
            alone.setdefault(0, found['rss'])
            return found

        def beside(_, server=server, alone=alone):
            found = load(server, **options, idle=IDLE)
            found['bytes_each'] = max(found['rss'] - alone[0], 0) / IDLE
            await_clients_gone(server)
            return found

        subjects[server.name] = without
        subjects[server.name + ', 10,000 idle'] = beside
    return subjects


def await_clients_gone(server):
    deadline = time.monotonic() + 20
    sections = ['nearcache', 'clients'] if server.name == 'nearcache' else ['clients']
    while resp.info(server.port, *sections)['connected_clients'] > 10 and time.monotonic() < deadline:
        time.sleep(0.05)


# ---- all of them ----

def hit_scenarios(scale):
    limits = {1: (0.92, 1.10), 16: (0.65, None), 64: (0.50, 2.0)}
    for depth, (redis, bare) in limits.items():
        work = 'RESP hit, ' + ('no pipelining' if depth == 1 else '%d deep' % depth)
        bars = [Bar(work, 'nearcache', 'redis-server', 'cpu_us', redis)]
        if bare:
            bars.append(Bar(work, 'nearcache', 'floor', 'cpu_us', bare))
        yield Scenario('resp-hit-%d' % depth, 'RESP hits', work, functools.partial(resp_hits, depth=depth), bars)
    for depth in limits if scale.one_key else ():
        yield Scenario('resp-hit-one-key-%d' % depth, 'RESP hits of one key', '%d deep' % depth,
                       functools.partial(resp_hits, depth=depth, keys=1))
    yield Scenario('http-hit', 'HTTP hits', 'HTTP hit, keep-alive', http_hits,
                   [Bar('HTTP hit, keep-alive', 'nearcache', 'nginx', 'cpu_us', 1.0)])


def proxy_scenarios():
    for depth, limit in {1: 0.85, 16: 0.40, 64: 0.20}.items():
        work = 'miss, ' + ('no pipelining' if depth == 1 else '%d deep' % depth)
        yield Scenario('miss-%d' % depth, 'Misses', work, functools.partial(misses, depth=depth),
                       [Bar(work, 'nearcache', 'twemproxy', 'cpu_us', limit)])
    for depth in (1, 16, 64):
        yield Scenario('absent-%d' % depth, 'Absent keys', '%d deep' % depth,
                       functools.partial(passed, command='absent', depth=depth, order='sequence'))
    for command, work in (('set', 'SET'), ('lrange', 'LRANGE of 100')):
        work = 'passed through: %s, 64 deep' % work
        yield Scenario('passed-%s-64' % command, 'Passed through', work,
                       functools.partial(passed, command=command, depth=64),
                       [Bar(work, 'nearcache', 'twemproxy', 'cpu_us', 0.14)])


def other_scenarios(scale):
    for depth in (1, 16):
        for writes, title in ((0, 'GET'), (0.05, '95 % GET, 5 % SET')):
            yield Scenario('mixed-%d%s' % (depth, '-writes' if writes else ''), 'Mixed load',
                           '%s, %d deep' % (title, depth), functools.partial(mixed, depth=depth, writes=writes))
    for depth in (1, 16):
        yield Scenario('workers-%d' % depth, 'Workers', 'RESP hit, %d deep' % depth,
                       functools.partial(workers, depth=depth))
    for count in scale.connections:
        yield Scenario('connections-%d' % count, 'Connections', 'RESP hit, {:,} connections'.format(count),
                       functools.partial(resp_hits, depth=1, connections=count, peers=('redis',)),
                       connections=count)
    work = 'p99 of hits at half the peak load'
    yield Scenario('half-peak', 'Latency', work, half_peak, [Bar(work, 'nearcache', 'redis-server', 'p99', 1.0)],
                   sliced=True)
    yield Scenario('memory', 'Memory', '1 M keys of 20 bytes, values of 64', memory,
                   [Bar('1 M keys: RSS, MB', 'nearcache', None, 'rss_mb', 130),
                    Bar('1 M keys: bytes a key', 'nearcache', None, 'bytes_a_key', 120)], once=True)
    yield Scenario('idle', 'Idle connections', '10,000 idle connections', idle,
                   [Bar('10,000 idle connections: bytes each, first round', 'nearcache, 10,000 idle', None,
                        'bytes_each', 4096),
                    Bar("10,000 idle connections: the others' p99 (no change: the lower quartile decides)",
                        'nearcache, 10,000 idle', 'nearcache', 'p99', 1.0,
                        no_change=True)], connections=IDLE, sliced=True)


def all_scenarios(scale):
    return [*hit_scenarios(scale), *proxy_scenarios(), *other_scenarios(scale)]
