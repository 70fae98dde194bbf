import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { clientOf, hello, sdks, startMock } from './support.mjs';

for (const sdk of sdks) {
  describe(`batches, ${sdk.name}`, () => {
    let mock;
    let client;
    before(async () => {
      mock = await startMock(['--clock', 'manual']);
      client = clientOf(sdk, mock);
    });
    after(() => mock.stop());

    const requests = (count) =>
      Array.from({ length: count }, (_, i) => ({ custom_id: `item-${i}`, params: { ...hello, max_tokens: 30 + i } }));
    const pass = (seconds) => mock.post('/_sluice/clock', { advance: `${seconds}s` });

    test('a batch goes from creation to results', async () => {
      const created = await client.messages.batches.create({ requests: requests(5) });
      assert.match(created.id, /^msgbatch_/);
      assert.equal(created.processing_status, 'in_progress');
      assert.equal(created.request_counts.processing, 5);
      assert.equal(created.results_url, null);
      await pass(23 * 3600);
      const ended = await client.messages.batches.retrieve(created.id);
      assert.equal(ended.processing_status, 'ended');
      assert.equal(ended.request_counts.succeeded, 5);
      assert.ok(ended.results_url.startsWith(mock.url));
      const results = [];
      for await (const result of await client.messages.batches.results(created.id)) results.push(result);
      assert.deepEqual(results.map((r) => r.custom_id).sort(), requests(5).map((r) => r.custom_id));
      for (const { result } of results) {
        assert.equal(result.type, 'succeeded');
        assert.equal(result.message.usage.service_tier, 'batch');
      }
    });

    test('an item that is invalid is an errored result, the others succeed', async () => {
      const mixed = requests(2);
      mixed[1].params = { ...hello, max_tokens: 30, model: 'claude-nobody' };
      const { id } = await client.messages.batches.create({ requests: mixed });
      await pass(23 * 3600);
      const results = {};
      for await (const { custom_id, result } of await client.messages.batches.results(id)) {
        results[custom_id] = result.type;
      }
      assert.deepEqual(results, { 'item-0': 'succeeded', 'item-1': 'errored' });
    });

    test('a batch is canceled, listed and deleted', async () => {
      const { id } = await client.messages.batches.create({ requests: requests(3) });
      const canceling = await client.messages.batches.cancel(id);
      assert.ok(['canceling', 'ended'].includes(canceling.processing_status));
      await pass(3600);
      const ended = await client.messages.batches.retrieve(id);
      assert.equal(ended.processing_status, 'ended');
      assert.equal(ended.request_counts.canceled, 3);
      const ids = [];
      for await (const batch of client.messages.batches.list({ limit: 2 })) ids.push(batch.id);
      assert.equal(ids[0], id);
      assert.equal((await client.messages.batches.delete(id)).type, 'message_batch_deleted');
      await assert.rejects(client.messages.batches.retrieve(id), sdk.module.NotFoundError);
    });
  });
}

for (const sdk of sdks) {
  describe(`batches without latency, ${sdk.name}`, () => {
    let mock;
    let client;
    before(async () => {
      mock = await startMock(['--latency', 'off']);
      client = clientOf(sdk, mock);
    });
    after(() => mock.stop());

    const requests = [{ custom_id: 'only', params: { ...hello, max_tokens: 30 } }];

    test('a batch is in progress when created and ended when polled', async () => {
      const created = await client.messages.batches.create({ requests });
      assert.equal(created.processing_status, 'in_progress');
      const ended = await client.messages.batches.retrieve(created.id);
      assert.equal(ended.processing_status, 'ended');
      assert.equal(ended.request_counts.succeeded, 1);
    });

    test('a batch can be canceled', async () => {
      const { id } = await client.messages.batches.create({ requests });
      assert.equal((await client.messages.batches.cancel(id)).processing_status, 'canceling');
      assert.equal((await client.messages.batches.retrieve(id)).request_counts.canceled, 1);
    });
  });
}
