"""Medians, and ratios pair by pair."""
import statistics


def median(values):
    return statistics.median(values)


def spread(values):
    """The quartiles; of fewer than four values, the least and the greatest."""
    if len(values) < 4:
        return min(values), max(values)
    low, _, high = statistics.quantiles(values, n=4, method='inclusive')
    return low, high


def ratios(rounds, subject, peer, metric):
    """Of each round, what the subject took against what the peer took right beside it."""
    return [one[subject][metric] / one[peer][metric] for one in rounds if one[peer][metric] > 0]


def summary(values):
    low, high = spread(values)
    return {'median': median(values), 'low': low, 'high': high, 'values': values}
