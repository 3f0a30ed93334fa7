// The pictures of the guide: a few screens of the rehearsal's province, small enough for a document.
import { statSync } from "node:fs";
import { join } from "node:path";
import { logIn, person, startBrowser } from "./lib/browser.js";
import { startConsole } from "./lib/server.js";
import { prepare } from "./lib/world.js";

/** Bytes of a picture: a guide is read over slow lines, too. */
const LARGEST = 100 << 10;
/** Name, login, address, height that is shown. */
const PICTURES = [
  ["overview", "lingdao", "/overview", 620],
  ["sites", "jianguan", "/sites", 520],
  ["preview", "jianguan", "{import}", 460],
  ["run", "jianguan", "{run}", 560],
  ["availability", "jianguan", "{down}", 560],
  ["findings", "xunjian", "/findings", 560],
  ["finding", "xunjian", "{finding}", 560],
  ["site", "qinghe", "{site}", 560],
  ["people", "security", "/people", 460],
  ["audit", "audit", "/audit", 420],
];

const folder = process.argv[2];
const browser = await startBrowser();
const server = await startConsole(["--seed", "--second-factor", "optional"]);
try {
  const people = {};
  const as = async (login) => {
    if (!people[login]) {
      people[login] = await person(browser, { viewport: { width: 1000, height: 700 }, colorScheme: "light" });
      if (login !== "nobody") await logIn(people[login], server.address, login, server.passwords[login]);
    }
    return people[login];
  };
  const places = await prepare(as, server);
  for (const [name, login, path, height] of PICTURES) {
    const page = await as(login);
    await page.setViewportSize({ width: 1000, height });
    await page.goto(server.address + path.replace(/\{(\w+)\}/g, (_, place) => places[place]));
    const file = join(folder, `${name}.png`);
    await page.screenshot({ path: file });
    const { size } = statSync(file);
    console.log(`${file}: ${Math.ceil(size / 1024)} KB`);
    if (size > LARGEST) throw new Error(`${file} is too large: show less of the screen`);
  }
} finally {
  await browser.close();
  await server.stop();
}
