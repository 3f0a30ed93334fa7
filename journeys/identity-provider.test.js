// Logging in by the organisation's identity provider: bound at the first login, known at the second, refused to strangers,
// left together. The provider is a certified one from npm, on loopback. Clause N4.7.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { logIn, person, startBrowser, words } from "./lib/browser.js";
import { assertNone, look } from "./lib/look.js";
import { startProvider } from "./lib/provider.js";
import { freePort, startConsole } from "./lib/server.js";

const folder = process.env.XUNWANG_SCREENS;
/** By the number that they type at the provider: what it calls them. */
const PEOPLE = {
  "u-100": { preferred_username: "jianguan", email: "jianguan@qinghu.example", email_verified: true },
  "u-200": { preferred_username: "lairen", email: "lairen@elsewhere.example", email_verified: true },
};
let browser, console_, provider;

before(async () => {
  browser = await startBrowser();
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  provider = await startProvider(address, PEOPLE);
  const options = ["--seed", "--second-factor", "optional", "--public-address", address];
  const own = ["--oidc-issuer", provider.issuer, "--oidc-client", "xunwang"];
  const environment = { XUNWANG_OIDC_SECRET: provider.secret };
  console_ = await startConsole([...options, ...own], undefined, { environment, port });
});
after(async () => {
  await browser?.close();
  await console_?.stop();
  await provider?.stop();
});

/** Presses the button and logs in at the provider. */
async function come(page, number) {
  await page.goto(`${console_.address}/login?next=%2Faccount`);
  await page.click('a:has-text("用统一身份认证登录")');
  await page.fill("input[name=number]", number);
  await page.click('button:has-text("登录")');
  await page.waitForURL((url) => url.origin === console_.address);
}

test("the first login binds the person whom the provider names", async () => {
  const page = await person(browser);
  await page.goto(`${console_.address}/login`);
  assertNone(await look(page, "nobody-login-by-provider", folder));
  await come(page, "u-100");
  assert.equal(new URL(page.url()).pathname, "/account", "back where he wanted to go");
  assert.match(await words(page), /jianguan/);
  await page.goto(`${console_.address}/sites`);
  assert.match(await words(page), /青禾县/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("an administrator sees whose account it is", async () => {
  const page = await person(browser);
  await logIn(page, console_.address, "security", console_.passwords.security);
  await page.goto(`${console_.address}/people?q=jianguan`);
  await page.click("main tbody a");
  await page.waitForLoadState();
  assert.match(await words(page), /u-100/);
  assertNone(await look(page, "security-person-bound", folder));
  await page.context().close();
});

test("the second login comes in without a new binding, though his name there has changed", async () => {
  PEOPLE["u-100"].preferred_username = "lingdao";
  const page = await person(browser);
  await come(page, "u-100");
  assert.match(await words(page), /jianguan/);

  // Leaving us, he leaves the provider too, and it asks again who he is.
  await page.click('button:has-text("退出")');
  await page.waitForURL((url) => url.origin === provider.issuer);
  await page.click("button[value=yes]");
  await page.waitForURL(`${console_.address}/login*`);
  await page.click('a:has-text("用统一身份认证登录")');
  await page.waitForSelector("input[name=number]");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("somebody whom nobody has added is refused and told whom to ask", async () => {
  const page = await person(browser);
  await come(page, "u-200");
  assert.match(await words(page), /lairen.*没有这个人员[\s\S]*安全管理员/);
  page.complaints.splice(0); // Chromium itself tells of an answer that is a refusal.
  assertNone(await look(page, "nobody-login-refused", folder));
  await page.goto(`${console_.address}/account`);
  assert.match(page.url(), /\/login\?next=/, "he is not in");
  await page.context().close();
});

test("while the provider is away passwords still do", async () => {
  const page = await person(browser);
  await provider.stop();
  provider = undefined;
  // What the provider said of itself is still known, so the way leads to nobody; a console that starts now says so.
  const { folder: data } = console_;
  const { port } = new URL(console_.address);
  await console_.stop({ keep: true });
  const options = ["--second-factor", "optional", "--public-address", `http://127.0.0.1:${port}`];
  const own = ["--oidc-issuer", "http://127.0.0.1:9", "--oidc-client", "xunwang"];
  const { passwords } = console_;
  console_ = await startConsole([...options, ...own], data, { environment: { XUNWANG_OIDC_SECRET: "x" }, port });
  await page.goto(`${console_.address}/login`);
  await page.click('a:has-text("用统一身份认证登录")');
  assert.match(await words(page), /连不上统一身份认证服务（对方没有开放这个端口）/);
  page.complaints.splice(0);
  assertNone(await look(page, "nobody-login-provider-away", folder));
  await logIn(page, console_.address, "lingdao", passwords.lingdao);
  await page.goto(`${console_.address}/account`);
  assert.match(await words(page), /lingdao/);
  await page.context().close();
});
