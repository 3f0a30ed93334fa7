// Every screen of the console in a province with something in it: seen wide and narrow, light and dark, by axe and by
// keyboard. The list of screens is held against the access table by the tests of the program. Clause N5.1.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { logIn, person, startBrowser } from "./lib/browser.js";
import { assertNone, look } from "./lib/look.js";
import { startMail } from "./lib/mail.js";
import { freePort, startConsole } from "./lib/server.js";
import { prepare } from "./lib/world.js";

const screens = JSON.parse(readFileSync(new URL("./screens.json", import.meta.url), "utf8"));
const folder = process.env.XUNWANG_SCREENS;
let browser, console_, mail, places;
const people = {};

before(async () => {
  browser = await startBrowser();
  mail = await startMail();
  const port = await freePort();
  const options = ["--seed", "--second-factor", "optional", "--public-address", `http://127.0.0.1:${port}`];
  console_ = await startConsole(options, undefined, { port });
  places = await prepare(as, console_, mail);
});
after(async () => {
  await browser?.close();
  await console_?.stop();
  await mail?.stop();
});

/** The page of one who has logged in; `nobody` has not. */
async function as(login) {
  if (!people[login]) {
    people[login] = await person(browser);
    if (login !== "nobody") await logIn(people[login], console_.address, login, console_.passwords[login]);
  }
  return people[login];
}

for (const screen of screens) {
  test(`${screen.route} as ${screen.as}`, async () => {
    const path = screen.visit.replace(/\{(\w+)\}/g, (_, name) => {
      assert.ok(places[name], `no place called ${name}`);
      return places[name];
    });
    const page = await as(screen.as);
    if (screen.empty) {
      const answer = await page.request.get(console_.address + path);
      assert.equal(answer.status(), 204);
      return;
    }
    if (screen.file) {
      const answer = await page.request.get(console_.address + path);
      assert.equal(answer.status(), 200);
      assert.ok((await answer.body()).length > 0);
      return;
    }
    const answer = await page.goto(console_.address + path);
    assert.equal(answer.status(), screen.status ?? 200, path);
    // Chromium itself complains of an answer that is no page.
    if (screen.status) page.complaints.splice(0);
    const what = screen.name ?? (screen.route === "/" ? "home" : screen.route.replace(/[^\w]+/g, "-").replace(/^-|-$/g, ""));
    assertNone(await look(page, `${screen.as}-${what}`, folder));
  });
}
