import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { clientOf, hello, newest, startMock } from './support.mjs';

describe('many streams', () => {
  test('200 at once are each whole and in order', async () => {
    const mock = await startMock(['--speed', '20']);
    const client = clientOf(newest, mock, { maxRetries: 0 });
    const ask = async (i) => {
      const stream = client.messages.stream({ ...hello, max_tokens: 50 + i });
      let text = '';
      stream.on('text', (delta) => (text += delta));
      const message = await stream.finalMessage();
      assert.equal(message.content.map((block) => block.text).join(''), text);
      assert.equal(text.split(/\s+/).filter(Boolean).length, message.usage.output_tokens);
      return message.id;
    };
    const ids = await Promise.all(Array.from({ length: 200 }, (_, i) => ask(i)));
    assert.equal(new Set(ids).size, 200);
    const { code, summary } = await mock.stop();
    assert.equal(code, 0);
    assert.match(summary, /200/);
  });

  test('a client that leaves is charged for what was produced, not more', async () => {
    const mock = await startMock([]);
    const client = clientOf(newest, mock, { maxRetries: 0 });
    const stream = client.messages.stream({ ...hello, max_tokens: 20_000, messages: [{ role: 'user', content: 'Leave early.' }] },
      { headers: { 'sluice-request': 'leaver/1/0/0; output=20000' } });
    // A token counts as produced at the end of its time, at whose beginning it is seen.
    let seen = 0;
    await new Promise((resolve) => stream.on('text', () => (seen += 1) === 3 && resolve()));
    stream.abort();
    await assert.rejects(stream.finalMessage(), newest.module.APIUserAbortError);
    let gone;
    for (let tries = 0; tries < 200 && !gone; tries += 1) {
      const { entries } = await mock.get('/_sluice/journal');
      gone = entries.find((entry) => entry.client_gone);
    }
    assert.ok(gone, 'the mock noticed that the client had gone');
    assert.ok(gone.usage.output_tokens > 0 && gone.usage.output_tokens < 5000);
    await mock.stop();
  });

  test('TLS: a certificate made on the spot is refused until it is trusted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-tls-'));
    const certificate = join(folder, 'ca.pem');
    const mock = await startMock(['--tls', 'self-signed', '--tls-cert', certificate, '--latency', 'off']);
    assert.match(mock.url, /^https:/);
    await assert.rejects(clientOf(newest, mock, { maxRetries: 0 }).messages.create(hello), newest.module.APIConnectionError);
    const script = `
      import Anthropic from '@anthropic-ai/sdk';
      const message = await new Anthropic().messages.create(${JSON.stringify(hello)});
      console.log(message.type);`;
    const asked = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname ?? new URL('.', import.meta.url).pathname,
      encoding: 'utf8',
      env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate, ANTHROPIC_BASE_URL: mock.url, ANTHROPIC_API_KEY: mock.apiKey },
    });
    await mock.stop();
    rmSync(folder, { recursive: true });
    assert.equal(asked.stdout.trim(), 'message', asked.stderr);
  });
});
