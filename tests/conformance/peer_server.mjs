// A server that speaks the Messages API without a line of sluice's: what `sluice replay` finds where the
// other side has another HTTP library, tokenizer and way with errors. Prints its URL, serves until killed.
//
//   POST /v1/messages, /v1/messages/count_tokens    answers, streamed if asked
//   POST /limited/v1/messages                       refuses the first attempt of every request with 429
//   GET /journal                                    what came, in order: [{at, path, attempt, ...}]
//
// Its tokenizer makes four tokens of three words. A stream's first token comes after 40 ms, each further
// one 2 ms later. A refusal says how long to wait and not why.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const firstToken = 40;
const nextToken = 2;
const journal = [];

// Node counts a pause from the turn of its loop, which may have begun long before.
async function pause(milliseconds) {
  const until = performance.now() + milliseconds;
  while (performance.now() < until) await sleep(Math.max(1, until - performance.now()));
}

const textOf = (content) =>
  typeof content === 'string' ? content : content.map((block) => block.text).join(' ');

function tokensOf({ system = '', messages }) {
  const texts = [textOf(system), ...messages.map((message) => textOf(message.content))];
  const words = texts.flatMap((text) => text.split(/\s+/)).filter(Boolean).length;
  return Math.round((words * 4) / 3) + 7;
}

const answerTo = (request, content, stop) => ({
  id: `msg_peer${journal.length}`,
  type: 'message',
  role: 'assistant',
  model: request.model,
  content,
  stop_reason: stop,
  stop_sequence: null,
});

async function stream(request, usage, response) {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const send = (type, rest) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`);
  send('message_start', { message: { ...answerTo(request, [], null), usage: { ...usage, output_tokens: 1 } } });
  send('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  send('ping', {});
  await pause(firstToken);
  for (let i = 0; i < usage.output_tokens; ++i) {
    if (i > 0) await pause(nextToken);
    send('content_block_delta', { index: 0, delta: { type: 'text_delta', text: `wört${i} ` } });
  }
  send('content_block_stop', { index: 0 });
  send('message_delta', {
    delta: { stop_reason: 'max_tokens', stop_sequence: null },
    usage: { output_tokens: usage.output_tokens },
  });
  send('message_stop', {});
  response.end();
}

function refuse(response) {
  response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '1' });
  response.end(JSON.stringify({ type: 'error', error: { type: 'rate_limit_error', message: 'not now' } }));
}

async function bodyOf(incoming) {
  const parts = [];
  for await (const part of incoming) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString());
}

async function answer(incoming, response) {
  const json = (status, value) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };
  if (incoming.url === '/journal') return json(200, journal);
  if (incoming.method !== 'POST') return json(404, {});
  const at = performance.now();
  const request = await bodyOf(incoming);
  const input = tokensOf(request);
  if (incoming.url.endsWith('/count_tokens')) return json(200, { input_tokens: input });
  const attempt = Number(incoming.headers['x-stainless-retry-count']) + 1;
  const text = textOf(request.messages[0].content);
  journal.push({ at, path: incoming.url, attempt, input, text, port: incoming.socket.remotePort });
  if (incoming.url.startsWith('/limited') && attempt === 1) return refuse(response);
  const usage = { input_tokens: input, output_tokens: request.max_tokens };
  if (request.stream) return stream(request, usage, response);
  return json(200, { ...answerTo(request, [{ type: 'text', text: 'done' }], 'max_tokens'), usage });
}

const server = createServer((incoming, response) => {
  answer(incoming, response).catch((error) => {
    console.error(error);
    response.destroy();
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
