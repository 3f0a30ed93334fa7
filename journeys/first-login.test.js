// The first hour of a new system: a printed password that must be changed, a phone that must be bound. Clause N4.7.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { logIn, person, startBrowser, words } from "./lib/browser.js";
import { phoneCode, startConsole } from "./lib/server.js";

const NEW = "Dongting-River-93";
let browser, console_;

before(async () => {
  browser = await startBrowser();
  console_ = await startConsole();
});
after(async () => {
  await browser?.close();
  await console_?.stop();
});

test("an administrator changes his first password, binds his phone, and comes in with both", async () => {
  const { address, passwords } = console_;
  assert.deepEqual(Object.keys(passwords).sort(), ["audit", "security", "system"]);
  const page = await person(browser);
  await logIn(page, address, "system", "not-the-password");
  assert.match(await words(page), /不对/);
  assert.equal(await page.inputValue("#f-login"), "system", "what was typed stays");
  await logIn(page, address, "system", passwords.system);
  assert.match(await words(page), /完成账号设置/);

  // Nothing else is open before the password is his own.
  await page.goto(`${address}/units`);
  assert.doesNotMatch(await words(page), /新增下级/);
  await page.goto(`${address}/account/password`);
  await page.fill("#f-old", passwords.system);
  await page.fill("#f-new", "short");
  await page.fill("#f-again", "other");
  await page.click('main button:has-text("保存")');
  assert.match(await page.textContent("#e-new"), /太短/);
  assert.match(await page.textContent("#e-again"), /不一样/);
  await page.fill("#f-old", passwords.system);
  await page.fill("#f-new", NEW);
  await page.fill("#f-again", NEW);
  await page.click('main button:has-text("保存")');
  await page.waitForURL(`${address}/`);

  await page.goto(`${address}/account/phone`);
  const letters = await page.textContent("#letters");
  await page.fill("#f-code", "000000");
  await page.click('main button:has-text("绑定")');
  assert.match(await page.textContent("#e-code"), /动态码不对/);
  assert.equal(await page.textContent("#letters"), letters, "the phone need not be asked to read again");
  await page.fill("#f-code", phoneCode(letters));
  await page.click('main button:has-text("绑定")');
  await page.waitForURL(`${address}/`);
  assert.doesNotMatch(await words(page), /完成账号设置/);
  await page.goto(`${address}/units`);
  assert.match(await words(page), /监管中心/);

  await page.click('button:has-text("退出")');
  await page.waitForURL(/\/login/);
  await logIn(page, address, "system", NEW);
  assert.match(await words(page), /不对/, "without the code the password alone opens nothing");
  await logIn(page, address, "system", passwords.system, phoneCode(letters, 30));
  assert.match(await words(page), /不对/, "the old password opens nothing");
  await logIn(page, address, "system", NEW, phoneCode(letters, 30));
  await page.goto(`${address}/units`);
  assert.match(await words(page), /监管中心/);
  await page.context().close();
});
