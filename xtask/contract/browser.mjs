// Shared by the browser tests: the browser, and checking a page with axe.

import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(process.env.NODE_PATH + "/");
const { chromium } = require("playwright-core");
const { AxeBuilder } = require("@axe-core/playwright");

export const views = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 320, height: 640 }, colorScheme: "light" },
};
/** Everything found wrong, in sentences. */
export const faults = [];

const executablePath = execFileSync("which", ["chromium"], { encoding: "utf8" }).trim();
export const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-quic"] });

// Fail rather than wait for a browser that hangs.
setTimeout(() => {
  console.error(["it took longer than ten minutes", ...faults].join("\n"));
  process.exit(1);
}, 600_000).unref();

/** Opens a page and records its console, where a violated content security policy shows. */
export async function open(context, view) {
  const page = await context.newPage();
  page.on("console", (message) => {
    const expected = /Failed to load resource: the server responded with a status of 4\d\d/.test(message.text());
    if (!expected) faults.push(`${view} ${page.url()}: console: ${message.text()}`);
  });
  return page;
}

/** Checks that a page fits its screen and is accessible. */
export async function look(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) faults.push(`${name}: ${wide} pixels wider than the screen`);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  for (const violation of violations) {
    const where = violation.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`);
    faults.push(`${name}: ${violation.id}: ${where.join("; ")}`);
  }
}

/** Ends the run: fails with what was found, or prints a sentence. */
export async function end(sentence) {
  await browser.close();
  if (faults.length) {
    console.error(faults.join("\n"));
    process.exit(1);
  }
  console.log(sentence);
}
