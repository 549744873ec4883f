// A department's work in a browser, with scripts and without: signing in, writing a record page by page, mistakes,
// two tabs, a lost session, sending, approving, publishing, the next version; then a spreadsheet, a regulator's
// reading room and an administrator's desk. Each page is checked with axe, in light, dark and on a small screen.
//
// usage: submit.mjs ADDRESS PEOPLE.json     where PEOPLE has writer, approver, regulator and admin: email and secret

import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

import { browser, end, faults, look, open, views } from "./browser.mjs";

const address = process.argv[2];
const people = JSON.parse(readFileSync(process.argv[3], "utf8"));
const password = "correct horse battery";

// Time-based one-time passwords (RFC 6238).
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
function code(secret, step) {
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", key).update(counter).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1000000).padStart(6, "0");
}
/** A code not used before. Waits for the next one if need be, because the register accepts each code once. */
async function fresh(person) {
  const now = () => Math.floor(Date.now() / 30000);
  while (person.used !== undefined && person.used + 1 > now() + 1) await new Promise((go) => setTimeout(go, 500));
  person.used = Math.max(now(), (person.used ?? 0) + 1);
  return code(person.secret, person.used);
}
async function signIn(page, person, wrong) {
  await page.locator("#email").fill(person.email);
  await page.locator("#password").fill(password);
  await page.locator("#code").fill(wrong ?? (await fresh(person)));
  await page.getByRole("button", { name: "Sign in" }).click();
}
const check = (holds, fault) => {
  if (!holds) faults.push(fault);
};
const has = async (page, text) => (await page.locator("main").innerText()).includes(text);
const save = (page) => page.getByRole("button", { name: "Save and back to all sections" }).click();
const into = (page, section) => page.getByRole("link", { name: section, exact: true }).click();

async function journey(javaScriptEnabled) {
  const way = javaScriptEnabled ? "with script" : "without script";
  const context = await browser.newContext({ javaScriptEnabled });
  context.setDefaultTimeout(8000);
  const page = await open(context, way);
  const title = `Bin round planner ${way}`;

  await page.goto(`${address}/submit/new`);
  check(page.url().includes("/submit/sign-in?to=%2Fsubmit%2Fnew"), `${way}: ${page.url()} is no way to sign in`);
  await signIn(page, people.writer, "000000");
  check(await has(page, "There is a problem"), `${way}: a wrong code was not said`);
  check((await page.locator("#email").inputValue()) === people.writer.email, `${way}: the address was not kept`);
  await signIn(page, people.writer);
  check(page.url() === `${address}/submit/new`, `${way}: signing in led to ${page.url()}`);

  await page.getByRole("radio", { name: /^Procured technology/ }).check();
  await page.getByRole("button", { name: "Begin", exact: true }).click();
  check(await has(page, "Title is missing"), `${way}: a missing title was not said`);
  check(await page.getByRole("radio", { name: /^Procured/ }).isChecked(), `${way}: the kind was not kept`);
  await page.getByRole("radio", { name: /^Algorithmic tool/ }).check();
  await page.locator("#title").fill(title);
  await page.getByRole("button", { name: "Begin", exact: true }).click();
  const draft = page.url();
  check(await has(page, "Draft"), `${way}: no draft was begun`);

  await into(page, "What it is");
  await page.locator("#summary").fill("Plans which bins are emptied when.");
  await page.locator("#description").fill("It reads *sensors* of bins.\n\n<script>alert(1)</script>");
  await page.locator("#contact_email").fill("nobody");
  await save(page);
  check(await has(page, "is not a mailbox"), `${way}: a bad mailbox was not said`);
  check((await page.locator("#summary").inputValue()).startsWith("Plans"), `${way}: what was typed was lost`);
  await page.getByRole("link", { name: /is not a mailbox/ }).click();
  check(page.url().endsWith("#contact_email"), `${way}: the summary of errors leads nowhere`);
  await page.locator("#contact_email").fill("algorithms@northmoor.example");
  await save(page);
  check(page.url() === draft, `${way}: saving led to ${page.url()}`);

  // A second tab gets a warning and keeps what was typed there.
  const other = await open(context, way);
  await other.goto(`${draft}/sections/who`);
  await page.goto(`${draft}/sections/who`);
  await page.locator("#team").fill("Waste");
  await save(page);
  await other.locator("#team").fill("Waste and streets");
  await save(other);
  check(await has(other, "Somebody changed this draft"), `${way}: the second tab was not told`);
  check((await other.locator("#team").inputValue()) === "Waste and streets", `${way}: the second tab lost its words`);
  check(await has(other, "Waste"), `${way}: the second tab does not see what is saved`);
  await save(other);
  check(other.url() === draft, `${way}: the second tab could not save: ${other.url()}`);

  // After a lost session, what was typed is saved once the writer has signed in again.
  await page.goto(`${draft}/sections/who`);
  await page.locator("#accountable_role").fill("Director of Streets");
  await context.clearCookies();
  await save(page);
  check(await has(page, "Nothing you typed is lost"), `${way}: a lost session was not said`);
  await signIn(page, people.writer);
  await page.getByRole("button", { name: "Go on" }).click();
  check(page.url() === draft, `${way}: going on led to ${page.url()}`);
  await into(page, "Who answers for it and who sold it");
  check((await page.locator("#accountable_role").inputValue()) === "Director of Streets", `${way}: a lost session lost words`);

  await page.locator("#deployments").click();
  await page.locator("#started_on").fill("31");
  await page.locator("[id='started_on.month']").fill("2");
  await page.locator("[id='started_on.year']").fill("2026");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  check(await has(page, "Write a real day"), `${way}: a day that is none was not said`);
  check(await has(page, "Organisation: answer it"), `${way}: a missing part was not said`);
  await page.locator("#organisation").fill("Northmoor Borough Council");
  await page.locator("[id='started_on.month']").fill("3");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  check(await has(page, "Northmoor Borough Council, 31 March 2026"), `${way}: what was added is not listed`);
  await save(page);

  await into(page, "Where it is used");
  await page.getByRole("checkbox", { name: /^Environment/ }).first().check();
  await page.getByRole("checkbox", { name: /^England/ }).first().check();
  await page.getByRole("button", { name: "Save and go on" }).click();
  check(page.url().endsWith("/sections/when"), `${way}: going on led to ${page.url()}`);
  await page.locator("#phase").selectOption("development");
  await page.locator("#planned_start").fill("1");
  await page.locator("[id='planned_start.month']").fill("4");
  await page.locator("[id='planned_start.year']").fill("2027");
  await page.getByRole("button", { name: "Save and go on" }).click();
  await page.locator("#public_purpose").fill("Clean streets");
  await page.locator("#problem_statement").fill("Rounds to bins that are empty");
  await page.getByRole("button", { name: "Save and go on" }).click();
  await page.getByRole("checkbox", { name: /^Rules/ }).first().check();
  await page.locator("#automation_level, [id^='automation_level.']").first().check();
  await page.getByRole("group", { name: /^Effects of the decision/ }).getByRole("checkbox").first().check();
  await page.getByRole("group", { name: /^Burden of proof/ }).getByRole("radio").first().check();
  await page.getByRole("button", { name: "Save and go on" }).click();
  await page.getByRole("checkbox", { name: /^General public/ }).check();
  await page.getByRole("group", { name: /^Uses data about children/ }).getByRole("radio", { name: "No" }).check();
  for (const field of ["special_category_data", "national_identifiers"]) {
    const statement = page.locator("details", { has: page.locator(`[id='${field}.reason']`) });
    await statement.locator("summary").click();
    await statement.getByRole("radio", { name: /^Not applicable/ }).check();
    await page.locator(`[id='${field}.reason']`).fill("It holds no personal data");
  }
  await page.getByRole("button", { name: "Save and go on" }).click();

  // An assessment only regulators may read, with a file.
  await page.locator("#assessments").click();
  await page.locator("#type").selectOption("dpia");
  await page.getByRole("radio", { name: /^Before deployment/ }).check();
  await page.getByRole("radio", { name: /^Complete/ }).check();
  await page.locator("#completed_on").fill("2");
  await page.locator("[id='completed_on.month']").fill("5");
  await page.locator("[id='completed_on.year']").fill("2026");
  await page.getByRole("radio", { name: /^Regulator only/ }).check();
  await page.locator("#withheld_ground").selectOption({ index: 1 });
  await page.locator("#summary").fill("Sealed words of the assessment");
  await page.locator("#document").setInputFiles({ name: "dpia.txt", mimeType: "text/plain", buffer: Buffer.from("Sealed file") });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  check(await has(page, "Data protection impact assessment"), `${way}: the assessment is not listed: ${page.url()}`);
  await page.getByRole("button", { name: /^Change/ }).click();
  check(await has(page, "A file is attached (text/plain, 11 bytes)"), `${way}: the file was not attached`);
  await page.goto(`${draft}/check`);
  const stops = page.locator(".govuk-error-summary li");
  check((await stops.count()) === 0, `${way}: still to do: ${await stops.allInnerTexts()}`);
  await page.getByRole("link", { name: "See what the public will see" }).click();
  const preview = await page.locator("main").innerText();
  check(preview.includes("Data protection impact assessment"), `${way}: the preview lacks the assessment`);
  check(!preview.includes("Sealed words"), `${way}: the preview shows what is sealed`);
  check(preview.includes("<script>alert(1)</script>"), `${way}: markup is not shown as text`);

  // A visitor without an account.
  await page.goto(draft);
  await page.getByText("Show it to somebody without an account").click();
  await page.getByRole("button", { name: "Make a preview link" }).click();
  const link = await page.locator("pre").innerText();
  const stranger = await browser.newContext({ javaScriptEnabled });
  const guest = await open(stranger, way);
  await guest.goto(new URL(new URL(link).pathname, address).href);
  check(await has(guest, "This is a draft that somebody shows you"), `${way}: the preview link shows nothing`);
  await guest.goto(draft);
  check(guest.url().includes("/submit/sign-in"), `${way}: a stranger sees a draft`);

  await page.goto(`${draft}/check`);
  await page.locator("#note").fill("First publication");
  await page.getByRole("button", { name: "Send for approval" }).click();
  check(await has(page, "Submitted"), `${way}: it was not sent`);
  check(!(await page.getByRole("link", { name: "Review it" }).count()), `${way}: its writer reviews it`);

  const office = await browser.newContext({ javaScriptEnabled });
  const desk = await open(office, way);
  await desk.goto(`${draft}/review`);
  await signIn(desk, people.approver);
  check(desk.url() === `${draft}/review`, `${way}: the approver is at ${desk.url()}`);
  check(await has(desk, "Sealed words of the assessment"), `${way}: the approver does not see what stays sealed`);
  await desk.getByRole("button", { name: "Send it back" }).click();
  check(await has(desk, "It was not done"), `${way}: it was sent back without a reason`);
  await desk.locator("#reason").fill("Say which streets");
  await desk.getByRole("button", { name: "Send it back" }).click();
  await page.goto(draft);
  check(await has(page, "Say which streets"), `${way}: the writer does not see why it came back`);
  await into(page, "What it is");
  await page.locator("#scope").fill("All streets of the borough");
  await save(page);
  await page.goto(`${draft}/check`);
  check((await page.locator("#note").inputValue()) === "First publication", `${way}: the note was lost`);
  await page.getByRole("button", { name: "Send for approval" }).click();
  await desk.goto(`${draft}/review`);
  await desk.getByRole("button", { name: "Approve", exact: true }).click();
  await desk.getByRole("link", { name: "Review it" }).click();
  await desk.getByRole("button", { name: "Publish it now" }).click();
  check(await has(desk, "Published"), `${way}: it was not published`);
  await desk.getByRole("link", { name: /^R-/ }).click();
  const record = desk.url().split("/").pop();
  for (const text of [title, "All streets of the borough", "Data protection impact assessment", "First publication"]) {
    check(await has(desk, text), `${way}: the published record lacks '${text}'`);
  }
  check(!(await has(desk, "Sealed words")), `${way}: the record shows what is sealed`);

  // The next version, and the page that shows its changes.
  await page.goto(`${address}/submit/records/${record}`);
  await page.getByRole("button", { name: "Begin the next version" }).click();
  const next = page.url();
  await into(page, "What it is");
  await page.locator("#summary").fill("Plans which bins are emptied when, and by whom.");
  await save(page);
  await page.goto(`${next}/check`);
  await page.getByRole("button", { name: "Send for approval" }).click();
  await desk.goto(`${next}/review`);
  check((await desk.locator("ins").allInnerTexts()).join("").includes("by whom"), `${way}: the review shows no difference`);
  await desk.getByRole("button", { name: "Approve", exact: true }).click();
  await desk.goto(`${next}/review`);
  await desk.getByRole("button", { name: "Publish it now" }).click();
  await page.goto(`${address}/submit/records/${record}`);
  check(await has(page, "version 2"), `${way}: there is no second version`);
  await page.getByRole("button", { name: "It is still true" }).click();
  check(await has(page, "Confirmed"), `${way}: it was not confirmed`);

  // A spreadsheet with a good row and a bad one.
  await page.goto(`${address}/submit/upload`);
  await page.getByRole("button", { name: "Check it first" }).click();
  check(await has(page, "Choose a file"), `${way}: an upload without a file was not said`);
  const rows = [
    "publisher,title,jurisdiction,phase",
    "Northmoor Borough Council,Parking planner,GB,development",
    "Northmoor Borough Council,Tree planner,GB,devlopment",
    "",
  ].join("\n");
  for (const button of ["Check it first", "Make drafts of it"]) {
    await page.goto(`${address}/submit/upload`);
    await page.locator("#file").setInputFiles({ name: "rows.csv", mimeType: "text/csv", buffer: Buffer.from(rows) });
    await page.getByRole("button", { name: button }).click();
    check(await has(page, "2 rows read: 1 good"), `${way}: ${button}: ${page.url()}`);
    check(await has(page, "devlopment"), `${way}: ${button}: the bad row is not said`);
  }
  await page.getByRole("link", { name: "Parking planner" }).click();
  check(await has(page, "Parking planner"), `${way}: the draft of a row is not there`);
  const bulk = page.url();
  await page.getByText("Delete this draft").click();
  await page.getByRole("button", { name: "Delete it" }).click();
  check(page.url() === `${address}/submit`, `${way}: giving up led to ${page.url()}`);
  return { page, desk, draft, next, bulk, record, context, office };
}

async function others(record) {
  const reading = await browser.newContext();
  const page = await open(reading, "regulator");
  await page.goto(`${address}/submit/sealed`);
  await signIn(page, people.regulator);
  const ours = page.locator("main li", { hasText: "Bin round planner" }).getByRole("link").first();
  while (!(await ours.count())) await page.getByRole("link", { name: "More" }).click({ timeout: 5000 });
  await ours.click();
  check(await has(page, "Sealed words of the assessment"), "the regulator does not read what is sealed");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download the document" }).click();
  check((await (await download).path()) !== null, "the sealed document cannot be downloaded");
  const sealed = page.url();
  await page.getByRole("button", { name: "Leave a receipt" }).click();
  check(await has(page, "Your body received it"), "no receipt was left");

  const reader = await browser.newContext();
  const report = await open(reader, "reader");
  await report.goto(`${address}/records/${record}/report`);
  await report.locator("#text").fill("The streets are wrong");
  await report.getByRole("button", { name: "Send" }).click();
  const receipt = report.url();

  const keeping = await browser.newContext();
  const admin = await open(keeping, "administrator");
  await admin.goto(`${address}/submit/moderation`);
  await signIn(admin, people.admin);
  const remark = admin.locator("section", { hasText: "The streets are wrong" });
  await remark.getByRole("button", { name: "It is right: the body is told" }).click();
  check(await has(admin, "There is a problem") || (await admin.locator(".govuk-error-message").count()) > 0, "a decision without a reason was taken");
  const again = admin.locator("section", { hasText: "The streets are wrong" });
  await again.getByRole("textbox").fill("Thank you: the body was told");
  await again.getByRole("button", { name: "It is right: the body is told" }).click();
  await report.goto(receipt);
  check(await has(report, "Thank you: the body was told"), "the reporter does not hear what became of it");
  await admin.goto(`${address}/submit/people`);
  await admin.locator("#email").fill("nobody");
  await admin.getByRole("button", { name: "Add person" }).click();
  check((await admin.locator("#email").inputValue()) === "nobody", "a bad address was not kept");
  await admin.locator("#email").fill("new@northmoor.example");
  await admin.locator("#name").fill("Noor West");
  await admin.getByRole("button", { name: "Add person" }).click();
  const person = admin.locator("section", { hasText: "Noor West" });
  await person.getByText("Give a role").click();
  await person.getByRole("combobox", { name: "Role" }).selectOption("contributor");
  await person.getByRole("textbox", { name: "Of which body" }).fill("northmoor-borough-council");
  await person.getByRole("button", { name: "Give the role" }).click();
  check(await has(admin, "Contributor, Northmoor Borough Council"), "no role was given");
  return { reading, keeping, sealed };
}

let seen = 0;
/** Checks pages in every view, signed in. */
async function seeAll(signedIn, paths) {
  const state = await signedIn.storageState();
  for (const [view, options] of Object.entries(views)) {
    const context = await browser.newContext({ ...options, storageState: state });
    const page = await open(context, view);
    for (const path of paths) {
      const response = await page.goto(path, { waitUntil: "networkidle" });
      check(response.status() === 200, `${view} ${path}: ${response.status()}`);
      await look(page, `${view} ${path}`);
      seen += 1;
    }
    await context.close();
  }
}

async function all() {
  await journey(false);
  const done = await journey(true);
  const { reading, keeping, sealed } = await others(done.record);
  const submit = `${address}/submit`;
  await done.page.goto(`${submit}/records/${done.record}`);
  await done.page.getByRole("button", { name: "Begin the next version" }).click();
  const open_ = done.page.url();
  await seeAll(done.context, [
    submit, `${submit}/sign-in`, `${submit}/new?from=crowd`, open_, `${open_}/sections/identity?check`, `${open_}/sections/on_whom?check`,
    `${open_}/sections/checked`, `${open_}/items/assessments/0`, `${open_}/items/supplier_involvement/new`, `${open_}/check`, `${open_}/preview`,
    `${done.bulk}/sections/who?check`, `${done.bulk}/check`, `${submit}/records/${done.record}`, `${submit}/upload`, `${submit}/tokens`,
  ]);
  await seeAll(done.office, [submit, `${done.next}/review`, `${open_}/review`]);
  await seeAll(reading, [`${submit}/sealed`, sealed]);
  await seeAll(keeping, [submit, `${submit}/people`, `${submit}/moderation`]);
}

// Report earlier faults even if the journey breaks off.
await all().catch((error) => faults.push(error.stack));
await end(`the department's way with script and without; ${seen} views without a violation`);
