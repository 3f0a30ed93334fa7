// What the first command of the README starts: a province to look around in, there again at the next start. Clause N5.1.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { logIn, person, startBrowser, words } from "./lib/browser.js";
import { startConsole } from "./lib/server.js";

const OPTIONS = ["--seed", "--second-factor", "optional"];

test("the province is there with its sites, and the next start keeps both", async () => {
  const browser = await startBrowser();
  const first = await startConsole(OPTIONS);
  let second;
  try {
    const page = await person(browser);
    await logIn(page, first.address, "jianguan", first.passwords.jianguan);
    await page.goto(`${first.address}/sites`);
    assert.match(await words(page), /共 40 条/);
    await page.goto(`${first.address}/sites/1/edit`);
    await page.fill("#f-leader", "副省长辛");
    await page.click('main button:has-text("保存")');
    await page.waitForURL(/\/sites\/1$/);
    const home = await page.getAttribute('main a[target="_blank"]', "href");
    const there = await page.goto(home);
    assert.equal(there.status(), 200);
    assert.match(await words(page), /青湖省人民政府/);
    // A browser keeps its connections open; the stop does not wait for them for ever.
    await page.context().close();
    await first.stop({ keep: true });

    second = await startConsole(OPTIONS, first.folder);
    assert.match(second.told.join(""), /示例数据已在/);
    assert.deepEqual(second.passwords, {}, "passwords are printed once");
    assert.match(readFileSync(join(first.folder, "rehearsal-logins.txt"), "utf8"), /jianguan/);
    const again = await person(browser);
    await logIn(again, second.address, "jianguan", first.passwords.jianguan);
    await again.goto(`${second.address}/sites/1`);
    assert.match(await words(again), /副省长辛/);
    assert.equal(await again.getAttribute('main a[target="_blank"]', "href"), home);
    assert.equal((await again.goto(home)).status(), 200);
  } finally {
    await browser.close();
    await (second ?? first).stop();
  }
});
