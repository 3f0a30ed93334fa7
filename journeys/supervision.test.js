// What people do beside the inspections: a duty is read on a phone, a leader reads with one tap, a citizen corrects a site
// and is answered, a site is suspended and reopened, a unit without a login mends by mail, a link is approved. Clauses N1.6,
// N2.3, N2.4, N2.8, N5.3.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { logIn, person, startBrowser, words } from "./lib/browser.js";
import { assertFits, PHONE } from "./lib/look.js";
import { startMail } from "./lib/mail.js";
import { freePort, startConsole } from "./lib/server.js";
import {
  apply, findingOf, finished, homeOf, mailAccount, mailTicket, rightAnswer, runOf, siteOf, suspend, ticket, until,
} from "./lib/world.js";

const folder = process.env.XUNWANG_SCREENS;
let browser, console_, mail;

before(async () => {
  browser = await startBrowser();
  mail = await startMail();
  const port = await freePort();
  const options = ["--seed", "--second-factor", "optional", "--public-address", `http://127.0.0.1:${port}`];
  console_ = await startConsole(options, undefined, { port });
});
after(async () => {
  await browser?.close();
  await console_?.stop();
  await mail?.stop();
});

/** Somebody who has not logged in, with a phone in his hand. */
async function passerBy() {
  return person(browser, { viewport: PHONE, hasTouch: true });
}

async function as(login, phone = false) {
  const page = phone ? await passerBy() : await person(browser);
  await logIn(page, console_.address, login, console_.passwords[login]);
  return page;
}

/** Nothing lies beside the phone. */
async function fits(page, name) {
  await assertFits(page, `phone-${name}`, folder);
}

test("a duty is read on a phone; a desk sees what was found with its picture, and the log", async () => {
  const { address } = console_;
  const reader = await as("duwang", true);
  await until(reader, async () => /个读网班次没有完成/.test(await words(reader)));
  await fits(reader, "duwang-home");
  await reader.tap('main a[href="/duties?whose=me"]');
  await reader.waitForSelector("main tr.table-active a");
  await fits(reader, "duties");
  await reader.tap("main tr.table-active a");
  await reader.waitForSelector('button:text-is("开始读网")');
  await fits(reader, "duty-planned");
  await reader.tap('button:text-is("开始读网")');
  await reader.waitForSelector('main .badge:text-is("读网中")');
  await fits(reader, "duty-begun");
  const duty = new URL(reader.url()).pathname;

  // The page as it stands now: its text to choose a passage from, and its picture.
  await reader.tap('button:text-is("读下一页")');
  await reader.waitForURL(/\/reading-items\/\d+$/);
  await reader.waitForFunction(() => document.querySelector(".picture img")?.naturalWidth > 0);
  await fits(reader, "page-open");
  await reader.tap('a:text-is("登记问题")');
  await reader.tap('button:text-is("登记")');
  await reader.waitForSelector("main [role=alert]");
  assert.match(await words(reader), /请选择问题的种类/);
  await fits(reader, "page-refused");
  await reader.tap('.reading-text label:has-text("秋冬季道路养护工作全面展开")');
  await reader.selectOption("#f-rule", "other");
  await reader.fill("#f-fault", "全面展开");
  await reader.fill("#f-words", "没有写明养护的路段。");
  await reader.fill("#f-advice", "写明路段和起止日期。");
  await fits(reader, "page-marking");
  await reader.tap('button:text-is("登记")');
  await reader.waitForSelector('main [role=status]:has-text("已登记为线索")');
  await fits(reader, "page-marked");

  // The rest of the list, page by page; what does not open is told as that.
  while (/\/reading-items\/\d+$/.test(reader.url())) {
    const here = reader.url();
    await reader.tap('button[value="fine"], button[value="away"]');
    await reader.waitForURL((url) => url.href !== here);
  }
  assert.equal(new URL(reader.url()).pathname, duty);
  assert.match(await words(reader), /名单上的页面都读完了/);
  await fits(reader, "duty-read");
  await reader.fill("#f-words", "一处稿件没有写明路段，已登记。");
  await reader.fill("#f-hand_over", "明天看那篇稿件改了没有。");
  await reader.tap('button:text-is("提交值班日志")');
  await reader.waitForSelector('main .badge:text-is("已完成")');
  await fits(reader, "duty-done");
  await reader.goto(address);
  assert.doesNotMatch(await words(reader), /个读网班次没有完成/);

  const desk = await as("jianguan");
  await desk.goto(`${address}/duties?kind=duty`);
  await desk.click('main tr:has-text("郑读网") a');
  await desk.waitForSelector('main h2:text-is("值班日志")');
  assert.match(await words(desk), /一处稿件没有写明路段，已登记。[\s\S]*明天看那篇稿件改了没有。/);
  const log = await desk.request.get(`${address}/duties.csv`);
  assert.match(await log.text(), /郑读网.*一处稿件没有写明路段/);
  await desk.click('main tr:has(.badge:text-is("已读，有问题")) a[href^="/findings/"]');
  await desk.waitForURL(/\/findings\/\d+$/);
  assert.match(await words(desk), /没有写明养护的路段。[\s\S]*写明路段和起止日期。[\s\S]*文字\s*全面展开/);
  await desk.locator('img[src^="/finding-reports/"]').scrollIntoViewIfNeeded();
  await desk.waitForFunction(() => document.querySelector('img[src^="/finding-reports/"]').naturalWidth > 0);
  assert.deepEqual([...reader.complaints, ...desk.complaints], []);
  await reader.context().close();
  await desk.context().close();
});

test("a leader's reading is one tap on his phone, and stands in the record and in the numbers", async () => {
  const { address } = console_;
  const leader = await as("lingdao", true);
  await fits(leader, "lingdao-home");
  await leader.tap(".navbar-toggler");
  // While it opens, what lies below it moves away under the finger.
  await leader.waitForSelector("#menu.show, #menu:target");
  await leader.locator('#menu a[href="/leader-reading"]').tap();
  await leader.waitForSelector('button:text-is("我已读网")');
  assert.match(await words(leader), /还没有领导读网的记录/);
  await fits(leader, "leader-reading");
  const card = leader.locator('main form:has(a:text-is("青湖省人民政府"))');
  await card.locator('button:text-is("我已读网")').tap();
  await leader.waitForSelector('main [role=status]:has-text("已记录读网")');
  assert.match(await card.innerText(), /您上次读网/);
  await fits(leader, "leader-reading-done");
  await leader.tap('a:text-is("读网统计")');
  await leader.waitForURL(/\/reading-numbers/);
  await fits(leader, "reading-numbers");

  const desk = await as("jianguan");
  await desk.goto(`${address}/leader-reading`);
  assert.match(await desk.innerText("main tbody tr"), /王领导[\s\S]*青湖省人民政府/);
  await desk.goto(`${address}/reading-numbers`);
  assert.equal(await desk.locator('main tr:has(td:text-is("青湖省人民政府")) td[data-h="领导读网"]').innerText(), "1");
  assert.deepEqual([...leader.complaints, ...desk.complaints], []);
  await leader.context().close();
  await desk.context().close();
});

test("a citizen corrects a site from his phone, is answered in public, and rates the answer", async () => {
  const { address } = console_;
  const above = await as("jianguan");
  const site = await siteOf(above, address, "青禾县人民政府");
  const home = await homeOf(above, address, site);
  const entry = await above.locator('main a[href^="/public/corrections/new"]').getAttribute("href");

  // He comes from a page of the site, whose link tells which page it is.
  const citizen = await passerBy();
  await citizen.goto(`${address}${entry}&page=${encodeURIComponent(`${home}dongtai/`)}`);
  assert.equal(await citizen.inputValue("#f-page"), `${home}dongtai/`);
  await fits(citizen, "correction-picture");
  await citizen.tap('button:text-is("改用文字题")');
  await citizen.waitForSelector('label[for="f-answer"]:has-text("个字")');
  const cameFrom = await citizen.inputValue("#f-page");
  const typed = { page: `${home}dongtai/`, fault: "布署", words: "“布署”应为“部署”。", name: "王先生", contact: "wang@mail.example" };
  await citizen.selectOption("#f-kind", "words");
  for (const [name, value] of Object.entries(typed)) await citizen.fill(`#f-${name}`, value);
  // The answer to the question is wrong at first: nothing that was typed is lost.
  await citizen.fill("#f-answer", "错");
  await citizen.tap('button:text-is("提交")');
  await citizen.waitForSelector("main [role=alert]");
  assert.match(await words(citizen), /验证码不对/);
  assert.equal(await citizen.inputValue("#f-kind"), "words");
  for (const [name, value] of Object.entries(typed)) assert.equal(await citizen.inputValue(`#f-${name}`), value, name);
  await fits(citizen, "correction-refused");
  await citizen.fill("#f-answer", await rightAnswer(citizen));
  await citizen.tap('button:text-is("提交")');
  await citizen.waitForSelector("#receipt");
  const receipt = await citizen.textContent("#receipt");
  await fits(citizen, "correction-sent");
  await citizen.tap('button:text-is("查询进度")');
  await citizen.waitForURL(/\/progress$/);
  assert.match(await words(citizen), /待转办/);
  await fits(citizen, "correction-waiting");

  await above.goto(address);
  assert.match(await words(above), /条网民找错待转办/);
  await above.goto(`${address}/corrections`);
  await above.click(`main a:text-is("${receipt}")`);
  await above.waitForSelector('button:text-is("转办")');
  assert.match(await above.locator("#f-unit option:checked").innerText(), /青禾县人民政府/, "whose site it is answers");
  await above.click('button:text-is("转办")');
  await above.waitForSelector('main .badge:text-is("办理中")');
  const path = new URL(above.url()).pathname;

  const below = await as("qinghe");
  assert.match(await words(below), /条网民找错待答复/);
  await below.goto(address + path);
  await below.fill("#f-words", "已改正，谢谢您的监督。");
  await below.check("input[name=is_public]");
  await below.fill("#f-summary", "工作动态中有一处错别字");
  await below.click('button:text-is("答复")');
  await below.waitForSelector('main .badge:text-is("已答复")');

  await citizen.goto(`${address}/public/corrections/progress`);
  await fits(citizen, "progress-blank");
  await citizen.fill("#f-receipt", receipt.toLowerCase());
  await citizen.tap('button:text-is("查询")');
  await citizen.waitForSelector('legend:text-is("您对这次答复满意吗")');
  assert.match(await words(citizen), /已改正，谢谢您的监督。/);
  await fits(citizen, "correction-answered");
  await citizen.tap('label:has-text("很满意")');
  await citizen.fill("#f-words", "改得快。");
  await citizen.tap('button:text-is("评价")');
  await citizen.waitForSelector('main :text("您的评价：5 分")');
  await fits(citizen, "correction-rated");
  await citizen.goto(address + entry);
  await citizen.tap('a:text-is("看已公开的答复")');
  await citizen.waitForURL(/\/public\/corrections\?/);
  const shown = await words(citizen);
  assert.match(shown, /工作动态中有一处错别字[\s\S]*已改正，谢谢您的监督。/);
  assert.doesNotMatch(shown, /王先生|wang@/, "who it was is nobody's business");
  await fits(citizen, "corrections-answers");
  await above.goto(address + path);
  assert.match(await words(above), /5 分：改得快。/);
  assert.deepEqual([...citizen.complaints, ...above.complaints, ...below.complaints], []);
  assert.equal(cameFrom, `${home}dongtai/`, "another kind of question does not forget the page");
  for (const page of [citizen, above, below]) await page.context().close();
});

test("a site is suspended by the clock, its visitors are told, and it is reopened by who did not mend it", async () => {
  const { address } = console_;
  const above = await as("jianguan");
  const site = await siteOf(above, address, "青湖省人民政府办公厅");
  const path = await suspend(above, address, site, 0);
  await until(above, async () => (await above.locator('main .badge:text-is("关停整改")').count()) > 0);

  const notice = await above.getAttribute('main a:text-is("网民现在看到的告示")', "href");
  const gate = address + notice.replace(/notice$/, "gate");
  const visitor = await passerBy();
  assert.equal((await visitor.goto(address + notice)).status(), 503, "search engines come again");
  // Chromium itself complains of an answer that is no page.
  visitor.complaints.splice(0);
  assert.match(await words(visitor), /本网站自 \d{4}-\d\d-\d\d 起暂停开放[\s\S]*青湖政办函〔2026〕8号/);
  await fits(visitor, "notice");
  assert.equal((await visitor.request.get(gate)).status(), 403);

  const below = await as("wangguan", true);
  assert.match(await words(below), /关停整改中/);
  await below.goto(address + path);
  assert.equal(await below.locator('button:has-text("恢复开放")').count(), 0);
  const told = await words(below);
  await fits(below, "suspension");
  await below.tap('button:text-is("报告整改完成")');
  await below.waitForSelector("main [role=alert]");
  await below.fill("#f-words", "首页已恢复，专人每日读网。");
  await below.tap('button:text-is("报告整改完成")');
  await below.waitForSelector('main .badge:text-is("待复核")');
  await fits(below, "suspension-reported");
  assert.equal((await visitor.request.get(gate)).status(), 403, "what is reported is not yet open");

  await above.goto(address + path);
  await above.fill("#f-words", "逐页看过，已经恢复。");
  await above.click('button:text-is("复核通过，恢复开放")');
  await above.waitForSelector('main .badge:text-is("已恢复开放")');
  assert.equal((await visitor.request.get(gate)).status(), 204);
  // The notice may be kept for a minute; who asks for it anew sees that it is gone.
  assert.equal((await visitor.reload()).status(), 200);
  assert.match(await words(visitor), /正常开放/);
  assert.doesNotMatch(await words(visitor), /暂停开放/);
  await fits(visitor, "notice-gone");
  assert.deepEqual([...above.complaints, ...below.complaints, ...visitor.complaints], []);
  assert.match(told, /决定单位：\s*青湖省人民政府(?!办公厅)/, "who is suspended is told by whom");
  for (const page of [above, below, visitor]) await page.context().close();
});

test("a unit that never logs in gets its ticket by mail and reports from a phone", async () => {
  const { address } = console_;
  const system = await as("system");
  await mailAccount(system, address, mail.port);
  const above = await as("jianguan");
  await finished(above, address, await runOf(above, address, "云溪县人民政府"));
  const site = await siteOf(above, address, "云溪县人民政府");
  const path = await ticket(above, address, await findingOf(above, address, site, "dead-link"));
  const link = await mailTicket(above, address, path, "wz@yunxi.example", mail);
  assert.match(mail.mails.at(-1).text, /云溪县人民政府[\s\S]*整改期限/);
  assert.equal(new URL(link).origin, address);
  assert.doesNotMatch(await above.content(), new RegExp(new URL(link).pathname), "who has not the mail has not the link");

  const unit = await passerBy();
  await unit.goto(link);
  const shown = await words(unit);
  assert.match(shown, /云溪县人民政府[\s\S]*怎么改/);
  assert.doesNotMatch(shown, /周监管/, "nobody's name leaves the office");
  await fits(unit, "letter");
  await unit.tap('button:text-is("签收")');
  await unit.waitForSelector('main .badge:text-is("已签收")');
  await fits(unit, "letter-received");
  await unit.tap('button:text-is("报告整改完成")');
  await unit.waitForSelector("main [role=alert]");
  await fits(unit, "letter-refused");
  await unit.fill("#f-words", "失效的链接已经撤下，请复查。");
  await unit.tap('button:text-is("报告整改完成")');
  await unit.waitForSelector('main .badge:text-is("待复查")');
  await fits(unit, "letter-mended");

  await above.goto(address + path);
  assert.match(await words(above), /待复查[\s\S]*失效的链接已经撤下，请复查。\s*邮件链接（wz@yunxi.example）/);
  // A link that is stopped opens nothing.
  await above.click('button:text-is("停用")');
  await above.waitForSelector('main [role=status]:has-text("已停用这个邮件链接")');
  assert.equal((await unit.goto(link)).status(), 404);
  unit.complaints.splice(0); // Chromium itself tells of an answer that is a refusal.
  assert.match(await words(unit), /链接已经到期或停用/);
  await fits(unit, "letter-stopped");
  assert.deepEqual([...system.complaints, ...above.complaints, ...unit.complaints], []);
  assert.match(mail.mails.at(-1).text, /青湖省人民政府/, "the mail tells which unit has issued it");
  for (const page of [system, above, unit]) await page.context().close();
});

test("a link is applied for, approved by somebody else, and watched from then on", async () => {
  const { address } = console_;
  const above = await as("jianguan");
  // A site of this machine: an approved target is looked at.
  const target = await homeOf(above, address, await siteOf(above, address, "青湖省教育厅"));
  const below = await as("wangguan");
  const path = await apply(below, address, target, "青湖省教育厅");
  assert.equal(await below.locator('main button:text-is("批准")').count(), 0);
  await above.goto(address);
  await above.click('main a:has-text("条链接申请待审批")');
  await above.click(`main td a[href="${path}"]`);
  await above.click('button:text-is("批准")');
  await above.waitForSelector('main [role=status]:has-text("已批准")');
  await below.goto(address + path);
  await until(below, async () => /一致/.test(await below.innerText("main")));
  assert.match(await words(below), /已批准[\s\S]*审批\s*周监管/);
  await below.goto(`${address}/link-approvals`);
  assert.match(await below.innerText(`main tr:has(a[href="${path}"])`), /已批准/);
  assert.deepEqual([...above.complaints, ...below.complaints], []);
  await above.context().close();
  await below.context().close();
});
