// An inspection is planned, watched until it ends, and its findings are judged. Clauses N2.1, N5.3.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { logIn, person, startBrowser, words } from "./lib/browser.js";
import { startConsole } from "./lib/server.js";
import { findingOf, finished, runOf, siteOf } from "./lib/world.js";

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

test("a plan is made, started, and watched until its sites are read", async () => {
  const { address } = console_;
  const page = await as("jianguan");
  const before = await runOf(page, address, "青禾县人民政府");
  await finished(page, address, before);
  await page.goto(`${address}/plans/new`);
  await page.click('main button:has-text("保存")');
  assert.match(await page.textContent("#e-name"), /./, "a plan without a name is refused beside the field");
  await page.fill("#f-name", "青禾县专项巡检");
  const unit = page.locator('#f-unit option:has-text("青禾县人民政府")');
  await page.selectOption("#f-unit", await unit.getAttribute("value"));
  // The same moment twice means: at any hour.
  await page.fill("#f-from", "00:00");
  await page.fill("#f-to", "00:00");
  await page.click('main button:has-text("保存")');
  await page.waitForURL(/\/plans$/);
  await page.click('button[aria-label="立即开始：青禾县专项巡检"]');
  await page.waitForURL(/\/runs\?plan=/);
  assert.match(await words(page), /2 个网站/, "both sites of the county");
  const run = await runOf(page, address, "青禾县人民政府");
  assert.notEqual(run, before);
  await finished(page, address, run);
  const told = await words(page);
  assert.match(told, /读过的页面\s*1\d/);
  const report = await page.goto(`${address}${run}/files/index.html`);
  assert.equal(report.status(), 200);
  assert.match(await words(page), /青禾县人民政府/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("an inspector confirms one finding and calls another a false alarm, with a reason", async () => {
  const { address } = console_;
  const page = await as("xunjian");
  const site = await siteOf(page, address, "青禾县人民政府");
  const typo = await findingOf(page, address, site, "common-typo");
  await page.goto(address + typo);
  assert.match(await page.textContent("main mark.fault"), /布署/, "the fault is marked in its text");
  const snapshot = page.frameLocator("iframe.snapshot");
  await page.locator("iframe.snapshot").scrollIntoViewIfNeeded();
  await snapshot.locator("body").waitFor();
  // By keyboard, as those do who judge many.
  await page.locator('button[value="confirmed"]').press("Enter");
  await page.waitForSelector('main .badge:text-is("已确认")');

  const dead = await findingOf(page, address, site, "dead-link");
  await page.goto(address + dead);
  await page.click('button[value="false_alarm"]');
  // A false alarm needs a reason.
  await page.waitForSelector('main [role=alert]:has-text("没有保存")');
  await page.fill("#f-reason", "专题已下线，入口下周撤");
  await page.click('button[value="false_alarm"]');
  await page.waitForSelector('main .badge:text-is("误报")');
  assert.match(await words(page), /专题已下线/);
  await page.goto(`${address}/rules`);
  assert.match(await page.textContent("#dead-link"), /100%/, "it feeds the rule's rate of false alarms");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a reader reports what the machine did not see; a leader only reads", async () => {
  const { address } = console_;
  const page = await as("duwang");
  const site = await siteOf(page, address, "青禾县人民政府");
  await page.goto(address + site);
  await page.click('a:has-text("报告问题")');
  await page.waitForURL(/\/findings\/new/);
  await page.click('main button:has-text("报告")');
  await page.waitForSelector('main [role=alert]:has-text("没有保存")');
  await page.context().close();
  const leader = await as("lingdao");
  await leader.goto(`${address}/findings`);
  assert.equal(await leader.locator("main button[name=verdict]").count(), 0);
  await leader.goto(`${address}/overview`);
  assert.match(await words(leader), /下级单位排名/);
  await leader.context().close();
});
