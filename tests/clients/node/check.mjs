// Comparing, and waiting for a condition.

import assert from 'node:assert/strict';

export const host = process.env.HOST;
export const port = Number(process.env.PORT);
export const redisPort = Number(process.env.REDIS_PORT);

export function equal(got, wanted, what) {
    assert.deepStrictEqual(got, wanted, `wrong: ${what}: wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
}

export async function rejects(promise, words, what) {
    try {
        await promise;
    } catch (error) {
        assert.ok(error.message.includes(words), `wrong: ${what}: ${error.message}`);
        return;
    }
    assert.fail(`wrong: ${what}: no error`);
}

export async function eventually(condition, what) {
    const deadline = Date.now() + 30000;
    while (!(await condition())) {
        assert.ok(Date.now() < deadline, `wrong: ${what}: did not happen`);
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
}

/// A step that waits for ever is a wrong one.
function inTime(step) {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`wrong: ${step.name} does not end`)), 30000);
        step().then(resolve, reject).finally(() => clearTimeout(timer));
    });
}

export async function run(name, steps) {
    try {
        for (const step of steps) await inTime(step);
    } catch (error) {
        console.error(error);
        process.exit(1);
    }
    console.log(`${name}: all well`);
    process.exit(0);
}
