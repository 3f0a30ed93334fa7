// Everything works where script is switched off: the machines of small offices are old. Clause N5.1.
// Keys instead of clicks: Playwright waits for a steady picture before a click, and pages without script draw none.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { logIn, person, startBrowser, words } from "./lib/browser.js";
import { startConsole } from "./lib/server.js";

let browser, console_;

before(async () => {
  browser = await startBrowser();
  console_ = await startConsole(["--seed", "--second-factor", "optional"]);
});
after(async () => {
  await browser?.close();
  await console_?.stop();
});

test("a site is found, changed wrongly, changed rightly, without script", async () => {
  const { address, passwords } = console_;
  const page = await person(browser, { javaScriptEnabled: false });
  await logIn(page, address, "jianguan", passwords.jianguan);
  await page.goto(`${address}/sites`);
  await page.fill("#q", "青禾县农业农村局");
  await page.press('button:has-text("筛选")', "Enter");
  await page.press('main a:has-text("青禾县农业农村局")', "Enter");
  await page.press('a:has-text("修改")', "Enter");
  await page.fill("#f-leader", "副县长庚");
  await page.fill("#f-home", "www.wrong.example");
  await page.press('main button:has-text("保存")', "Enter");
  assert.match(await page.textContent("#e-home"), /http/);
  assert.equal(await page.inputValue("#f-leader"), "副县长庚", "nothing that was typed is lost");
  assert.equal(await page.inputValue("#f-home"), "www.wrong.example");
  await page.fill("#f-home", "http://www.right.example/");
  await page.press('main button:has-text("保存")', "Enter");
  await page.waitForURL(/\/sites\/\d+$/);
  const site = await page.textContent("main");
  assert.match(site, /副县长庚/);
  assert.match(site, /www\.right\.example/);
  await page.press('button:has-text("退出")', "Enter");
  await page.waitForURL(/\/login/);
  await page.context().close();
});

test("on a phone the menu opens without script, too", async () => {
  const { address, passwords } = console_;
  const page = await person(browser, { javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  await logIn(page, address, "jianguan", passwords.jianguan);
  await page.press(".navbar-toggler", "Enter");
  const line = page.locator('#menu a[href="/sites"]');
  await line.waitFor({ state: "visible" });
  await line.press("Enter");
  await page.waitForURL(/\/sites$/);
  await page.context().close();
});
