"""The micro-benchmarks: Google Benchmark programs, whose JSON is read."""
import glob
import json
import os
import subprocess

from .measure import Failed
from .servers import Builds


def run(quick):
    """All of them: {name: [items a second, of each repetition]}."""
    found = {}
    for path in sorted(glob.glob(Builds.path('bench', 'micro_*'))):
        if os.access(path, os.X_OK) and os.path.isfile(path):
            found.update(run_one(path, quick))
    return found


def run_one(path, quick):
    options = ['--benchmark_min_time=0.1'] if quick else ['--benchmark_repetitions=7', '--benchmark_min_time=0.3']
    options += ['--benchmark_enable_random_interleaving=true', '--benchmark_format=json']
    done = subprocess.run([path, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise Failed('%s: %s' % (path, done.stderr))
    found = {}
    for one in json.loads(done.stdout)['benchmarks']:
        if one.get('run_type', 'iteration') == 'iteration' and 'items_per_second' in one:
            found.setdefault(one['run_name'].replace('/real_time', ''), []).append(one['items_per_second'])
    return found
