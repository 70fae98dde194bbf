// A plain Node.js server that answers like the mock: it reads and parses the body, and sends a message of the same shape
// with the same kinds of header fields. Prints its URL. Usage: node http_server.js [port]
'use strict';
const http = require('node:http');

let count = 0;

function answer(request, text, response) {
  let question;
  try {
    question = JSON.parse(text);
  } catch {
    response.writeHead(400, {'content-type': 'application/json'});
    response.end('{"type":"error","error":{"type":"invalid_request_error","message":"not JSON"}}');
    return;
  }
  const id = String(++count).padStart(24, '0');
  const body = JSON.stringify({
    id: 'msg_01' + id.slice(2),
    type: 'message',
    role: 'assistant',
    model: question.model,
    content: [{type: 'text', text: 'A token bucket refills at a steady rate and holds at most its size; a request takes what it '
      + 'needs, or waits until enough has come in.'}],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: {input_tokens: Math.ceil(text.length / 4), cache_creation_input_tokens: 0, cache_read_input_tokens: 0,
            cache_creation: {ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0}, output_tokens: 33,
            service_tier: 'standard'},
  });
  const reset = new Date(Date.now() + 1000).toISOString();
  const fields = {'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'request-id': 'req_01' + id.slice(2),
                  'anthropic-organization-id': '00000000-0000-4000-8000-000000000000'};
  for (const kind of ['requests', 'tokens', 'input-tokens', 'output-tokens']) {
    fields[`anthropic-ratelimit-${kind}-limit`] = 4000000;
    fields[`anthropic-ratelimit-${kind}-remaining`] = 3999000;
    fields[`anthropic-ratelimit-${kind}-reset`] = reset;
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
