"""As much of a RESP2 client as preparing and checking takes."""
import socket


def encode(words):
    parts = [b'*%d\r\n' % len(words)]
    for word in words:
        raw = word.encode()
        parts.append(b'$%d\r\n%s\r\n' % (len(raw), raw))
    return b''.join(parts)


def read(file):
    line = file.readline()
    kind, rest = line[:1], line[1:-2]
    if kind == b'-':
        raise RuntimeError(rest.decode())
    if kind == b'$':
        return file.read(int(rest) + 2)[:-2].decode()
    if kind in (b'+', b':'):
        return rest.decode()
    raise RuntimeError('unexpected reply %r' % line)


def call(port, *words):
    with socket.create_connection(('127.0.0.1', port), timeout=60) as link:
        link.sendall(encode(words))
        with link.makefile('rb') as file:
            return read(file)


def info(port, *sections):
    """The numbers that INFO tells."""
    numbers = {}
    for line in call(port, 'INFO', *sections).split('\r\n'):
        name, _, value = line.partition(':')
        if value.isdigit():
            numbers[name] = int(value)
    return numbers
