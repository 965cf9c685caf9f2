// Uses each HTML report in a browser; dev/browser.sh starts it. Exit code 1 if anything is amiss.
"use strict";

const assert = require("node:assert/strict");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 900 };

/** Opens a page that must load nothing and complain of nothing. */
async function open(browser, file, viewport) {
  const page = await browser.newPage({ viewport });
  const amiss = [];
  page.on("console", (said) => said.type() === "error" && amiss.push(said.text()));
  page.on("pageerror", (error) => amiss.push(String(error)));
  page.on("dialog", (dialog) => { amiss.push(dialog.message()); dialog.dismiss(); });
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) { amiss.push(request.url()); }
  });
  await page.goto(pathToFileURL(path.resolve(file)).href);
  return { page, amiss };
}

async function readsRecords(page) {
  const cite = page.locator("section a.cite").first();
  const id = (await cite.textContent()).trim();
  await cite.click();
  const panel = page.locator("#panel");
  assert.ok(await panel.isVisible(), "a click on a citation shows the record");
  const raw = await page.locator(`#${id} pre`).textContent();
  assert.equal(await panel.locator("pre").textContent(), raw);
  assert.match(await panel.textContent(), /SHA-256 [0-9a-f]{64}/);
  await page.keyboard.press("Escape");
  assert.ok(await panel.isHidden(), "Escape closes it");
  const focused = await page.evaluate(() => document.activeElement.textContent);
  assert.equal(focused.trim(), id, "the place in the text is kept");
  await page.keyboard.press("Enter");
  assert.ok(await panel.isVisible(), "Enter on a citation shows the record");
  await page.locator("#close").click();
  assert.ok(await panel.isHidden());
}

async function filters(page) {
  const button = page.locator(".filter button").first();
  const lane = await button.getAttribute("data-lane");
  const steps = page.locator("ol.steps").first().locator("li");
  const all = await steps.count();
  await button.focus();
  await page.keyboard.press("Enter");
  const lanes = await steps.evaluateAll(
    (items) => items.filter((item) => !item.hidden).map((item) => item.dataset.lane));
  assert.ok(lanes.length > 0 && lanes.length < all && lanes.every((it) => it === lane));
  assert.equal(await button.getAttribute("aria-pressed"), "true");
  await button.click();
  assert.equal(await page.locator("ol.steps li:visible").count(), all);
}

async function leadsFromDots(page) {
  await page.locator(".lanes svg a").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("li.at"));
}

async function fits(page) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= PHONE.width, `${width} pixels wide on a phone`);
}

async function prints(page) {
  const paper = await page.pdf({ format: "A4" });
  assert.equal(paper.subarray(0, 5).toString(), "%PDF-");
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  const shut = await page.evaluate(() => document.querySelectorAll("details:not([open])").length);
  assert.equal(shut, 0, "printing opens everything");
}

/** A page in both languages shows one, and the other at a press of its button. */
async function changesLanguage(page) {
  const button = page.locator("#language");
  assert.equal(await button.textContent(), "日本語");
  await button.focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.getAttribute("html", "lang"), "ja");
  assert.match(await page.locator("body").innerText(), /[ぁ-ん]/);
  await page.locator("[data-language=ja] a.cite").first().click();
  assert.ok(await page.locator("#panel").isVisible(), "its sentences have the same records");
  await page.keyboard.press("Escape");
  await page.locator("[data-language=ja] .lanes svg a").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("[data-language=ja] li.at"));
  await button.click();
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.equal(await button.textContent(), "日本語");
}

async function use(browser, file) {
  const isJapanese = file.includes(".ja.");
  const { page, amiss } = await open(browser, file, DESK);
  assert.equal(await page.getAttribute("html", "lang"), isJapanese ? "ja" : "en");
  const text = await page.locator("body").innerText();
  assert.equal(/[ぁ-ん]/.test(text), isJapanese, "its own language");
  if (file.includes(".both.")) { await changesLanguage(page); }
  await readsRecords(page);
  await filters(page);
  await leadsFromDots(page);
  await prints(page);
  const phone = await open(browser, file, PHONE);
  await fits(phone.page);
  await readsRecords(phone.page);
  await fits(phone.page);
  assert.deepEqual(amiss.concat(phone.amiss), [], "nothing is loaded, nothing is amiss");
}

(async () => {
  const executablePath = process.env.CHROMIUM;
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  let bad = 0;
  for (const file of process.argv.slice(2)) {
    try {
      await use(browser, file);
    } catch (error) {
      bad += 1;
      console.error(`${file}: ${error.message}`);
    }
  }
  await browser.close();
  console.log(`${process.argv.length - 2} pages used in Chromium, ${bad} bad`);
  process.exit(bad > 0 ? 1 : 0);
})();
