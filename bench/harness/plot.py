"""Bar charts as SVG, readable on a light and on a dark ground."""
from html import escape

WIDTH, LABEL, RIGHT, ROW, TOP = 920, 400, 100, 26, 44
GREY, BLUE, RED = '#808080', '#3b82c4', '#c4623b'
FONT = 'font-family="system-ui, sans-serif" font-size="13"'


def text(x, y, content, anchor='start', weight='normal', colour=GREY):
    return '<text x="%.1f" y="%.1f" text-anchor="%s" font-weight="%s" fill="%s">%s</text>' % (
        x, y, anchor, weight, colour, escape(content))


def box(x, y, width, height, colour):
    return '<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="2" fill="%s"/>' % (x, y, max(width, 1), height, colour)


def line(x1, y1, x2, y2, colour=GREY):
    return '<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" stroke-width="1.5"/>' % (x1, y1, x2, y2, colour)


def document(title, height, parts):
    return '\n'.join(['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" %s role="img">' % (WIDTH, height, FONT),
                      '<title>%s</title>' % escape(title), text(0, 18, title, weight='bold'), *parts, '</svg>']) + '\n'


def against_bars(title, rows):
    """Rows of label, value, low, high, limit: each on a scale of its own limit, which is the line at 1."""
    most = max([1.25, *(min(row['value'] / row['limit'], 3) for row in rows)])
    scale = (WIDTH - LABEL - RIGHT) / most
    parts = []
    for index, row in enumerate(rows):
        y = TOP + index * ROW
        reach, low, high = (min(row[name] / row['limit'], most) * scale for name in ('value', 'low', 'high'))
        parts += [text(LABEL - 8, y + 15, row['label'], 'end'),
                  box(LABEL, y + 4, reach, ROW - 10, BLUE if row['value'] <= row['limit'] else RED),
                  line(LABEL + low, y + ROW / 2 - 1, LABEL + high, y + ROW / 2 - 1),
                  text(WIDTH, y + 15, '%.3g / %.3g' % (row['value'], row['limit']), 'end')]
    bottom = TOP + len(rows) * ROW
    parts += [line(LABEL + scale, TOP - 6, LABEL + scale, bottom), text(LABEL + scale, TOP - 10, 'bar', 'middle')]
    return document(title, bottom + 8, parts)


def groups(title, unit, found):
    """Groups of bars: {group: {name: value}}, each group on a scale of its own."""
    parts, y = [], TOP - 14
    for group, values in found.items():
        parts.append(text(0, y + 15, group, weight='bold'))
        y += ROW
        scale = (WIDTH - LABEL - RIGHT) / max(values.values())
        for index, (name, value) in enumerate(values.items()):
            parts += [text(LABEL - 8, y + 15, name, 'end'),
                      box(LABEL, y + 4, value * scale, ROW - 10, BLUE if index == 0 else GREY),
                      text(LABEL + value * scale + 6, y + 15, '%.3g %s' % (value, unit))]
            y += ROW
        y += 6
    return document(title, y + 8, parts)
