"""RESULTS.md: the bars first, then every figure."""
from . import statistics_of

PERCENT = 100


def judge(scenario, rounds):
    """Each bar of the scenario with what was measured. Bars whose peer was not there are left out."""
    for bar in scenario.bars:
        have = [one for one in rounds if bar.subject in one and (bar.peer is None or bar.peer in one)]
        if not have:
            continue
        if bar.metric == 'bytes_each':
            values = [have[0][bar.subject][bar.metric]]
        elif bar.peer is None:
            values = [one[bar.subject][bar.metric] for one in have]
        else:
            values = statistics_of.ratios(have, bar.subject, bar.peer, bar.metric)
        found = statistics_of.summary(values)
        yield {'work': bar.work, 'against': bar.peer or '', 'metric': bar.metric, 'bar': bar.limit, **found,
               'reached': found['low' if bar.no_change else 'median'] <= bar.limit}


def number(value):
    if value >= 1000:
        return '{:,.0f}'.format(value)
    return '{:.3g}'.format(value) if value < 100 else '{:.0f}'.format(value)


def row(*cells):
    return '| ' + ' | '.join(str(cell) for cell in cells) + ' |'


def bars_table(bars):
    lines = [row('work', 'figure', 'against', 'bar', 'measured', 'spread', ''), '|---|---|---|--:|--:|--:|---|']
    names = {'cpu_us': 'CPU a request', 'p99': 'p99 latency', 'rss_mb': 'RSS', 'bytes_a_key': 'RSS',
             'bytes_each': 'RSS', 'items': 'rate'}
    for bar in bars:
        sign = '>=' if bar['metric'] == 'items' else '<='
        lines.append(row(bar['work'], names[bar['metric']], bar['against'], '%s %s' % (sign, number(bar['bar'])),
                         '**%s**' % number(bar['median']), '%s … %s' % (number(bar['low']), number(bar['high'])),
                         'reached' if bar['reached'] else 'missed'))
    return lines


def medians(rounds, subject):
    """The median of each figure of a subject over the rounds."""
    names = rounds[0][subject].keys()
    return {name: statistics_of.median([one[subject][name] for one in rounds]) for name in names}


def summary(rounds):
    """Of each subject the medians, and how the first one's figures are to its own, pair by pair."""
    first, *others = rounds[0]
    found = {name: {'medians': medians(rounds, name)} for name in rounds[0]}
    for name in others:
        shared = [metric for metric in ('cpu_us', 'cpu_all_us', 'rate', 'p50', 'p99', 'p99.9', 'rss')
                  if metric in rounds[0][first] and metric in rounds[0][name]]
        found[name]['ratios'] = {metric: statistics_of.summary(values) for metric in shared
                                 if (values := statistics_of.ratios(rounds, first, name, metric))}
    return found


def load_rows(title, rounds):
    first = next(iter(rounds[0]))
    for subject in rounds[0]:
        found = medians(rounds, subject)
        ratio = '' if subject == first else number(
            statistics_of.median(statistics_of.ratios(rounds, first, subject, 'cpu_us') or [0]))
        share = '%.1f %%' % (found['hit_share'] * PERCENT) if 'hit_share' in found else ''
        yield row(title, subject, number(found['cpu_us']), ratio, number(found['cpu_all_us']), number(found['rate']),
                  number(found['p50']), number(found['p99']), number(found['p99.9']), number(found['rss'] / 1e6), share,
                  '%.1f %%' % (found['waited'] * PERCENT))
        title = ''


def memory_rows(title, rounds):
    for subject in rounds[0]:
        found = medians(rounds, subject)
        yield row(title, subject, number(found['rss_mb']), number(found['rss_empty'] / 1e6),
                  number(found['bytes_a_key']))
        title = ''


LOAD_HEAD = [row('', 'server', 'CPU µs a request', "the first's against it", 'with backing Redis', 'requests/s',
                 'p50 µs', 'p99 µs', 'p99.9 µs', 'RSS MB', 'hits', 'waited'),
             '|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|']
MEMORY_HEAD = [row('', 'server', 'RSS MB', 'empty, MB', 'bytes a key'), '|---|---|--:|--:|--:|']


def group_tables(results):
    groups = {}
    for one in results:
        groups.setdefault(one['group'], []).append(one)
    for group, members in groups.items():
        is_memory = 'bytes_a_key' in next(iter(members[0]['rounds'][0].values()))
        yield from ['', '## ' + group, '', *(MEMORY_HEAD if is_memory else LOAD_HEAD)]
        for one in members:
            yield from (memory_rows if is_memory else load_rows)(one['title'], one['rounds'])


def micro_table(micro):
    lines = ['', '## Micro-benchmarks', '', row('', 'items/s', 'ns an item'), '|---|--:|--:|']
    for name, rates in micro.items():
        rate = statistics_of.median(rates)
        lines.append(row(name, number(rate), number(1e9 / rate)))
    return lines if micro else []


def markdown(document, plots):
    machine = document['machine']
    lines = ['# Results', '', 'Written by `bench/run.py`; how to read it: [README.md](README.md).', '',
             '{processor}, {cores} cores, Linux {kernel}; commit {commit}; {date}.'.format(**machine),
             '{} rounds of {} s each; latency at a fixed rate: more rounds, of a quarter of a second at most.'.format(
                 document['scale']['rounds'], document['scale']['seconds']),
             'Ratios are medians over the pairs of a round; the spread is their quartiles.', '']
    lines += ['- ' + text for text in machine['versions'].values()]
    if document['bars']:
        lines += ['', '## Bars', '', *bars_table(document['bars'])]
    lines += [line for name in plots for line in ('', '![%s](%s)' % (name, name))]
    lines += group_tables(document['results'])
    lines += micro_table(document['micro'])
    return '\n'.join(lines) + '\n'
