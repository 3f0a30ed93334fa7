// What is owed is ordered, reported and accepted; a fault is issued, reported as mended, found again, and judged by somebody
// else; the unit's side on a phone. Clauses N2.8, N5.3.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { logIn, person, startBrowser, words } from "./lib/browser.js";
import { startConsole } from "./lib/server.js";
import { findingOf, finished, order, report, runOf, siteOf, ticket, ticketDeed, until } from "./lib/world.js";

let browser, console_;

before(async () => {
  browser = await startBrowser();
  console_ = await startConsole(["--seed", "--second-factor", "optional"]);
});
after(async () => {
  await browser?.close();
  await console_?.stop();
});

async function as(login, phone = false) {
  const page = await person(browser);
  if (phone) await page.setViewportSize({ width: 390, height: 844 });
  await logIn(page, console_.address, login, console_.passwords[login]);
  return page;
}

test("an order is reported with a proof from a phone and accepted at a desk", async () => {
  const { address } = console_;
  const above = await as("jianguan");
  const path = await order(above, address, "补齐备案信息", "青湖省人民政府办公厅", 5);
  assert.match(await words(above), /第 5 个工作日/);
  const below = await as("wangguan", true);
  await report(below, address, path, "已补齐备案号。");
  assert.ok(await below.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing lies beside the phone");
  await above.goto(`${address}/obligations?state=reported`);
  await above.click('a:text-is("补齐备案信息")');
  await above.click('button[value="accept"]');
  await above.waitForSelector('main .badge:text-is("已办结")');
  assert.deepEqual([...above.complaints, ...below.complaints], []);
  await above.context().close();
  await below.context().close();
});

test("a ticket whose fault is found again goes back, and another person closes it", async () => {
  const { address } = console_;
  const above = await as("jianguan");
  const first = await runOf(above, address, "青禾县人民政府");
  await finished(above, address, first);
  const site = await siteOf(above, address, "青禾县人民政府");
  const path = await ticket(above, address, await findingOf(above, address, site, "common-typo"));
  const below = await as("qinghe", true);
  await below.goto(address);
  assert.match(await words(below), /张整改单没有整改完成/);
  await ticketDeed(below, address, path, "receive", "");
  await ticketDeed(below, address, path, "fix", "已改正，请复查。");
  await below.goto(address + path);
  assert.match(await words(below), /待复查/);
  assert.ok(await below.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing lies beside the phone");
  await ticketDeed(above, address, path, "recheck", "");
  await above.goto(address + path);
  const again = await above.locator('main a[href^="/runs/"]').first().getAttribute("href");
  await finished(above, address, again);
  await above.goto(address + path);
  await until(above, async () => /仍发现 1 处/.test(await words(above)));
  await ticketDeed(below, address, path, "fix", "这次确实改好了，见附件。", "截图.png");
  await ticketDeed(above, address, path, "close", "看过原文，已经改正。");
  await above.goto(address + path);
  assert.match(await words(above), /已办结/);
  assert.deepEqual([...above.complaints, ...below.complaints], []);
  await above.context().close();
  await below.context().close();
});
