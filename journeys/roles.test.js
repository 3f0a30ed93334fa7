// Each role finds its own work and no more; a city sees its own part. Clauses N4.7, N5.1.
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

/** Of each login: a line of his menu, a line that he must not have, an address that is closed to him. */
const EXPECTED = {
  jianguan: ["网站", "人员与角色", "/people"],
  xunjian: ["网站", "人员与角色", "/sites/new"],
  duwang: ["网站", "单位", "/units"],
  lingdao: ["网站", "审计日志", "/sites/1/edit"],
  wangguan: ["网站", "人员与角色", "/site-imports/new"],
  system: ["单位", "人员与角色", "/people"],
  security: ["人员与角色", "单位", "/units"],
  audit: ["审计日志", "人员与角色", "/sites"],
};

for (const [login, [has, lacks, closed]] of Object.entries(EXPECTED)) {
  test(`${login} finds his own work and no more`, async () => {
    const { address, passwords } = console_;
    const page = await person(browser);
    await logIn(page, address, login, passwords[login]);
    const menu = (await page.locator("#menu a").allInnerTexts()).map((text) => text.trim());
    assert.ok(menu.includes(has), `${menu}`);
    assert.ok(!menu.includes(lacks), `${menu}`);
    // What stands in the menu opens.
    for (const line of await page.locator("#menu a").evaluateAll((all) => all.map((a) => a.getAttribute("href")))) {
      const answer = await page.goto(address + line);
      assert.equal(answer.status(), 200, line);
    }
    assert.deepEqual(page.complaints, []);
    const answer = await page.goto(address + closed);
    assert.equal(answer.status(), 403, closed);
    assert.match(await words(page), /您没有这些角色/);
    await page.context().close();
  });
}

test("a city sees its own part of the province and of no other", async () => {
  const { address, passwords } = console_;
  const page = await person(browser);
  await logIn(page, address, "beishan", passwords.beishan);
  await page.goto(`${address}/sites`);
  const list = await words(page);
  assert.match(list, /青禾县人民政府/);
  assert.doesNotMatch(list, /南水市/);
  // The whole province's first site is not his.
  const answer = await page.goto(`${address}/sites/1`);
  assert.equal(answer.status(), 404);
  await page.context().close();
});
