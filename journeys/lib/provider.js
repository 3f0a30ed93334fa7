// A certified OpenID Connect provider on loopback (oidc-provider from npm), with people of its own.
import { createServer } from "node:http";
import { once } from "node:events";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import Provider from "oidc-provider";

/** A port that is free now. Somebody else may take it before it is used; then the start says so. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
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
    pkce: { required: () => true },
    findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
  });
  const server = createServer(provider.callback()).listen(port, "127.0.0.1");
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
