// Starts the mock as a program of its own, as an application's developer would, and hands out clients
// of both generations of the official SDK.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import * as sdk1 from '@anthropic-ai/sdk';
import * as sdk0 from 'anthropic-sdk-0';

const binary = process.env.SLUICE_BINARY;
if (!binary) throw new Error('SLUICE_BINARY is not set: it names the sluice program under test');

export const sdks = [
  { name: 'SDK 1.x', module: sdk1, apiVersion: '2026-10-21' },
  { name: 'SDK 0.x', module: sdk0, apiVersion: '2023-06-01' },
];
export const newest = sdks[0];

// What the mock prints before it serves: everything up to the line that says how to end it.
function waitForBanner(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    let errors = '';
    child.stderr.on('data', (part) => (errors += part));
    child.stdout.on('data', (part) => {
      text += part;
      if (text.includes('Ctrl-C')) resolve(text);
    });
    child.on('exit', (code) => reject(new Error(`sluice mock ended with ${code}: ${errors}${text}`)));
  });
}

// A mock on a free port. `scenario`: an object, written to a file and served.
// A test that fails leaves its mock behind, for which node would wait for ever.
const running = new Set();
after(() => running.forEach((child) => child.kill('SIGKILL')));

export async function startMock(args = [], scenario = null) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-conformance-'));
  const all = ['mock', '--port', '0', ...args];
  if (scenario) {
    const path = join(folder, 'scenario.json');
    writeFileSync(path, JSON.stringify(scenario));
    all.splice(1, 0, path);
  }
  const child = spawn(binary, all, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const ended = new Promise((resolve) => child.on('exit', (code) => resolve(code)));
  ended.then(() => running.delete(child));
  const banner = await waitForBanner(child);
  let rest = '';
  child.stdout.on('data', (part) => (rest += part));
  const found = (pattern) => banner.match(pattern)?.[1];
  const url = found(/ANTHROPIC_BASE_URL=(\S+)/);
  return {
    url,
    banner,
    apiKey: found(/ANTHROPIC_API_KEY=(\S+)/),
    adminKey: found(/Admin API: (\S+)/),
    // Secrets of the keys behind the first, by name.
    keys: Object.fromEntries([...banner.matchAll(/# key (\S+): (\S+)/g)].map((m) => [m[1], m[2]])),
    async get(path, headers = {}) {
      const response = await fetch(url + path, { headers });
      return response.headers.get('content-type')?.includes('json') ? response.json() : response.text();
    },
    async post(path, body, headers = {}) {
      const response = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
    // The exit code, and what it printed after the banner.
    async stop() {
      child.kill('SIGINT');
      const code = await ended;
      rmSync(folder, { recursive: true });
      return { code, summary: rest };
    },
  };
}

export function clientOf(sdk, mock, options = {}) {
  return new sdk.module.Anthropic({ apiKey: mock.apiKey, baseURL: mock.url, ...options });
}

export const hello = {
  model: 'claude-sonnet-5-5',
  max_tokens: 200,
  messages: [{ role: 'user', content: 'Say hello to the harbour master.' }],
};

// An organization with one small limit and the given rest.
export function organization(limits, rest = {}) {
  return {
    sluice: 1,
    organization: { tier: 'custom', limits: { 'sonnet-5.5': limits }, ...rest },
    workloads: [
      {
        name: 'default',
        model: 'sonnet-5.5',
        arrivals: { type: 'poisson', rate: '60/min' },
        input: 100,
        output: 40,
      },
    ],
  };
}
