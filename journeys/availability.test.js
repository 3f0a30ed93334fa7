// A site that does not answer: seen twice, told once, silenced by whoever knows why. Clauses N2.1, N5.2.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { logIn, person, startBrowser, words } from "./lib/browser.js";
import { startConsole } from "./lib/server.js";
import { siteOf, until, visit } from "./lib/world.js";

let browser, console_;

before(async () => {
  browser = await startBrowser();
  console_ = await startConsole(["--seed", "--second-factor", "optional"]);
});
after(async () => {
  await browser?.close();
  await console_?.stop();
});

async function as(login) {
  const page = await person(browser);
  await logIn(page, console_.address, login, console_.passwords[login]);
  return page;
}

test("the strip of a site tells in words what its colours show", async () => {
  const { address } = console_;
  const page = await as("jianguan");
  const sound = await siteOf(page, address, "青湖省教育厅");
  await visit(page, address, sound);
  assert.match(await words(page), /今日可用率\s*100/);
  const strip = page.locator(".strip").first();
  assert.match(await strip.getAttribute("aria-label"), /./, "those who hear it get the same");
  assert.ok((await strip.locator(".up").count()) > 0);
  // The same as a table, for whoever wants numbers.
  await page.locator("details summary").first().click();
  assert.match(await page.locator("details table").first().innerText(), /可用率/);
  await page.goto(address + sound);
  assert.match(await words(page), /可用性/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("two failed visits make an incident and an alert, which is silenced with a reason", async () => {
  const { address } = console_;
  const page = await as("jianguan");
  const down = await siteOf(page, address, "松林县林业局");
  const path = await visit(page, address, down);
  await visit(page, address, down);
  await until(page, async () => (await page.locator('main .badge:text-is("未恢复")').count()) > 0);
  await page.goto(`${address}/incidents?state=open`);
  assert.match(await words(page), /松林县林业局/);

  await page.goto(`${address}/alerts?kind=unreachable`);
  await page.click('main td a:has-text("松林县林业局")');
  assert.match(await words(page), /未确认/);
  await page.fill("#reason", "机房断电检修到下午");
  const alert = page.url();
  await page.click('main button:text-is("静默")');
  await page.waitForSelector('main [role=status]:has-text("已设置 1 个静默")');
  await page.goto(alert);
  assert.match(await words(page), /机房断电检修到下午/);
  await page.click('button:has-text("确认，我来处理")');
  await page.waitForSelector("main [role=status]");
  await page.goto(alert);
  assert.match(await words(page), /已确认/);
  await page.goto(`${address}/alert-silences`);
  assert.match(await words(page), /松林县林业局[\s\S]*机房断电检修到下午/);
  await page.goto(address + path);
  assert.match(await words(page), /故障/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();

  // Another city's people see nothing of it.
  const other = await as("beishan");
  await other.goto(`${address}/alerts`);
  assert.doesNotMatch(await words(other), /松林县/);
  assert.equal((await other.goto(address + path)).status(), 404);
  await other.context().close();
});
