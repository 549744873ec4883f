// Has the pages judged: is the HTML valid (vnu), accessible (pa11y), and quick on a slow phone (Lighthouse)?
//
// usage: judges.mjs ADDRESS FOLDER     pages are saved in FOLDER

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { everyPage, inWelsh } from "./addresses.mjs";

const [address, folder] = process.argv.slice(2);
const programs = join(process.env.NODE_PATH, ".bin");
const chromium = execFileSync("which", ["chromium"], { encoding: "utf8" }).trim();
const english = await everyPage(address);
const record = english.find((path) => /^\/records\/R-\w+$/.test(path));
const pages = [...english, "/submit/sign-in", ...["/", record, "/statistics", "/submit/sign-in"].map(inWelsh)];
const faults = [];
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const files = [];
for (const path of pages) {
  const file = join(folder, `${files.length}.html`);
  writeFileSync(file, await (await fetch(address + path, { headers: { accept: "text/html" } })).text());
  files.push(file);
}
const vnu = createRequire(process.env.NODE_PATH + "/")("vnu-jar");
const judged = spawnSync("java", ["-jar", vnu, "--errors-only", "--format", "gnu", ...files], { encoding: "utf8" });
if (judged.error) faults.push(`vnu: ${judged.error.message}`);
for (const line of judged.stderr.split("\n").filter((line) => line.includes("error"))) {
  const page = pages[Number(/(\d+)\.html/.exec(line)?.[1])];
  faults.push(`vnu: ${page}: ${line.replace(/^.*?\.html"?/, "")}`);
}

const config = join(folder, "pa11y.json");
writeFileSync(config, JSON.stringify({ chromeLaunchConfig: { executablePath: chromium, args: ["--no-sandbox"] } }));
for (const path of pages) {
  const found = spawnSync(join(programs, "pa11y"), ["--config", config, "--standard", "WCAG2AA", "--reporter", "csv", address + path], { encoding: "utf8" });
  if (found.error || ![0, 2].includes(found.status)) faults.push(`pa11y: ${path}: ${found.error ?? found.stderr}`);
  for (const line of found.stdout.split("\n").filter((line) => line.startsWith('"error"'))) faults.push(`pa11y: ${path}: ${line}`);
}

// First visits to a record, a search and the front page. Speed is printed but never fails the run, because it depends on
// what else the machine is doing.
const wanted = { accessibility: 100, "best-practices": 95, seo: 95 };
const slowest = { score: 100, paint: 0, shift: 0 };
for (const path of [record, "/records?q=facial", "/"]) {
  const out = join(folder, "lighthouse.json");
  const flags = ["--quiet", "--chrome-flags=--headless --no-sandbox", "--output=json", `--output-path=${out}`];
  const run = spawnSync(join(programs, "lighthouse"), [address + path, ...flags], { encoding: "utf8", env: { ...process.env, CHROME_PATH: chromium } });
  if (run.status !== 0) {
    faults.push(`Lighthouse: ${path}: ${run.stderr}`);
    continue;
  }
  const report = JSON.parse(readFileSync(out, "utf8"));
  for (const [category, least] of Object.entries(wanted)) {
    const score = Math.round(report.categories[category].score * 100);
    if (score < least) faults.push(`Lighthouse: ${path}: ${category} ${score}, not ${least}`);
  }
  const of = (audit) => report.audits[audit].numericValue;
  slowest.score = Math.min(slowest.score, Math.round(report.categories.performance.score * 100));
  slowest.paint = Math.max(slowest.paint, of("largest-contentful-paint"));
  slowest.shift = Math.max(slowest.shift, of("cumulative-layout-shift"));
}
if (slowest.shift >= 0.1) faults.push(`the layout shifts by ${slowest.shift}`);

if (faults.length) {
  console.error(faults.join("\n"));
  process.exit(1);
}
const paint = (slowest.paint / 1000).toFixed(1);
console.log(`vnu and pa11y: ${pages.length} pages without an error; Lighthouse: performance ${slowest.score}, largest paint after ${paint} s, shift ${slowest.shift}`);
