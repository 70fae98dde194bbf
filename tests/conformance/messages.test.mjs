import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { clientOf, hello, sdks, startMock } from './support.mjs';

for (const sdk of sdks) {
  describe(`messages, ${sdk.name}`, () => {
    let mock;
    let client;
    before(async () => {
      mock = await startMock(['--latency', 'off']);
      client = clientOf(sdk, mock);
    });
    after(() => mock.stop());

    test('a message has the documented shape and usage', async () => {
      const message = await client.messages.create(hello);
      assert.equal(message.type, 'message');
      assert.equal(message.role, 'assistant');
      assert.equal(message.model, 'claude-sonnet-5-5');
      assert.match(message.id, /^msg_01[1-9A-HJ-NP-Za-km-z]{22}$/);
      assert.equal(message.content[0].type, 'text');
      assert.ok(message.content[0].text.length > 0);
      assert.ok(['end_turn', 'max_tokens'].includes(message.stop_reason));
      assert.ok(message.usage.input_tokens > 3);
      assert.ok(message.usage.output_tokens >= 1 && message.usage.output_tokens <= 200);
      assert.equal(message.usage.service_tier, 'standard');
      assert.equal(message.usage.cache_creation_input_tokens, 0);
      assert.equal(message.usage.cache_read_input_tokens, 0);
    });

    test('a stream says what the whole message would have said', async () => {
      const stream = client.messages.stream({ ...hello, max_tokens: 60 });
      const events = [];
      stream.on('streamEvent', (event) => events.push(event.type));
      const message = await stream.finalMessage();
      assert.equal(events[0], 'message_start');
      assert.equal(events.at(-1), 'message_stop');
      assert.ok(events.includes('content_block_delta'));
      const words = message.content.map((block) => block.text).join('').split(/\s+/).filter(Boolean);
      assert.equal(words.length, message.usage.output_tokens);
    });

    test('the same conversation is answered, the request id and workspace are given', async () => {
      const { data, response, request_id: id } = await client.messages.create(hello).withResponse();
      assert.ok(data.content.length > 0);
      assert.match(id, /^req_/);
      assert.match(response.headers.get('anthropic-organization-id'), /^[0-9a-f-]{36}$/);
      assert.match(response.headers.get('anthropic-workspace-id'), /^wrkspc_/);
    });

    const harbour = {
      type: 'object',
      properties: {
        port: { type: 'string' },
        days: { type: 'integer', minimum: 1, maximum: 7 },
        unit: { type: 'string', enum: ['m', 'ft'] },
      },
      required: ['port', 'unit'],
      additionalProperties: false,
    };
    const checkHarbour = (value) => {
      assert.deepEqual(Object.keys(value).sort(), ['days', 'port', 'unit']);
      assert.ok(value.port.length > 0);
      assert.ok(Number.isInteger(value.days) && value.days >= 1 && value.days <= 7);
      assert.ok(['m', 'ft'].includes(value.unit));
    };

    test('a forced tool is called with an input that fits its schema, however short', async () => {
      for (const max_tokens of [1, 30, 8000]) {
        const message = await client.messages.create({
          ...hello,
          model: 'claude-haiku-4-5',
          max_tokens,
          tools: [{ name: 'tide_table', description: 'Tides', input_schema: harbour }],
          tool_choice: { type: 'tool', name: 'tide_table' },
        });
        assert.equal(message.stop_reason, 'tool_use');
        const call = message.content.find((block) => block.type === 'tool_use');
        assert.equal(call.name, 'tide_table');
        assert.match(call.id, /^toolu_/);
        checkHarbour(call.input);
      }
    });

    test('structured output fits its schema, whole and streamed', async () => {
      const request = { ...hello, output_config: { format: { type: 'json_schema', schema: harbour } } };
      const whole = await client.messages.create(request);
      checkHarbour(JSON.parse(whole.content[0].text));
      const streamed = await client.messages.stream(request).finalMessage();
      checkHarbour(JSON.parse(streamed.content[0].text));
    });

    test('a tool that was called and not answered is refused', async () => {
      const call = { type: 'tool_use', id: 'toolu_1', name: 'tide_table', input: {} };
      const messages = [
        ...hello.messages,
        { role: 'assistant', content: [call] },
        { role: 'user', content: 'and?' },
      ];
      await assert.rejects(client.messages.create({ ...hello, messages }), (error) => {
        assert.equal(error.status, 400);
        assert.match(error.message, /`tool_use` ids were found without `tool_result` blocks/);
        return true;
      });
    });

    test('a streamed tool call arrives as JSON in pieces', async () => {
      const stream = client.messages.stream({
        ...hello,
        max_tokens: 8000,
        tools: [{ name: 'tide_table', input_schema: { type: 'object' } }],
      });
      const message = await stream.finalMessage();
      const call = message.content.find((block) => block.type === 'tool_use');
      assert.equal(call.name, 'tide_table');
      assert.equal(typeof call.input, 'object');
    });

    test('thinking comes before the answer and counts as output', async () => {
      const stream = client.messages.stream({
        ...hello,
        model: 'claude-haiku-4-5',
        max_tokens: 4000,
        thinking: { type: 'enabled', budget_tokens: 1024 },
      });
      const message = await stream.finalMessage();
      assert.equal(message.content[0].type, 'thinking');
      assert.ok(message.content[0].thinking.length > 0);
      assert.ok(message.content[0].signature.length > 0);
      assert.equal(message.content[1].type, 'text');
    });

    test('a stop sequence ends the answer before itself', async () => {
      const message = await client.messages.create({ ...hello, max_tokens: 800, stop_sequences: ['.'] });
      assert.equal(message.stop_reason, 'stop_sequence');
      assert.equal(message.stop_sequence, '.');
      assert.ok(!message.content.some((block) => block.text.includes('.')));
    });

    test('max_tokens ends the answer', async () => {
      const message = await client.messages.create({ ...hello, max_tokens: 3 });
      assert.equal(message.stop_reason, 'max_tokens');
      assert.equal(message.usage.output_tokens, 3);
    });

    test('max_tokens 0 warms the cache and says nothing', async () => {
      const system = [
        { type: 'text', text: 'warm '.repeat(3000), cache_control: { type: 'ephemeral' } },
      ];
      const warmed = await client.messages.create({ ...hello, system, max_tokens: 0 });
      assert.deepEqual(warmed.content, []);
      assert.equal(warmed.stop_reason, 'max_tokens');
      assert.ok(warmed.usage.cache_creation_input_tokens > 2000);
      const next = await client.messages.create({ ...hello, system });
      assert.equal(next.usage.cache_read_input_tokens, warmed.usage.cache_creation_input_tokens);
    });

    test('tokens are counted as they are billed', async () => {
      const { model, messages } = hello;
      const counted = await client.messages.countTokens({ model, messages });
      const message = await client.messages.create(hello);
      assert.equal(counted.input_tokens, message.usage.input_tokens);
    });

    test('models are listed page by page, and one is found by its id', async () => {
      const ids = [];
      for await (const model of client.models.list({ limit: 3 })) ids.push(model.id);
      assert.ok(ids.includes('claude-opus-5-5') && ids.includes('claude-haiku-5-5'));
      assert.equal(new Set(ids).size, ids.length);
      const model = await client.models.retrieve('claude-sonnet-5-5');
      assert.equal(model.type, 'model');
      assert.equal(model.max_input_tokens, 1_000_000);
    });

    test('a refusal on demand is an answer, not an error', async () => {
      const message = await client.messages.create(hello, { headers: { 'sluice-fault': 'refusal' } });
      assert.equal(message.stop_reason, 'refusal');
    });
  });
}

describe('prompt cache', () => {
  let mock;
  before(async () => {
    mock = await startMock(['--latency', 'off'], {
      sluice: 1,
      organization: {
        tier: 'start',
        workspaces: [{ name: 'team' }],
        keys: [{ name: 'main' }, { name: 'team-key', workspace: 'team' }],
      },
      workloads: [
        { model: 'sonnet-5.5', arrivals: { type: 'poisson', rate: '1/min' }, input: 100, output: 40 },
      ],
    });
  });
  after(() => mock.stop());

  const prompt = (turns) => ({
    model: 'claude-sonnet-5-5',
    max_tokens: 20,
    system: [{ type: 'text', text: 'rule '.repeat(2000), cache_control: { type: 'ephemeral', ttl: '1h' } }],
    messages: turns.map((content, i) => ({
      role: i % 2 === 0 ? 'user' : 'assistant',
      content: [
        i === turns.length - 1
          ? { type: 'text', text: content, cache_control: { type: 'ephemeral' } }
          : { type: 'text', text: content },
      ],
    })),
  });

  test('a conversation reads what its last turn wrote, by TTL', async () => {
    const client = clientOf(sdks[0], mock);
    const first = (await client.messages.create(prompt(['one']))).usage;
    assert.ok(first.cache_creation.ephemeral_1h_input_tokens > 1500);
    assert.ok(first.cache_creation.ephemeral_5m_input_tokens > 0);
    assert.equal(first.cache_read_input_tokens, 0);
    const second = (await client.messages.create(prompt(['one', 'answer', 'two']))).usage;
    assert.equal(second.cache_read_input_tokens, first.cache_creation_input_tokens);
    assert.ok(second.cache_creation.ephemeral_5m_input_tokens > 0);
    assert.equal(second.cache_creation.ephemeral_1h_input_tokens, 0);
  });

  test('workspaces do not share a cache', async () => {
    const other = clientOf(sdks[0], mock, { apiKey: mock.keys['team-key'] });
    const usage = (await other.messages.create(prompt(['one']))).usage;
    assert.equal(usage.cache_read_input_tokens, 0);
  });

  test('automatic caching sets its own breakpoint', async () => {
    const client = clientOf(sdks[0], mock);
    const request = {
      model: 'claude-sonnet-5-5',
      max_tokens: 20,
      cache_control: { type: 'ephemeral' },
      messages: [{ role: 'user', content: 'story '.repeat(3000) }],
    };
    const first = (await client.messages.create(request)).usage;
    const second = (await client.messages.create(request)).usage;
    assert.ok(first.cache_creation_input_tokens > 2000);
    assert.equal(second.cache_read_input_tokens, first.cache_creation_input_tokens);
  });
});
