// A certified OpenID Connect provider on loopback (oidc-provider from npm), with people of its own.
import { createServer } from "node:http";
import { once } from "node:events";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import Provider from "oidc-provider";
import { freePort } from "./server.js";

/** A page of the provider. It loads nothing from anywhere, as everything here. */
function page(body) {
  return `<!doctype html><html lang="zh-CN"><title>统一身份认证</title><link rel="icon" href="data:,"><body>${body}</body></html>`;
}

/** Takes what somebody types as his number; any number of somebody whom the provider knows will do. */
async function interact(provider, people, request, response) {
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(page('<form method="post"><input name="number" aria-label="编号"><button>登录</button></form>'));
    return;
  }
  let body = "";
  for await (const part of request) body += part;
  const accountId = new URLSearchParams(body).get("number");
  const result = people[accountId] ? { login: { accountId } } : { error: "access_denied", error_description: "没有这个账号" };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

/** Consent is given once for all: these are the office's own systems. */
async function consent({ oidc }) {
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope("openid profile email");
  await grant.save();
  return grant;
}

/** Starts it for one client, the console at `address`. `people` holds claims by the number that somebody types as his login. */
export async function startProvider(address, people) {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const secret = randomBytes(24).toString("base64url");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "xunwang",
        client_secret: secret,
        redirect_uris: [`${address}/login/oidc/back`],
        post_logout_redirect_uris: [`${address}/login`],
      },
    ],
    claims: { openid: ["sub"], profile: ["preferred_username"], email: ["email", "email_verified"] },
    cookies: { keys: [randomBytes(24).toString("hex")] },
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", kid: "journey" }] },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        logoutSource(context, form) {
          context.body = page(`${form}<button form="op.logoutForm" name="logout" value="yes">退出</button>`);
        },
      },
    },
    interactions: { url: (_, { uid }) => `/enter/${uid}` },
    loadExistingGrant: consent,
    pkce: { required: () => true },
    findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
  });
  const usual = provider.callback();
  const server = createServer((request, response) => {
    if (!request.url.startsWith("/enter/")) return usual(request, response);
    interact(provider, people, request, response).catch((error) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  }).listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    issuer,
    secret,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
