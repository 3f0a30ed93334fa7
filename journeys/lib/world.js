// What the rehearsal's province lacks before every screen has something to show: made by the people themselves.

/** Makes it, and tells the addresses that `screens.json` names in braces. */
export async function prepare(as, server) {
  const page = await as("jianguan");
  await page.goto(`${server.address}/site-imports/new`);
  const file = "网站名称,首页网址,主办单位,网站类型\n北山市档案馆,http://dag.beishan.example/,北山市教育局,子站\n错行,www.cuo.example,没有的单位,网店\n";
  await page.setInputFiles("#f-file", { name: "台账.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
  await page.click('button:has-text("上传并预览")');
  await page.waitForURL(/\/site-imports\/\d+$/);
  const sheet = await page.getAttribute('link[rel="stylesheet"]', "href");
  return { import: new URL(page.url()).pathname, sheet };
}
