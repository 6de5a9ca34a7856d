// A real OpenID provider: node provider.mjs, its settings as one JSON object in PROVIDER.
// Its own sign-in form takes any password. POST /control/rotate gives it new signing keys, as operators do now and then.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const { port, client, machines, accounts } = JSON.parse(process.env.PROVIDER);
const issuer = `http://127.0.0.1:${port}`;

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'RS256', use: 'sig' };
}

// The key that signs comes first; the one before stays published, so that what it signed can still be checked.
let keys = [];

const claimsOf = (login) => accounts[login] ?? {};

function provider() {
  keys = [newKey(), ...keys].slice(0, 2);
  const made = new Provider(issuer, {
    jwks: { keys },
    clients: [client, ...machines],
    cookies: { keys: ['of no use elsewhere'] },
    claims: { openid: ['sub'], profile: ['name', 'roles', 'creator_id'] },
    scopes: ['openid', 'profile'],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (ctx, resource) => ({
          scope: 'sessions', audience: resource, accessTokenFormat: 'jwt', accessTokenTTL: 600, jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: (ctx, token) => claimsOf(token.accountId ?? token.clientId),
    findAccount: (ctx, sub) => ({ accountId: sub, claims: async () => ({ sub, ...claimsOf(sub) }) }),
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
  });
  made.on('server_error', (ctx, error) => console.error(error));
  return made.callback();
}

let answer = provider();
createServer((request, response) => {
  if (request.method === 'POST' && request.url === '/control/rotate') {
    answer = provider();
    response.end('rotated');
  } else {
    answer(request, response);
  }
}).listen(port, '127.0.0.1', () => console.log('listening'));
