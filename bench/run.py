#!/usr/bin/env python3
"""Measures Nearcache beside its peers, scenario by scenario, in interleaved rounds. See README.md."""
import argparse
import contextlib
import dataclasses
import json
import os
import re
import sys
import time

from harness import machine, micro, plot, report, scenarios, statistics_of
from harness.measure import Failed
from harness.servers import Builds

SPARE_DESCRIPTORS = 2500  # beside a server's clients


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--build', required=True, help='the build folder')
    parser.add_argument('--out', required=True, help='the folder for results.json, RESULTS.md and the plots')
    parser.add_argument('--quick', action='store_true', help='about two minutes in all, for a first look')
    parser.add_argument('--only', default='', metavar='REGEX', help='scenarios whose name matches; `micro` is one of them')
    parser.add_argument('--rounds', type=int, help='how many')
    parser.add_argument('--seconds', type=float, help='how long each measurement takes')
    parser.add_argument('--list', action='store_true', help='names of the scenarios')
    return parser.parse_args()


def scale_of(given):
    scale = scenarios.QUICK if given.quick else scenarios.FULL
    changes = {name: value for name in ('rounds', 'seconds') if (value := getattr(given, name)) is not None}
    return dataclasses.replace(scale, **changes)


def say(text):
    print(text, file=sys.stderr, flush=True)


def run_scenario(scenario, scale):
    """Rounds of all subjects in turn."""
    began = time.monotonic()
    scale = scale.sliced() if scenario.sliced else scale
    with contextlib.ExitStack() as stack:
        subjects = scenario.begin(stack, scale)
        count = 1 if scenario.once else scale.rounds
        rounds = [{name: subjects[name](number) for name in order(subjects, number)} for number in range(count)]
    say('%-20s %5.1f s  %s' % (scenario.name, time.monotonic() - began, outline(rounds)))
    return {'name': scenario.name, 'group': scenario.group, 'title': scenario.title, 'summary': report.summary(rounds),
            'rounds': rounds}


def order(subjects, number):
    """A B, B A: a drift of the machine goes both ways."""
    names = list(subjects)
    return names if number % 2 == 0 else names[::-1]


def outline(rounds):
    metric = 'cpu_us' if 'cpu_us' in next(iter(rounds[0].values())) else 'bytes_a_key'
    return '  '.join('%s %.3g' % (name, statistics_of.median([one[name][metric] for one in rounds])) for name in rounds[0])


def micro_bars(found):
    """How much more two threads look up than one does."""
    one, two = (found.get('Find/lru/threads:%d' % threads) for threads in (1, 2))
    if one and two:
        values = [b / a for a, b in zip(one, two)]
        yield {'work': 'look-ups of one shared LRU cache, 2 threads, 64 a batch', 'against': '1 thread', 'metric': 'items',
               'bar': 1.8, **statistics_of.summary(values), 'reached': statistics_of.median(values) >= 1.8}


def chosen(scale, only):
    return [one for one in scenarios.all_scenarios(scale) if re.search(only, one.name)]


def runnable(scale, only):
    """Without those that need more connections than a process may have."""
    allowed = machine.allow_descriptors() - SPARE_DESCRIPTORS
    for one in chosen(scale, only):
        if one.connections <= allowed:
            yield one
        else:
            say('%-20s left out: needs %d descriptors (ulimit -n)' % (one.name, one.connections + SPARE_DESCRIPTORS))


def measure_all(given, scale):
    document = {'machine': machine.describe(Builds.path('bin', 'nearcache')), 'scale': dataclasses.asdict(scale),
                'results': [], 'bars': [], 'micro': {}}
    for scenario in runnable(scale, given.only):
        found = run_scenario(scenario, scale)
        document['results'].append(found)
        document['bars'] += report.judge(scenario, found['rounds'])
    if re.search(given.only, 'micro'):
        document['micro'] = micro.run(given.quick)
        document['bars'] += micro_bars(document['micro'])
    return document


def bars_plot(bars):
    rows = [{'label': bar['work'] + (' / ' + bar['against'] if bar['against'] else ''), 'value': bar['median'],
             'low': bar['low'], 'high': bar['high'], 'limit': bar['bar']} for bar in bars if bar['metric'] != 'items']
    return plot.against_bars('Measured against the bars (shorter is better)', rows)


def cpu_plot(results):
    found = {}
    for one in results:
        if 'cpu_us' in next(iter(one['rounds'][0].values())) and one['group'] in (
                'RESP hits', 'HTTP hits', 'Misses', 'Passed through'):
            found[one['title']] = {name: report.medians(one['rounds'], name)['cpu_us'] for name in one['rounds'][0]}
    return plot.groups('CPU time of the server a request', 'µs', found) if found else None


def write(given, document):
    os.makedirs(given.out, exist_ok=True)
    plots = {}
    if any(bar['metric'] != 'items' for bar in document['bars']):
        plots['bars.svg'] = bars_plot(document['bars'])
    if (cpu := cpu_plot(document['results'])) is not None:
        plots['cpu.svg'] = cpu
    files = {'results.json': json.dumps(document, indent=1) + '\n',
             'RESULTS.md': report.markdown(document, list(plots)), **plots}
    for name, content in files.items():
        with open(os.path.join(given.out, name), 'w', encoding='utf-8') as file:
            file.write(content)


def main():
    given = arguments()
    scale = scale_of(given)
    Builds.folder = os.path.abspath(given.build)
    if given.list:
        print('\n'.join([one.name for one in chosen(scale, given.only)] + ['micro']))
        return
    if machine.find_program('redis-server') is None:
        sys.exit('bench: redis-server is missing')
    try:
        document = measure_all(given, scale)
    except (Failed, RuntimeError) as failure:
        sys.exit('bench: %s' % failure)
    write(given, document)
    print('\n'.join(report.bars_table(document['bars'])))
    say('results: ' + os.path.join(given.out, 'RESULTS.md'))


if __name__ == '__main__':
    main()
