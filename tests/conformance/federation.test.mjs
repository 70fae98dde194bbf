import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { oidcFederationProvider } from '@anthropic-ai/sdk/lib/credentials/oidc-federation';
import { hello, newest, organization, startMock } from './support.mjs';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

function identityToken(claims) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const header = encode({ alg: 'RS256', typ: 'JWT', kid: 'test-key' });
  const body = encode({ iss: 'https://issuer.example', sub: 'build:main', aud: 'https://api.anthropic.com', iat: now, exp: now + 600, jti: randomUUID(), ...claims });
  const signature = createSign('RSA-SHA256').update(`${header}.${body}`).sign(privateKey, 'base64url');
  return `${header}.${body}.${signature}`;
}

const federated = organization({}, {
  federation: {
    issuers: [{
      issuer: 'https://issuer.example',
      audiences: ['https://api.anthropic.com'],
      jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'test-key', alg: 'RS256', use: 'sig' }] },
    }],
    rules: [{
      id: 'fdrl_test', issuer: 'https://issuer.example', match: { subject: 'build:*' },
      service_accounts: ['svac_builder'], workspaces: ['default'], token_lifetime_seconds: 600,
    }],
  },
});

describe('workload identity federation', () => {
  async function ask(token) {
    const mock = await startMock(['--latency', 'off', '--keys', 'strict'], federated);
    const state = await mock.get('/_sluice/state');
    const credentials = oidcFederationProvider({
      identityTokenProvider: () => token,
      federationRuleId: 'fdrl_test',
      organizationId: state.organization.id,
      serviceAccountId: 'svac_builder',
      baseURL: mock.url,
      fetch,
    });
    const client = new newest.module.Anthropic({ baseURL: mock.url, credentials, maxRetries: 0 });
    try {
      return await client.messages.create(hello);
    } finally {
      await mock.stop();
    }
  }

  test('an identity token that the rule matches is exchanged for an access token that works', async () => {
    const message = await ask(identityToken({}));
    assert.equal(message.type, 'message');
  });

  test('a subject that no rule matches is denied', async () => {
    await assert.rejects(ask(identityToken({ sub: 'deploy:main' })), /401[^]*Authentication failed/);
  });

  test('a token that has expired is denied', async () => {
    const now = Math.floor(Date.now() / 1000);
    await assert.rejects(ask(identityToken({ iat: now - 700, exp: now - 100 })), /401[^]*Authentication failed/);
  });
});
