// node-redis as people use it, over RESP2 and RESP3: the first answer that is wrong ends it.

import { createClient } from 'redis';

import { equal, eventually, host, port, redisPort, rejects, run } from './check.mjs';

const open = async (options = {}) => createClient({ socket: { host, port }, ...options }).connect();

/// The same steps for each version of the protocol.
function steps(RESP) {
    const client = (options = {}) => open({ RESP, ...options });
    const say = (what) => `${what} over RESP${RESP}`;

    async function commands() {
        const redis = await client();
        await redis.flushDb();
        equal(await redis.set('greeting', 'hello'), 'OK', say('set'));
        equal(await redis.get('greeting'), 'hello', say('get'));
        equal(await redis.get('greeting'), 'hello', say('a hit'));
        equal(await redis.get('nothing'), null, say('no such key'));
        equal(await redis.mGet(['greeting', 'nothing']), ['hello', null], say('mGet'));
        equal(await redis.hSet('hash', { a: 1, b: 2 }), 2, say('hSet'));
        equal({ ...(await redis.hGetAll('hash')) }, { a: '1', b: '2' }, say('hGetAll'));
        equal(await redis.zAdd('sorted', { score: 1.5, value: 'a' }), 1, say('zAdd'));
        equal(await redis.zScore('sorted', 'a'), 1.5, say('zScore'));
        equal(await redis.zRangeWithScores('sorted', 0, -1), [{ value: 'a', score: 1.5 }], say('zRangeWithScores'));
        equal(await redis.sendCommand(['STRLEN', 'greeting']), 5, say('sendCommand'));
        await rejects(redis.lPush('greeting', 'x'), 'WRONGTYPE', say('a wrong type'));
        await redis.close();
    }

    async function options() {
        const named = await client({ name: 'tester', database: 2 });
        equal(await named.clientGetName(), 'tester', say('the name of the connection'));
        await named.set('elsewhere', 'yes');
        const plain = await client();
        equal(await plain.get('elsewhere'), null, say('a key of another database'));
        equal(typeof (await plain.clientId()), 'number', say('clientId'));
        await named.close();
        await plain.close();
    }

    async function pipelines() {
        const redis = await client();
        const asked = [];
        for (let i = 0; i < 1000; ++i)
            asked.push(redis.set(`p:${i}`, i), redis.get(`p:${i}`), redis.incr(`p:${i}`), redis.get(`p:${i}`));
        const wanted = [];
        for (let i = 0; i < 1000; ++i) wanted.push('OK', `${i}`, i + 1, `${i + 1}`);
        equal(await Promise.all(asked), wanted, say('a pipeline'));
        equal(await redis.multi().set('t', 1).incr('t').get('t').exec(), ['OK', 2, '2'], say('a transaction'));
        equal(await redis.get('t'), '2', say('after a transaction'));
        await redis.close();
    }

    async function watching() {
        const redis = await client();
        const other = await client();
        await redis.set('watched', 1);
        await redis.watch('watched');
        equal(await redis.get('watched'), '1', say('get under watch'));
        await other.set('watched', 2);
        await rejects(redis.multi().set('watched', 3).exec(), 'watched keys', say('a transaction after a change'));
        equal(await redis.get('watched'), '2', say('after it'));
        await redis.close();
        await other.close();
    }

    async function publishSubscribe() {
        const subscriber = await client();
        const publisher = await client();
        const messages = [];
        await subscriber.subscribe('news', (message) => messages.push(message));
        await subscriber.pSubscribe('new*', (message) => messages.push(message));
        if (RESP === 3) equal(await subscriber.get('greeting'), 'hello', say('get while subscribed'));
        equal(await publisher.publish('news', 'today'), 2, say('publish'));
        await eventually(() => messages.length === 2, say('the messages'));
        equal(messages, ['today', 'today'], say('the messages'));
        await subscriber.unsubscribe('news');
        await subscriber.pUnsubscribe('new*');
        equal(String(await subscriber.get('greeting')), 'hello', say('get afterwards')); // a Buffer over RESP2
        await subscriber.close();
        await publisher.close();
    }

    async function scripts() {
        const redis = await client();
        await redis.set('scripted', 'old');
        equal(await redis.get('scripted'), 'old', say('before the script'));
        const lua = "return redis.call('SET', KEYS[1], ARGV[1])";
        equal(await redis.eval(lua, { keys: ['scripted'], arguments: ['new'] }), 'OK', say('eval'));
        equal(await redis.get('scripted'), 'new', say('after the script'));
        const sha = await redis.scriptLoad(lua);
        equal(await redis.evalSha(sha, { keys: ['scripted'], arguments: ['newer'] }), 'OK', say('evalSha'));
        equal(await redis.get('scripted'), 'newer', say('after evalSha'));
        await redis.close();
    }

    async function scans() {
        const redis = await client();
        await redis.mSet(Array.from({ length: 500 }, (_, i) => [`scan:${i}`, `${i}`]));
        const keys = new Set();
        for await (const some of redis.scanIterator({ MATCH: 'scan:*' })) [some].flat().forEach((key) => keys.add(key));
        equal(keys.size, 500, say('scanIterator'));
        equal(await redis.del([...keys]), 500, say('del'));
        equal(await redis.get('scan:1'), null, say('after del'));
        await redis.close();
    }

    async function blocking() {
        const straight = await open({ socket: { host, port: redisPort } });
        const waiting = await client();
        const redis = await client();
        const popped = waiting.blPop('queue', 30);
        await eventually(async () => (await straight.info('clients')).includes('blocked_clients:1'),
            say('a blocked client'));
        equal(await redis.ping(), 'PONG', say('ping while another is blocked'));
        await redis.rPush('queue', 'element');
        equal({ ...(await popped) }, { key: 'queue', element: 'element' }, say('blPop'));
        equal(await waiting.blPop('queue', 0.01), null, say('blPop of an empty list'));
        await Promise.all([straight.close(), waiting.close(), redis.close()]);
    }

    return [commands, options, pipelines, watching, publishSubscribe, scripts, scans, blocking];
}

await run('node-redis', [...steps(2), ...steps(3)]);
