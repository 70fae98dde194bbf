import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { hello, newest, organization, startMock } from './support.mjs';

const limits = { requests_per_minute: 100, input_tokens_per_minute_cache_aware: 100_000 };
const owned = organization(limits, {
  workspaces: [{ name: 'web' }, { name: 'app' }],
  keys: [{ name: 'first', workspace: 'web' }, { name: 'second' }, { name: 'third' }],
  spend: { organization_limit: 12.5, cap: 500 },
});

async function all(pages) {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
}

describe('Admin API', () => {
  let mock;
  let admin;
  before(async () => {
    mock = await startMock(['--latency', 'off'], owned);
    admin = new newest.module.Anthropic({ apiKey: mock.adminKey, baseURL: mock.url, maxRetries: 0 });
  });
  after(() => mock.stop());

  test('keys and workspaces come page by page', async () => {
    const keys = await all(admin.organization.apiKeys.list({ limit: 1 }));
    assert.deepEqual(keys.map((key) => key.name), ['first', 'second', 'third']);
    assert.equal(keys[0].scope.type, 'workspace');
    const workspaces = await all(admin.organization.workspaces.list({ limit: 1 }));
    assert.deepEqual(workspaces.map((workspace) => workspace.name), ['web', 'app']);
  });

  test("a workspace's limit that is written holds for the next request", async () => {
    const client = new newest.module.Anthropic({ apiKey: mock.apiKey, baseURL: mock.url, maxRetries: 0 });
    await client.messages.create(hello);
    const [web] = await all(admin.organization.workspaces.list());
    const [entry] = await all(admin.organization.rateLimits.list({ model: 'claude-sonnet-5-5' }));
    const change = { workspace_id: web.id, limits: [{ type: 'requests_per_minute', value: 1 }] };
    const changed = await admin.organization.workspaces.rateLimits.update(entry.id, change);
    assert.equal(changed.rate_limit_id, entry.id);
    assert.equal(changed.limits[0].org_limit, 100);
    await client.messages.create(hello);
    await assert.rejects(client.messages.create(hello), newest.module.RateLimitError);
  });

  test('an unknown model has no rate limits', async () => {
    await assert.rejects(
      async () => admin.organization.rateLimits.list({ model: 'claude-none' }),
      newest.module.NotFoundError,
    );
  });

  test('spend limits are in cents', async () => {
    const [limit, cap] = await all(admin.beta.organization.spendLimits.list());
    assert.equal(cap.scope.type, 'usage_tier');
    assert.equal(limit.amount, '1250');
  });

  test('a key that is disabled is refused', async () => {
    const [first] = await all(admin.organization.apiKeys.list());
    await admin.organization.apiKeys.update(first.id, { status: 'inactive' });
    const client = new newest.module.Anthropic({ apiKey: mock.apiKey, baseURL: mock.url, maxRetries: 0 });
    await assert.rejects(client.messages.create(hello), newest.module.PermissionDeniedError);
    await admin.organization.apiKeys.update(first.id, { status: 'active' });
  });

  test('an API key is nobody here', async () => {
    const client = new newest.module.Anthropic({ apiKey: mock.apiKey, baseURL: mock.url, maxRetries: 0 });
    await assert.rejects(async () => client.organization.retrieve(), newest.module.AuthenticationError);
  });
});
