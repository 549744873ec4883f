// Checks the website in a browser: every kind of page, in light, dark and on a small screen, with axe; its size on the
// wire; and how a reader gets around by keyboard, without scripts.
//
// usage: pages.mjs ADDRESS

import { browser, end, faults, look, open, views } from "./browser.mjs";
import { everyPage, inWelsh } from "./addresses.mjs";

const address = process.argv[2];
const english = await everyPage(address);
let seen = 0;
let heaviest = 0;
for (const [view, options] of Object.entries(views)) {
  const context = await browser.newContext(options);
  const page = await open(context, view);
  // Welsh words are longer, so the small screen is checked in Welsh too.
  const pages = view === "dark" ? english : [...english, ...english.map(inWelsh)];
  for (const path of pages) {
    const requests = [];
    const weighed = [];
    const count = (response) => {
      requests.push(response.url());
      weighed.push(response.request().sizes().catch(() => null));
    };
    page.on("response", count);
    // Nothing loads later: the pages have no script.
    await page.goto(address + path, { waitUntil: "load" });
    page.off("response", count);
    const sizes = (await Promise.all(weighed)).filter((size) => size);
    const bytes = sizes.reduce((sum, size) => sum + size.responseBodySize + size.responseHeadersSize, 0);
    heaviest = Math.max(heaviest, bytes);
    if (bytes > 150_000) faults.push(`${view} ${path}: ${bytes} bytes on the wire`);
    if (requests.length > 15) faults.push(`${view} ${path}: ${requests.length} requests`);
    const foreign = requests.filter((url) => !url.startsWith(address));
    if (foreign.length) faults.push(`${view} ${path}: asks ${foreign}`);
    await look(page, `${view} ${path}`);
    const lang = path.startsWith("/cy") ? "cy" : "en";
    if ((await page.locator("html").getAttribute("lang")) !== lang) faults.push(`${view} ${path}: not in ${lang}`);
    seen += 1;
  }
  if ((await context.cookies()).length) faults.push(`${view}: a cookie was set`);
  await context.close();
}

// A reader with a keyboard and no scripts.
const reader = await browser.newContext({ javaScriptEnabled: false });
const page = await reader.newPage();
await page.goto(address + "/");
await page.keyboard.press("Tab");
const skip = page.getByRole("link", { name: "Skip to main content" });
if (!(await skip.isVisible())) faults.push("the first thing that Tab reaches is no way to the content");
await page.getByRole("searchbox").fill("facial recognition");
await page.keyboard.press("Enter");
await page.getByRole("checkbox", { name: /^Policing/ }).check();
await page.getByRole("button", { name: "Apply" }).click();
if (!page.url().includes("sector=policing")) faults.push(`the filter was not applied: ${page.url()}`);
await page.getByRole("link", { name: /Live facial recognition from vans/ }).first().click();
for (const heading of ["Does it affect me, and how do I challenge it?", "Assessments before and after it went live", "History"]) {
  if (!(await page.getByRole("heading", { name: heading }).isVisible())) faults.push(`the record lacks '${heading}'`);
}
await page.getByRole("link", { name: "What changed in version 3" }).click();
if (!(await page.locator("ins").count())) faults.push("the difference shows nothing inserted");

// Changing language stays on the same page, and a form sent in Welsh is answered in Welsh.
await page.goto(address + "/records?sector=policing");
await page.getByRole("link", { name: "Cymraeg" }).click();
if (page.url() !== `${address}/cy/records?sector=policing`) faults.push(`Welsh is at ${page.url()}`);
await page.getByRole("searchbox").fill("facial recognition");
await page.keyboard.press("Enter");
await page.getByRole("link", { name: /Live facial recognition from vans/ }).first().click();
if (!(await page.getByRole("heading", { name: "Hanes", exact: true }).isVisible())) faults.push("no history in Welsh");
await page.getByRole("link", { name: "English" }).click();
if (!new URL(page.url()).pathname.startsWith("/records/R-")) faults.push(`English is at ${page.url()}`);
await end(`${seen} views without a violation, the heaviest ${heaviest} bytes on the wire; a reader's way without script`);
