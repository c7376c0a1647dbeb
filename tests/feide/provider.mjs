// The OpenID provider: oidc-provider with Feide's addresses, scopes and claims, and one client.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { interactionPolicy, Provider } from 'oidc-provider';
import { Memory } from './memory.mjs';
import { errorPage } from './pages.mjs';
import { claims, SCOPES, subject } from './people.mjs';

export const CLIENT = { id: 'lommebevis-issuer', secret: 'stand-in-secret', name: 'Lommebevis' };

export function feideProvider({ issuer, redirect, people }) {
  const bySubject = new Map(people.map((person) => [subject(person), person]));
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

  // Feide remembers who is logged in; the stand-in asks every time, so that one browser can try several people.
  const prompts = interactionPolicy.base();
  prompts.get('login').checks.add(
    new interactionPolicy.Check('asks_every_time', 'the stand-in asks every time', (ctx) =>
      ctx.oidc.result?.login ? interactionPolicy.Check.NO_NEED_TO_PROMPT : interactionPolicy.Check.REQUEST_PROMPT),
  );

  const provider = new Provider(issuer, {
    adapter: Memory,
    clients: [{
      client_id: CLIENT.id, client_secret: CLIENT.secret, client_name: CLIENT.name, redirect_uris: redirect,
      grant_types: ['authorization_code'], response_types: ['code'], token_endpoint_auth_method: 'client_secret_basic', id_token_signed_response_alg: 'RS256',
    }],
    jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomBytes(32).toString('hex')], short: { path: '/', sameSite: 'lax' }, long: { path: '/', sameSite: 'lax' } },
    routes: { authorization: '/oauth/authorization', token: '/oauth/token', userinfo: '/openid/userinfo', jwks: '/openid/jwks', end_session: '/openid/endsession' },
    scopes: Object.keys(SCOPES),
    claims: SCOPES,
    // As Feide does, the ID token says who; the userinfo says the rest.
    conformIdTokenClaims: true,
    pkce: { methods: ['S256'], required: () => true },
    responseTypes: ['code'],
    subjectTypes: ['public'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
    ttl: { AccessToken: 28800, AuthorizationCode: 600, Grant: 28800, IdToken: 3600, Interaction: 3600, Session: 3600 },
    features: { devInteractions: { enabled: false } },
    interactions: { policy: prompts, url: (_ctx, interaction) => `/login/${interaction.uid}` },
    findAccount: (ctx, sub) => {
      const person = bySubject.get(sub);
      return person && { accountId: sub, claims: async () => claims(person, ctx.oidc.client?.clientId ?? CLIENT.id) };
    },
    // What Feide may tell a service is agreed with the service's owner, not asked of the person.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope([...ctx.oidc.requestParamScopes].join(' '));
      await grant.save();
      return grant;
    },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = errorPage('Tjenesten spør på en måte som ikke går', `${out.error}: ${out.error_description ?? ''}`);
    },
  });
  return { provider, personOf: (sub) => bySubject.get(sub) };
}
