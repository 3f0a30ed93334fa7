// What the rehearsal's province lacks before every screen has something to show: made by the people themselves.

/** Longest wait for a run of a small site, on the slowest machine. */
const RUN_MS = 240_000;
/** Sites of the rehearsal with faults of all kinds, and one with hidden links, of which a picture is taken. */
const FAULTY = "青禾县人民政府";
const TAMPERED = "云溪县人民政府";
/** Of this one nobody answers. */
const DOWN = "松林县林业局";
/** This one is suspended. */
const SHUT = "柳河县教育局";
/** It owes something. */
const OWING = "青湖省人民政府办公厅";

/** The path of a site's page, by its name. */
export async function siteOf(page, address, name) {
  await page.goto(`${address}/sites?q=${encodeURIComponent(name)}`);
  return page.locator(`main td a:text-is("${name}")`).first().getAttribute("href");
}

/** The address of a site's home page, by the path of its page. */
export async function homeOf(page, address, site) {
  await page.goto(address + site);
  return page.locator('main a[rel~="noreferrer"]').first().getAttribute("href");
}

/** The path of a site's newest run; the rehearsal starts some by itself. */
export async function runOf(page, address, name) {
  await page.goto(`${address}/runs`);
  return page.locator(`main td a:text-is("${name}")`).first().getAttribute("href");
}

/** Watches a run until it is over: its page renews itself. */
export async function finished(page, address, run) {
  await page.goto(address + run);
  await page.waitForSelector('main .badge:text-is("已完成")', { timeout: RUN_MS });
}

/** The path of the newest open finding of a rule on a site. */
export async function findingOf(page, address, site, rule) {
  await page.goto(`${address}/findings?site=${site.split("/").pop()}&rule=${rule}`);
  return page.locator('main td a[href^="/findings/"]').first().getAttribute("href");
}

async function importPreview(page, address) {
  await page.goto(`${address}/site-imports/new`);
  const file = "网站名称,首页网址,主办单位,网站类型\n北山市档案馆,http://dag.beishan.example/,北山市教育局,子站\n错行,www.cuo.example,没有的单位,网店\n";
  await page.setInputFiles("#f-file", { name: "台账.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
  await page.click('button:has-text("上传并预览")');
  await page.waitForURL(/\/site-imports\/\d+$/);
  return new URL(page.url()).pathname;
}

/** The preview of a year's holidays, with a day that is none. */
async function daysPreview(page, address) {
  await page.goto(`${address}/calendar-imports/new`);
  const file = "日期,类型,名称\n2099-01-01,放假,元旦\n2099-02-30,放假,春节\n";
  await page.setInputFiles("#f-file", { name: "日历.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
  await page.click('button:has-text("上传并预览")');
  await page.waitForURL(/\/calendar-imports\/\d+$/);
  return new URL(page.url()).pathname;
}

/** Loads the page again until it shows what is waited for. */
export async function until(page, shown) {
  const late = Date.now() + RUN_MS;
  while (!(await shown())) {
    if (Date.now() > late) throw new Error(`not within ${RUN_MS} ms: ${page.url()}\n${await page.innerText("main")}`);
    await page.reload();
  }
}

/** Has a site's home page visited now, and waits for what was seen. */
export async function visit(page, address, site) {
  const path = site.replace("/sites/", "/availability/");
  await page.goto(address + path);
  const rows = page.locator('.card:has(h2:text-is("最近的访问")) tbody tr');
  const before = await rows.count();
  await page.click('button:has-text("立即访问")');
  await page.waitForLoadState();
  await until(page, async () => (await rows.count()) > before);
  return path;
}

/** A channel that tells alerts to a webhook which nobody listens on. */
async function channel(page, address) {
  await page.goto(`${address}/alert-channels/new`);
  await page.fill("#f-name", "值班平台");
  await page.selectOption("#f-way", "webhook");
  await page.fill("#f-address", "http://127.0.0.1:9/duty");
  await page.selectOption("#f-unit", { index: 1 });
  for (const box of await page.locator("input[name=levels]").all()) await box.check();
  await page.click('main button:has-text("保存")');
  await page.waitForURL(/\/alert-channels(\/\d+)?$/);
  await page.goto(`${address}/alert-channels`);
  return page.locator('main td a[href^="/alert-channels/"]').first().getAttribute("href");
}

/** A silence of one unit's alerts for the coming night. */
async function silence(page, address) {
  await page.goto(`${address}/alert-silences/new`);
  await page.selectOption("#f-unit", { index: 1 });
  const tomorrow = new Date(Date.now() + 32 * 3_600_000).toISOString().slice(0, 16);
  await page.fill("#f-to", tomorrow);
  await page.fill("#f-reason", "机房断电检修");
  await page.click('main button:has-text("保存")');
  await page.waitForURL(/\/alert-silences$/);
}

/** Orders a unit to do something; the path of the order. */
export async function order(page, address, title, unit, days) {
  await page.goto(`${address}/obligations/new`);
  await page.fill("#f-title", title);
  await page.selectOption("#f-unit", await page.locator(`#f-unit option:has-text("${unit}")`).first().getAttribute("value"));
  await page.fill("#f-limit", String(days));
  await page.click('main button:has-text("交办")');
  await page.waitForURL(/\/obligations\/\d+$/);
  return new URL(page.url()).pathname;
}

/** Reports that it is done, with a proof; the path of the proof. */
export async function report(page, address, order, words) {
  await page.goto(address + order);
  await page.fill("#f-words", words);
  await page.setInputFiles("#f-file", { name: "证明.txt", mimeType: "text/plain", buffer: Buffer.from("已经办结。") });
  await page.click('button[value="report"]');
  await page.waitForSelector('main .badge:text-is("待验收")');
  return page.locator('main a[href^="/obligation-events/"]').first().getAttribute("href");
}

/** Confirms a finding and issues a ticket of it; the path of the ticket. */
export async function ticket(page, address, finding) {
  await page.goto(address + finding);
  await page.click('button[name=verdict][value="confirmed"]');
  await page.waitForSelector('main .badge:text-is("已确认")');
  await page.goto(`${address}/findings?state=confirmed`);
  await page.check(`input[name=id][value="${finding.split("/").pop()}"]`);
  await page.click('button:has-text("发整改单")');
  await page.waitForSelector('main button:has-text("发出 1 张整改单")');
  await page.fill("#f-words", "请按所附的改法改正，并检查同一栏目的其他文章。");
  await page.click('main button:has-text("发出 1 张整改单")');
  await page.waitForURL(/\/tickets\/\d+$/);
  return new URL(page.url()).pathname;
}

/** Does something with a ticket, with a file perhaps. */
export async function ticketDeed(page, address, ticket, deed, words, file = undefined) {
  await page.goto(address + ticket);
  await page.fill("#f-words", words);
  if (file) await page.setInputFiles("#f-file", { name: file, mimeType: "image/png", buffer: Buffer.from("png") });
  await page.click(`button[value="${deed}"]`);
  await page.waitForLoadState();
}

/** Asks for a link to be approved; the path of the application. */
export async function apply(page, address, target, name) {
  await page.goto(`${address}/link-approvals/new`);
  await page.fill("#f-target", target);
  await page.fill("#f-name", name);
  await page.fill("#f-purpose", "首页便民服务");
  await page.click('button:has-text("提交审批")');
  await page.waitForURL(/\/link-approvals\/\d+$/);
  return new URL(page.url()).pathname;
}

/** One's own duty of today, begun; its path. */
export async function dutyOf(page, address) {
  await until(page, async () => {
    await page.goto(`${address}/duties?whose=me`);
    return (await page.locator("main tr.table-active a").count()) > 0;
  });
  const duty = await page.locator("main tr.table-active a").first().getAttribute("href");
  await page.goto(address + duty);
  await page.click('button:text-is("开始读网")');
  await page.waitForSelector('main .badge:text-is("读网中")');
  return duty;
}

/** Reads the first page of a duty and marks a fault in its text and its picture; the path of the page. */
export async function readPage(page, address, duty) {
  await page.goto(address + duty);
  await page.click('button:has-text("读下一页")');
  await page.waitForURL(/\/reading-items\/\d+$/);
  await page.waitForSelector(".picture img");
  const box = await page.locator(".picture img").boundingBox();
  await page.locator(".picture img").scrollIntoViewIfNeeded();
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + 160, box.y + 90, { steps: 4 });
  await page.mouse.up();
  await page.check("input[name=passage] >> nth=0");
  await page.selectOption("#f-rule", "other");
  await page.fill("#f-words", "首页没有写明主办单位的联系方式。");
  await page.click('button[value="faulty"]');
  await page.waitForSelector(".alert-success");
  return new URL(page.url()).pathname;
}

/** A picture of one point, as a browser sends it. */
const POINT = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

/** What a question in words asks for. */
export async function rightAnswer(page) {
  const [, phrase, place] = /“(.+)”的第 (\d+) 个字/.exec(await page.textContent('label[for="f-answer"]'));
  return [...phrase][Number(place) - 1];
}

/** A citizen corrects a site; the receipt. */
export async function correct(page, address, site, home, words) {
  await page.goto(`${address}/public/corrections/new?site=${site}&ask=words`);
  await page.selectOption("#f-kind", "stale");
  await page.fill("#f-page", home);
  await page.fill("#f-words", words);
  await page.setInputFiles("#f-file", { name: "截图.png", mimeType: "image/png", buffer: POINT });
  await page.fill("#f-answer", await rightAnswer(page));
  await page.click('button:text-is("提交")');
  await page.waitForSelector("#receipt");
  return page.textContent("#receipt");
}

/** The mail account of the whole system: a server on this machine. */
export async function mailAccount(page, address, port) {
  await page.goto(`${address}/alert-account`);
  await page.fill("#f-host", "127.0.0.1");
  await page.fill("#f-port", String(port));
  await page.selectOption("#f-security", "none");
  await page.fill("#f-sender", "巡网 <alerts@qinghu.example>");
  await page.click('main button:text-is("保存")');
  await page.waitForSelector(".alert-success");
}

/** Sends a ticket by mail; the link in the mail. */
export async function mailTicket(page, address, ticket, to, mail) {
  await page.goto(address + ticket);
  await page.fill("#f-address", to);
  await page.click('button:text-is("发到邮箱")');
  await page.waitForSelector(".alert-success");
  await until(page, async () => /邮件服务器已接收/.test(await page.innerText("main")));
  return /https?:\S+\/public\/tickets\/\S+/.exec(mail.mails.findLast((one) => one.to.includes(to)).text)[0];
}

/** Gives the document of a ticket its number and its signed scan; the path of its page. */
async function sign(page, address, ticket, number) {
  const paper = ticket.replace("/tickets/", "/papers/rectification/");
  await page.goto(address + paper);
  await page.fill("#f-number", number);
  await page.setInputFiles("#f-file", { name: "盖章.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 signed") });
  await page.click('button:text-is("存入")');
  await page.waitForSelector(".alert-success");
  return paper;
}

/** Proposes the suspension of a site and decides it, with the signed document; the path of the suspension. */
export async function suspend(page, address, site, days) {
  await page.goto(`${address}/suspensions/new?site=${site.split("/").pop()}`);
  await page.fill("#f-grounds", "首页长期打不开，无人维护。");
  await page.click('main button:text-is("提出")');
  await page.waitForURL(/\/suspensions\/\d+$/);
  await page.fill("#f-document", "青湖政办函〔2026〕8号");
  const from = new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);
  await page.fill("#f-from", from);
  await page.setInputFiles("#f-file", { name: "决定.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7") });
  await page.click('button[value="decide"]');
  await page.waitForSelector(".alert-success");
  return new URL(page.url()).pathname;
}

/** The address under which a calendar program reads what one owes. */
async function feed(page, address) {
  await page.goto(`${address}/obligation-feed`);
  await page.click("main form button");
  const shown = await page.textContent("#address");
  return shown.startsWith("http") ? new URL(shown).pathname : shown;
}

/** Makes it, and tells the addresses that `screens.json` names in braces; tickets go by mail where a mail server is given. */
export async function prepare(as, { address }, mail = undefined) {
  const page = await as("jianguan");
  const faulty = await siteOf(page, address, FAULTY);
  const tampered = await siteOf(page, address, TAMPERED);
  const run = await runOf(page, address, FAULTY);
  const second = await runOf(page, address, TAMPERED);
  const preview = await importPreview(page, address);
  const days = await daysPreview(await as("system"), address);
  const told = await channel(page, address);
  const down = await siteOf(page, address, DOWN);
  await visit(page, address, down);
  await visit(page, address, down);
  const up = await visit(page, address, faulty);
  await silence(page, address);
  await finished(page, address, run);
  await finished(page, address, second);
  const operator = await as("wangguan");
  const owed = await order(page, address, "补齐网站责任人登记", OWING, 5);
  const proof = await report(operator, address, owed, "责任人已补齐，请验收。");
  const approval = await apply(operator, address, "www.chaxun.example", "公积金查询");
  const reader = await as("duwang");
  const duty = await dutyOf(reader, address);
  const item = await readPage(reader, address, duty);
  const read = await reader.locator('main a[href^="/findings/"]').first().getAttribute("href");
  await page.goto(address + read);
  const seen = await page.locator('img[src^="/finding-reports/"]').getAttribute("src");
  await page.goto(`${address}/duties?kind=patrol`);
  const patrol = await page.locator("main tr.table-active a").first().getAttribute("href");
  const home = await homeOf(page, address, "/sites/1");
  const receipt = await correct(await as("nobody"), address, 1, home, "“工作动态”半年没有更新。");
  await page.goto(`${address}/corrections`);
  const correction = await page.locator('main td a[href^="/corrections/"]').first().getAttribute("href");
  const leader = await as("lingdao");
  await leader.goto(`${address}/leader-reading`);
  await leader.click('button:text-is("我已读网") >> nth=0');
  await leader.waitForSelector(".alert-success");
  const shut = await siteOf(page, address, SHUT);
  const suspension = await suspend(page, address, shut, 0);
  const decision = await page.locator('main a[href^="/suspension-events/"]').first().getAttribute("href");
  await until(page, async () => /关停整改/.test(await page.innerText("main .badge >> nth=0")));
  const finding = await findingOf(page, address, faulty, "common-typo");
  const issued = await ticket(page, address, finding);
  const mender = await as("qinghe");
  await ticketDeed(mender, address, issued, "receive", "");
  await ticketDeed(mender, address, issued, "say", "正在联系栏目编辑核对原文。", "截图.png");
  await page.goto(address + issued);
  const shot = await page.locator('main a[href^="/ticket-events/"]').first().getAttribute("href");
  const paper = await sign(page, address, issued, "青湖政办网监〔2026〕3号");
  const copy = await page.locator('main a[href^="/paper-copies/"]').first().getAttribute("href");
  let letter;
  if (mail) {
    await mailAccount(await as("system"), address, mail.port);
    letter = new URL(await mailTicket(page, address, issued, "wz@qinghe.example", mail)).pathname;
  }
  await page.goto(`${address}/alerts`);
  const alert = await page.locator('main td a[href^="/alerts/"]').first().getAttribute("href");
  const sheet = await page.getAttribute('link[rel="stylesheet"]', "href");
  return {
    site: faulty,
    run,
    import: preview,
    days,
    plan: "/plans/1",
    channel: told,
    alert,
    up,
    down: down.replace("/sites/", "/availability/"),
    sheet,
    owed,
    proof,
    feed: await feed(operator, address),
    finding,
    ticket: issued,
    paper,
    copy,
    letter,
    receipt,
    suspension,
    decision,
    shut: shut.split("/").pop(),
    correction,
    duty,
    item,
    read,
    seen,
    patrol,
    approval,
    shot,
    pictured: await findingOf(page, address, tampered, "hidden-link"),
  };
}
