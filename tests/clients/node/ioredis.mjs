// ioredis as people use it: the first answer that is wrong ends it.

import Redis from 'ioredis';

import { equal, eventually, host, port, redisPort, rejects, run } from './check.mjs';

const client = (options = {}) => new Redis({ host, port, ...options });

async function commands() {
    const redis = client();
    equal(await redis.set('greeting', 'hello'), 'OK', 'set');
    equal(await redis.get('greeting'), 'hello', 'get');
    equal(await redis.get('greeting'), 'hello', 'a hit');
    equal(await redis.get('nothing'), null, 'no such key');
    equal(await redis.mget('greeting', 'nothing'), ['hello', null], 'mget');
    equal(await redis.hset('hash', { a: 1, b: 2 }), 2, 'hset');
    equal(await redis.hgetall('hash'), { a: '1', b: '2' }, 'hgetall');
    equal(await redis.getBuffer('greeting'), Buffer.from('hello'), 'getBuffer');
    equal(await redis.incr('counter'), 1, 'incr');
    await rejects(redis.lpush('greeting', 'x'), 'WRONGTYPE', 'a wrong type');
    await redis.quit();
}

async function options() {
    const named = client({ connectionName: 'tester', db: 2 });
    equal(await named.client('GETNAME'), 'tester', 'the name of the connection');
    equal(await named.set('elsewhere', 'yes'), 'OK', 'set in another database');
    const plain = client({ keyPrefix: 'prefix:' });
    equal(await plain.get('elsewhere'), null, 'a key of another database');
    await plain.set('key', 'value');
    equal(await plain.get('key'), 'value', 'a key with a prefix');
    equal(await named.select(0), 'OK', 'select');
    equal(await named.get('prefix:key'), 'value', 'the key itself');
    await Promise.all([named.quit(), plain.quit()]);
}

async function pipelines() {
    const redis = client();
    const pipeline = redis.pipeline();
    for (let i = 0; i < 1000; ++i) pipeline.set(`p:${i}`, i).get(`p:${i}`).incr(`p:${i}`).get(`p:${i}`);
    const got = await pipeline.exec();
    const wanted = [];
    for (let i = 0; i < 1000; ++i) wanted.push([null, 'OK'], [null, `${i}`], [null, i + 1], [null, `${i + 1}`]);
    equal(got, wanted, 'a pipeline');
    const done = await redis.multi().set('t', 1).incr('t').get('t').exec();
    equal(done, [[null, 'OK'], [null, 2], [null, '2']], 'a transaction');
    const automatic = client({ enableAutoPipelining: true });
    equal(await Promise.all([automatic.get('p:1'), automatic.get('p:2'), automatic.strlen('p:3')]), ['2', '3', 1],
        'auto pipelining');
    await Promise.all([redis.quit(), automatic.quit()]);
}

async function watching() {
    const redis = client();
    const other = client();
    await redis.set('watched', 1);
    await redis.watch('watched');
    equal(await redis.get('watched'), '1', 'get under watch');
    await other.set('watched', 2);
    equal(await redis.multi().set('watched', 3).exec(), null, 'a transaction after a change');
    equal(await redis.get('watched'), '2', 'after it');
    await Promise.all([redis.quit(), other.quit()]);
}

async function publishSubscribe() {
    const subscriber = client();
    const publisher = client();
    const messages = [];
    subscriber.on('message', (channel, message) => messages.push([channel, message]));
    subscriber.on('pmessage', (pattern, channel, message) => messages.push([pattern, message]));
    equal(await subscriber.subscribe('news', 'more'), 2, 'subscribe');
    equal(await subscriber.psubscribe('new*'), 3, 'psubscribe');
    equal(await publisher.publish('news', 'today'), 2, 'publish');
    await eventually(() => messages.length === 2, 'the messages');
    equal(messages, [['news', 'today'], ['new*', 'today']], 'the messages');
    equal(await subscriber.unsubscribe('news', 'more'), 1, 'unsubscribe');
    equal(await subscriber.punsubscribe('new*'), 0, 'punsubscribe');
    equal(await subscriber.get('greeting'), 'hello', 'get afterwards');
    await Promise.all([subscriber.quit(), publisher.quit()]);
}

async function scripts() {
    const redis = client();
    redis.defineCommand('double', {
        numberOfKeys: 1,
        lua: "redis.call('SET', KEYS[1], ARGV[1] * 2) return redis.call('GET', KEYS[1])",
    });
    await redis.set('doubled', 'old');
    equal(await redis.get('doubled'), 'old', 'before the script');
    equal(await redis.double('doubled', 21), '42', 'a script');
    equal(await redis.get('doubled'), '42', 'after the script');
    equal(await redis.eval('return {KEYS[1], ARGV[1]}', 1, 'k', 'a'), ['k', 'a'], 'eval');
    await redis.quit();
}

async function scans() {
    const redis = client();
    await redis.mset(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`scan:${i}`, i])));
    const keys = new Set();
    for await (const some of redis.scanStream({ match: 'scan:*', count: 50 })) some.forEach((key) => keys.add(key));
    equal(keys.size, 500, 'scanStream');
    equal(await redis.del(...keys), 500, 'del');
    equal(await redis.get('scan:1'), null, 'after del');
    await redis.quit();
}

async function blocking() {
    const straight = new Redis({ host, port: redisPort });
    const waiting = client();
    const redis = client();
    const popped = waiting.blpop('queue', 30);
    await eventually(async () => (await straight.info('clients')).includes('blocked_clients:1'), 'a blocked client');
    equal(await redis.ping(), 'PONG', 'ping while another is blocked');
    await redis.rpush('queue', 'element');
    equal(await popped, ['queue', 'element'], 'blpop');
    equal(await waiting.blpop('queue', 0.01), null, 'blpop of an empty list');
    await Promise.all([straight.quit(), waiting.quit(), redis.quit()]);
}

async function monitor() {
    const redis = client();
    const monitoring = await redis.monitor();
    const seen = [];
    monitoring.on('monitor', (time, words) => seen.push(words.join(' ')));
    await redis.set('seen', 'by-the-monitor');
    await eventually(() => seen.some((text) => text.includes('by-the-monitor')), 'what the monitor shows');
    monitoring.disconnect();
    await redis.quit();
}

await run('ioredis', [commands, options, pipelines, watching, publishSubscribe, scripts, scans, blocking, monitor]);
