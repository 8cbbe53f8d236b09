"""redis-py as people use it: the first answer that is wrong ends it. HOST, PORT and REDIS_PORT in the environment."""

import os
import threading
import time

import redis

HOST = os.environ["HOST"]
PORT = int(os.environ["PORT"])
REDIS_PORT = int(os.environ["REDIS_PORT"])
PATIENCE = 30


def client(**options):
    return redis.Redis(host=HOST, port=PORT, **options)


def equal(got, wanted, what):
    if got != wanted:
        raise SystemExit(f"wrong: {what}: wanted {wanted!r}, got {got!r}")


def eventually(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"wrong: {what}: did not happen")
        time.sleep(0.01)


def commands():
    r = client()
    equal(r.ping(), True, "ping")
    equal(r.set("greeting", "hello"), True, "set")
    for _ in range(2):
        equal(r.get("greeting"), b"hello", "get")
    equal(r.get("nothing"), None, "no such key")
    equal(r.mget("greeting", "nothing"), [b"hello", None], "mget")
    equal(r.incr("counter"), 1, "incr")
    equal(r.hset("hash", mapping={"a": 1, "b": 2}), 2, "hset")
    equal(r.hgetall("hash"), {b"a": b"1", b"b": b"2"}, "hgetall")
    equal(r.expire("greeting", 100), True, "expire")
    equal(0 < r.ttl("greeting") <= 100, True, "ttl")
    equal(r.zadd("sorted", {"a": 1.5}), 1, "zadd")
    equal(r.zrange("sorted", 0, -1, withscores=True), [(b"a", 1.5)], "zrange")
    equal("redis_version" in r.info(), True, "info")
    equal("maxmemory" in r.config_get("maxmemory"), True, "config_get")
    equal(r.command_count() > 100, True, "command_count")
    equal(client(decode_responses=True).get("greeting"), "hello", "decoded")
    try:
        r.lpush("greeting", "x")
        raise SystemExit("wrong: no error for a wrong type")
    except redis.ResponseError as error:
        equal(str(error).startswith("WRONGTYPE"), True, "a wrong type")


def connection():
    r = client(client_name="tester")
    equal(r.client_getname(), "tester", "client_getname")
    equal(isinstance(r.client_id(), int), True, "client_id")
    equal(r.client_info()["name"], "tester", "client_info")
    equal(any(each["name"] == "tester" for each in r.client_list()), True, "client_list")
    other = client(db=3)
    other.set("elsewhere", "yes")
    equal(client().get("elsewhere"), None, "a key of another database")
    equal(other.get("elsewhere"), b"yes", "the other database")
    equal(redis.from_url(f"redis://{HOST}:{PORT}/3").get("elsewhere"), b"yes", "from_url")


def pipelines():
    r = client()
    with r.pipeline(transaction=False) as pipe:
        for i in range(1000):
            pipe.set(f"p:{i}", i).get(f"p:{i}").incr(f"p:{i}").get(f"p:{i}")
        got = pipe.execute()
    wanted = [each for i in range(1000) for each in (True, str(i).encode(), i + 1, str(i + 1).encode())]
    equal(got, wanted, "a pipeline")
    with r.pipeline() as pipe:
        equal(pipe.set("t", 1).incr("t").get("t").execute(), [True, 2, b"2"], "a transaction")
    equal(r.get("t"), b"2", "after a transaction")


def optimistic():
    r = client()
    other = client()
    r.set("watched", 1)
    with r.pipeline() as pipe:
        pipe.watch("watched")
        equal(pipe.get("watched"), b"1", "get under watch")
        other.set("watched", 5)
        pipe.multi()
        pipe.set("watched", 2)
        try:
            pipe.execute()
            raise SystemExit("wrong: a watched key changed, and the transaction was done")
        except redis.WatchError:
            pass
    equal(r.get("watched"), b"5", "after a failed transaction")
    equal(r.transaction(lambda pipe: pipe.multi() or pipe.incr("watched"), "watched"), [6], "transaction()")

    def add():
        mine = client()
        for _ in range(50):
            mine.transaction(lambda pipe: step(pipe), "sum")

    def step(pipe):
        before = int(pipe.get("sum"))
        pipe.multi()
        pipe.set("sum", before + 1)

    r.set("sum", 0)
    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(r.get("sum"), b"200", "concurrent transactions under watch")


def publish_subscribe():
    r = client()
    pubsub = r.pubsub()
    pubsub.subscribe("news")
    pubsub.psubscribe("ne*")
    first = [pubsub.get_message(timeout=PATIENCE)["type"] for _ in range(2)]
    equal(first, ["subscribe", "psubscribe"], "subscriptions")
    equal(r.publish("news", "today"), 2, "publish")
    got = [pubsub.get_message(timeout=PATIENCE) for _ in range(2)]
    equal([each["data"] for each in got], [b"today", b"today"], "messages")
    equal(r.pubsub_numsub("news"), [(b"news", 1)], "pubsub_numsub")
    pubsub.unsubscribe()
    pubsub.punsubscribe()
    pubsub.close()

    received = []
    thread_pubsub = r.pubsub(ignore_subscribe_messages=True)
    thread_pubsub.subscribe(background=lambda message: received.append(message["data"]))
    worker = thread_pubsub.run_in_thread(sleep_time=0.01)
    eventually(lambda: r.publish("background", "x") == 1, "a subscriber in a thread")
    eventually(lambda: b"x" in received, "its message")
    worker.stop()
    worker.join()


def scripts():
    r = client()
    equal(r.eval("return {KEYS[1], ARGV[1]}", 1, "k", "a"), [b"k", b"a"], "eval")
    double = r.register_script("redis.call('SET', KEYS[1], ARGV[1] * 2) return redis.call('GET', KEYS[1])")
    r.set("doubled", "old")
    equal(r.get("doubled"), b"old", "before the script")
    equal(double(keys=["doubled"], args=[21]), b"42", "a registered script")
    equal(r.get("doubled"), b"42", "after the script")
    r.script_flush()
    equal(double(keys=["doubled"], args=[4]), b"8", "a script that was forgotten")
    with r.pipeline() as pipe:
        double(keys=["doubled"], args=[5], client=pipe)
        equal(pipe.execute(), [b"10"], "a script in a pipeline")


def locks():
    r = client()
    lock = r.lock("lock", timeout=30)
    equal(lock.acquire(), True, "acquire")
    equal(client().lock("lock", timeout=30).acquire(blocking=False), False, "acquire what is held")
    equal(lock.extend(30), True, "extend")
    equal(lock.owned(), True, "owned")
    lock.release()
    with client().lock("lock", timeout=30, blocking_timeout=PATIENCE):
        equal(r.exists("lock"), 1, "a held lock")
    equal(r.get("lock"), None, "a released lock")

    inside = []

    def work():
        mine = client()
        for _ in range(10):
            with mine.lock("mutex", timeout=30, sleep=0.001):
                inside.append(1)
                equal(len(inside), 1, "how many hold the lock")
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def scans():
    r = client()
    r.mset({f"scan:{i}": i for i in range(500)})
    equal(len(set(r.scan_iter("scan:*"))), 500, "scan_iter")
    r.hset("big", mapping={str(i): i for i in range(1000)})
    equal(len(dict(r.hscan_iter("big"))), 1000, "hscan_iter")
    equal(r.delete(*r.keys("scan:*")), 500, "delete")
    equal(r.mget([f"scan:{i}" for i in range(500)]), [None] * 500, "after delete")


def blocking():
    straight = redis.Redis(host=HOST, port=REDIS_PORT)
    r = client()
    popped = []
    thread = threading.Thread(target=lambda: popped.append(client().blpop(["queue"], timeout=PATIENCE)))
    thread.start()
    eventually(lambda: straight.info("clients")["blocked_clients"] == 1, "a blocked client")
    equal(r.ping(), True, "ping while another is blocked")
    r.rpush("queue", "element")
    thread.join()
    equal(popped, [(b"queue", b"element")], "blpop")
    equal(client().brpop("queue", timeout=1), None, "brpop of an empty list")
    r.xadd("stream", {"f": "v"})
    got = r.xread({"stream": "0"}, block=1000)
    equal(got[0][1][0][1], {b"f": b"v"}, "xread")
    equal(r.wait(0, 100), 0, "wait")


def monitor():
    straight = redis.Redis(host=HOST, port=REDIS_PORT)
    r = client()
    with r.monitor() as stream:
        straight.set("seen", "by-the-monitor")
        while "by-the-monitor" not in stream.next_command()["command"]:
            pass


def protocol_3():
    if int(redis.__version__.split(".")[0]) < 5:
        return
    r = client(protocol=3)
    equal(r.get("greeting"), b"hello", "get over RESP3")
    equal(r.hgetall("hash"), {b"a": b"1", b"b": b"2"}, "hgetall over RESP3")
    with r.pipeline() as pipe:
        equal(pipe.set("t", 1).get("t").execute(), [True, b"1"], "a transaction over RESP3")
    pubsub = r.pubsub()
    pubsub.subscribe("news")
    equal(pubsub.get_message(timeout=PATIENCE)["type"], "subscribe", "a subscription over RESP3")
    r.publish("news", "pushed")
    equal(pubsub.get_message(timeout=PATIENCE)["data"], b"pushed", "a message over RESP3")


def reset_pool():
    """A connection that was closed is replaced, as the pool does it."""
    r = client()
    r.connection_pool.disconnect()
    equal(r.get("counter"), b"1", "after disconnect")


for step_of_all in (commands, connection, pipelines, optimistic, publish_subscribe, scripts, locks, scans, blocking,
                    monitor, protocol_3, reset_pool):
    step_of_all()
print(f"redis-py {redis.__version__}: all well")
