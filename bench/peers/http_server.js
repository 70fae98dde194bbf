// A plain Node.js server that answers like the mock with an answer of the same size: it reads and parses the body, counts
// its words, makes ids, keeps four token buckets, draws the words of the answer and writes the same header fields.
// Prints its URL. Usage: node http_server.js [port]
'use strict';
const http = require('node:http');
const {randomFillSync} = require('node:crypto');

const WORDS = ('near fall serve to food often also simple feet several next road land river plant fish no short care kind '
  + 'word put slow make long came family three must more on ground pattern write much build certain letter list').split(' ');
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

class Bucket {
  constructor(limit) {
    this.limit = limit;
    this.level = limit;
    this.at = Date.now();
  }
  // What is left after `amount` has been taken.
  take(amount) {
    const now = Date.now();
    this.level = Math.min(this.limit, this.level + (now - this.at) * this.limit / 60000) - amount;
    this.at = now;
    return this.level;
  }
  fullAt() {
    return new Date(this.at + (this.limit - this.level) * 60000 / this.limit).toISOString();
  }
}

const buckets = {requests: new Bucket(1e9), tokens: new Bucket(2e11), 'input-tokens': new Bucket(1e11),
                 'output-tokens': new Bucket(1e11)};
const random = Buffer.alloc(8192);
let used = random.length;

function makeId(prefix) {
  if (used + 22 > random.length) {
    randomFillSync(random);
    used = 0;
  }
  let id = prefix;
  for (let end = used + 22; used < end; ++used) id += BASE58[random[used] % 58];
  return id;
}

function makeText(tokens) {
  let text = '';
  for (let i = 0; i < tokens; ++i) text += (i === 0 ? '' : ' ') + WORDS[Math.floor(Math.random() * WORDS.length)];
  return text;
}

function answer(request, text, response) {
  let question;
  try {
    question = JSON.parse(text);
  } catch {
    response.writeHead(400, {'content-type': 'application/json'});
    response.end('{"type":"error","error":{"type":"invalid_request_error","message":"not JSON"}}');
    return;
  }
  let input = 0;
  for (const message of question.messages) input += message.content.split(' ').length;
  const output = question.max_tokens;
  const body = JSON.stringify({
    id: makeId('msg_01'),
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-4-5-20251001',
    content: [{type: 'text', text: makeText(output)}],
    stop_reason: 'max_tokens',
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: {input_tokens: input, cache_creation_input_tokens: 0, cache_read_input_tokens: 0,
            cache_creation: {ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0}, output_tokens: output,
            output_tokens_details: {thinking_tokens: 0}, server_tool_use: null, service_tier: 'standard',
            inference_geo: 'global', speed: 'standard'},
  });
  const fields = {'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'request-id': makeId('req_01'),
                  'anthropic-organization-id': '00000000-0000-4000-8000-000000000000',
                  'anthropic-workspace-id': 'wrkspc_01Cqdehn14xZkdwvRYPxPGdM'};
  const taken = {requests: 1, tokens: input + output, 'input-tokens': input, 'output-tokens': output};
  for (const kind in buckets) {
    const bucket = buckets[kind];
    fields[`anthropic-ratelimit-${kind}-limit`] = bucket.limit;
    fields[`anthropic-ratelimit-${kind}-remaining`] = Math.floor(bucket.take(taken[kind]));
    fields[`anthropic-ratelimit-${kind}-reset`] = bucket.fullAt();
  }
  response.writeHead(200, fields);
  response.end(body);
}

const server = http.createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => answer(request, Buffer.concat(parts).toString(), response));
});
server.keepAliveTimeout = 60000;
server.listen(Number(process.argv[2] || 0), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
