import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { clientOf, hello, organization, sdks, startMock } from './support.mjs';

// Each refusal, how it is provoked, and the class that the SDK makes of it.
const refusals = [
  ['a key that is unknown', 'AuthenticationError', 401, (c, m) => c.messages.create(hello), { apiKey: 'sk-ant-api03-nobody' }],
  ['a model that is unknown', 'NotFoundError', 404, (c) => c.messages.create({ ...hello, model: 'claude-nobody' })],
  ['a request without messages', 'BadRequestError', 400, (c) => c.messages.create({ ...hello, messages: [] })],
  ['max_tokens above the model', 'BadRequestError', 400, (c) => c.messages.stream({ ...hello, max_tokens: 1_000_000 }).finalMessage()],
];

for (const sdk of sdks) {
  describe(`errors, ${sdk.name}`, () => {
    let mock;
    before(async () => {
      mock = await startMock(['--latency', 'off', '--keys', 'strict']);
    });
    after(() => mock.stop());

    for (const [what, name, status, call, options] of refusals) {
      test(`${what} is a ${name}`, async () => {
        const client = clientOf(sdk, mock, { maxRetries: 0, ...options });
        await assert.rejects(call(client), (error) => {
          assert.ok(error instanceof sdk.module[name], `${error.constructor.name}: ${error.message}`);
          assert.equal(error.status, status);
          assert.match(error.requestID, /^req_/);
          assert.equal(error.error.type, 'error');
          assert.equal(error.error.request_id, error.requestID);
          return true;
        });
      });
    }

    for (const [fault, name, status] of [
      ['500', 'InternalServerError', 500],
      ['504', 'InternalServerError', 504],
      ['529', 'InternalServerError', 529],
      ['429; retry-after=7', 'RateLimitError', 429],
    ]) {
      test(`fault ${fault} is a ${name}`, async () => {
        const client = clientOf(sdk, mock, { maxRetries: 0 });
        await assert.rejects(
          client.messages.create(hello, { headers: { 'sluice-fault': fault } }),
          (error) => {
            assert.ok(error instanceof sdk.module[name], `${error.constructor.name}: ${error.message}`);
            assert.equal(error.status, status);
            assert.equal(error.headers.get('retry-after'), status === 429 ? '7' : null);
            return true;
          },
        );
      });
    }

    test('a connection that is dropped is a connection error', async () => {
      const client = clientOf(sdk, mock, { maxRetries: 0 });
      await assert.rejects(
        client.messages.create(hello, { headers: { 'sluice-fault': 'disconnect' } }),
        sdk.module.APIConnectionError,
      );
    });

    test('an error inside a stream reaches the application', async () => {
      const client = clientOf(sdk, mock, { maxRetries: 0 });
      const stream = client.messages.stream(hello, { headers: { 'sluice-fault': 'error-in-stream' } });
      await assert.rejects(stream.finalMessage(), /[Oo]verloaded/);
    });

    test('a body above 32 MB is refused as Cloudflare does', async () => {
      const client = clientOf(sdk, mock, { maxRetries: 0 });
      const messages = [{ role: 'user', content: 'x'.repeat(33 * 1024 * 1024) }];
      await assert.rejects(client.messages.create({ ...hello, messages }), (error) => {
        assert.equal(error.status, 413);
        assert.equal(error.error.error.type, 'request_too_large');
        assert.equal(error.error.request_id, undefined);
        return true;
      });
    });
  });

  describe(`limits, ${sdk.name}`, () => {
    test('the fourth request of three a minute gets 429 with the headers that explain it', async () => {
      const mock = await startMock(['--latency', 'off', '--clock', 'manual'], organization({ requests_per_minute: 3 }));
      const client = clientOf(sdk, mock, { maxRetries: 0 });
      for (let left = 2; left >= 0; left -= 1) {
        const { response } = await client.messages.create(hello).withResponse();
        assert.equal(response.headers.get('anthropic-ratelimit-requests-limit'), '3');
        assert.equal(response.headers.get('anthropic-ratelimit-requests-remaining'), String(left));
      }
      await assert.rejects(client.messages.create(hello), (error) => {
        assert.ok(error instanceof sdk.module.RateLimitError);
        assert.equal(error.headers.get('retry-after'), '20');
        assert.equal(error.headers.get('x-should-retry'), 'true');
        assert.match(error.message, /rate limit of 3 requests per minute \(org: [0-9a-f-]{36}, model: claude-sonnet-5-5\)/);
        return true;
      });
      await mock.stop();
    });

    test('the SDK waits for retry-after by itself and then succeeds', async () => {
      const mock = await startMock(['--latency', 'off', '--speed', '20', '--grade'], organization({ requests_per_minute: 2 }));
      const client = clientOf(sdk, mock);
      const asked = Array.from({ length: 3 }, () => client.messages.create(hello));
      const messages = await Promise.all(asked);
      assert.equal(messages.length, 3);
      const state = await mock.get('/_sluice/grade');
      assert.ok(state.attempts > 3, JSON.stringify(state));
      const { code } = await mock.stop();
      assert.equal(code, 0);
    });

    test('a spend cap is a 429 without retry-after', async () => {
      const mock = await startMock(['--latency', 'off'], organization({}, { spend: { cap: 0.0001 } }));
      const client = clientOf(sdk, mock, { maxRetries: 0 });
      await client.messages.create(hello);
      await assert.rejects(client.messages.create(hello), (error) => {
        assert.ok(error instanceof sdk.module.RateLimitError);
        assert.equal(error.headers.get('retry-after'), null);
        assert.equal(error.error.error.details.error_code, 'enforced_spend_limit_reached');
        return true;
      });
      await mock.stop();
    });
  });
}
