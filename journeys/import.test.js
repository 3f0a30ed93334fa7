// A register handed in as a file: every bad cell is shown before anything is written. Clauses N1.1, N4.1.
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

const HEAD = "网站名称,首页网址,主办单位,网站标识码,网站类型,托管方式,分管领导,专职人员,颜色\n";
const FILE =
  HEAD +
  "北山市档案馆,http://dag.beishan.example/,北山市教育局,4399100777,子站,政务云,丙,丁,红\n" +
  "错行一,www.cuo.example,没有的单位,12,网店,云上,甲,乙,\n" +
  "南水第二门户,http://www2.nanshui.example/,南水市人民政府,4399200778,门户网站,,,,\n" +
  "北山市档案馆,http://dag.beishan.example/,北山市教育局,4399100779,子站,,,,\n";

async function handIn(page, address, text) {
  await page.goto(`${address}/site-imports/new`);
  await page.setInputFiles("#f-file", { name: "台账.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.click('button:has-text("上传并预览")');
  await page.waitForURL(/\/site-imports\/\d+$/);
}

test("each bad cell is pointed at, and nothing is written before it is confirmed", async () => {
  const { address, passwords } = console_;
  const page = await person(browser);
  await logIn(page, address, "jianguan", passwords.jianguan);
  await handIn(page, address, FILE);
  const preview = await words(page);
  for (const wrong of ["没有的单位", "首页网址", "标识码", "网店", "云上", "一个政府只能有一个", "颜色"]) {
    assert.match(preview, new RegExp(wrong), `${wrong}\n${preview}`);
  }
  assert.match(preview, /第 5 行[^\n]*与第 2 行是同一个网站/);
  assert.match(preview, /有错，不写入\s*3/);
  await page.goto(`${address}/sites?q=${encodeURIComponent("档案馆")}`);
  assert.doesNotMatch(await words(page), /dag\.beishan/);

  await page.goBack();
  await page.click('button:has-text("写入：新增 1 个")');
  await page.waitForURL(/\/sites/);
  await page.goto(`${address}/sites?q=${encodeURIComponent("档案馆")}`);
  await page.click('a:has-text("北山市档案馆")');
  const site = await words(page);
  assert.match(site, /dag\.beishan\.example/);
  assert.match(site, /周监管/, "its history names who brought it in");

  await handIn(page, address, HEAD + "北山市档案馆,http://dag.beishan.example/,北山市教育局,4399100777,子站,政务云,戊,丁,\n");
  assert.match(await words(page), /分管领导：丙\s*→ 戊/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a file that is no list is refused with a reason", async () => {
  const { address, passwords } = console_;
  const page = await person(browser);
  await logIn(page, address, "jianguan", passwords.jianguan);
  await page.goto(`${address}/site-imports/new`);
  await page.setInputFiles("#f-file", { name: "台账.xlsx", mimeType: "x/y", buffer: Buffer.from("no workbook") });
  await page.click('button:has-text("上传并预览")');
  await page.waitForSelector("[role=alert]");
  assert.equal(new URL(page.url()).pathname, "/site-imports/new");
  await page.context().close();
});
