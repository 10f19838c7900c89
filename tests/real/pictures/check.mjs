// Looks at pages of `graph --format html` in a real browser, as a reader would.
//
//   node check.mjs DIRECTORY CHROMIUM
//
// DIRECTORY has playwright-core in it, and the pages as NAME.html; a picture of each view is left there as PNG. At
// 1280 x 800, in light and in dark, each page loads without a word on the console and without asking for anything; every
// text is inside its box, overlaps no other and is large and clear enough to be read; boxes lie within or beside one
// another; and search, choice, zoom and movement do what they say, by pointer and by keyboard.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [directory, executablePath] = [resolve(process.argv[2]), process.argv[3]];
const { chromium } = createRequire(join(directory, "package.json"))("playwright-core");

// How small letters may be on the screen, and how little they may differ from what is behind them (WCAG 2.2, 1.4.3).
const SMALLEST = 9;
const CONTRAST = 4.5;

// In the page: all that is wrong with how a view is laid out.
function faults(name, [smallest, contrast]) {
  const view = document.querySelector(`.view[data-view="${name}"]`);
  const svg = view.firstElementChild;
  const { width, height } = svg.viewBox.baseVal;
  const scale = svg.getBoundingClientRect().width / width;
  const faults = [];
  const box = (element) => {
    const { x, y, width, height } = element.getBBox();
    return { left: x, top: y, right: x + width, bottom: y + height };
  };
  const holds = (outer, inner, by = 0.5) =>
    outer.left <= inner.left + by && outer.top <= inner.top + by && outer.right >= inner.right - by && outer.bottom >= inner.bottom - by;
  const meet = (one, other, by = 0.5) =>
    one.left + by < other.right && other.left + by < one.right && one.top + by < other.bottom && other.top + by < one.bottom;
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((it) => it / 255).map((it) => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const style = (element) => getComputedStyle(element);
  const isSolid = (element) => {
    const { fill } = style(element);
    return fill !== "none" && (channels(fill)[3] ?? 1) === 1;
  };

  const whole = { left: 0, top: 0, right: width, bottom: height };
  const ground = svg.querySelector(".ground");
  const boxes = [...svg.querySelectorAll(".shape > .box")].map((element) => ({ element, at: box(element), id: element.parentNode.dataset.shape }));
  const texts = [...svg.querySelectorAll("text")].map((element) => ({ element, at: box(element), words: element.textContent }));
  for (const { at, id } of boxes) if (!holds(whole, at)) faults.push(`${id} is not within the drawing`);
  for (const { element, at, words } of texts) {
    if (!words) continue;
    if (!holds(whole, at)) faults.push(`"${words}" is not within the drawing`);
    const own = element.parentNode.querySelector(":scope > .box, :scope > .hit");
    if (own && element.parentNode.matches(".shape") && !holds(box(own), at)) faults.push(`"${words}" is not within its box`);
    const size = parseFloat(style(element).fontSize) * scale;
    if (size < smallest) faults.push(`"${words}" is ${size.toFixed(1)} px high`);
    const behind = boxes.filter((it) => isSolid(it.element) && holds(it.at, at)).at(-1)?.element ?? ground;
    const found = ratio(style(element).fill, style(behind).fill);
    if (found < contrast) faults.push(`"${words}" has a contrast of ${found.toFixed(2)}`);
  }
  for (const [place, one] of texts.entries()) {
    for (const other of texts.slice(place + 1)) {
      if (meet(one.at, other.at)) faults.push(`"${one.words}" and "${other.words}" overlap`);
    }
    const own = boxes.findIndex((it) => it.element.parentNode === one.element.parentNode);
    for (const [before, { at, id }] of boxes.entries()) {
      // What is drawn before its own box is behind that, and not seen.
      if (before > own && meet(one.at, at) && !holds(at, one.at)) faults.push(`"${one.words}" and the border of ${id} cross`);
    }
  }
  for (const [place, one] of boxes.entries()) {
    for (const other of boxes.slice(place + 1)) {
      // Gateways stand on the border of their VPC.
      const isGateway = [one, other].some((it) => it.element.parentNode.matches(".gateway"));
      if (isGateway || !meet(one.at, other.at) || holds(one.at, other.at) || holds(other.at, one.at)) continue;
      faults.push(`${one.id} and ${other.id} overlap`);
    }
  }
  return { faults, boxes: boxes.length, texts: texts.length };
}

async function look(browser, name, colorScheme) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme });
  const page = await context.newPage();
  const url = pathToFileURL(join(directory, `${name}.html`)).href;
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) said.push(`asks for ${request.url()}`);
  });
  await page.goto(url);
  assert.equal(await page.evaluate(() => window.wrong), undefined, "a name is run as a script");

  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
  const isDark = Math.max(...ground) < 64;
  assert.equal(isDark, colorScheme === "dark", `the page is ${ground} in ${colorScheme}`);

  const picture = JSON.parse(await page.locator("#picture").textContent());
  assert.equal(picture.version, 1);
  const views = await page.locator(".tab").evaluateAll((tabs) => tabs.map((tab) => tab.dataset.view));
  const drawn = new Set();
  const counts = [];
  for (const view of views) {
    await page.locator(`.tab[data-view="${view}"]`).click();
    const found = await page.evaluate(`(${faults})(${JSON.stringify(view)}, ${JSON.stringify([SMALLEST, CONTRAST])})`);
    assert.deepEqual(found.faults, [], `${name}, ${view}, ${colorScheme}`);
    assert.ok(found.boxes > 0 && found.texts >= found.boxes, `${name}, ${view}: there are boxes with words`);
    counts.push(`${found.boxes} boxes and ${found.texts} texts in ${view.toLowerCase()}`);
    const ids = await page.locator(`.view[data-view="${view}"] .shape`).evaluateAll((all) => all.map((it) => it.dataset.shape));
    ids.forEach((id) => drawn.add(id));
    await page.screenshot({ path: join(directory, `${name}-${view.toLowerCase()}-${colorScheme}.png`) });
  }
  const missing = picture.shapes.filter((shape) => !drawn.has(shape.id)).map((shape) => shape.id);
  assert.deepEqual(missing, [], `${name}: every shape is drawn`);

  await uses(page, picture, views, name);
  await page.screenshot({ path: join(directory, `${name}-chosen-${colorScheme}.png`) });
  assert.deepEqual(said, [], `${name}: the page says nothing and asks for nothing`);
  await context.close();
  return counts.join(", ");
}

// What a reader does with the page.
async function uses(page, picture, views, name) {
  const transform = () => page.locator(".view:not([hidden])").evaluate((view) => view.style.transform);
  const changes = async (what, act) => {
    const before = await transform();
    await act();
    assert.notEqual(await transform(), before, `${name}: ${what} changes the view`);
  };
  const middle = { x: 640, y: 440 };

  // Search finds what is asked for, and leads there from another view.
  const wanted = picture.shapes.filter((shape) => shape.source && shape.name.length > 3).at(-1);
  if (wanted) {
    await page.locator(".tab").first().click();
    await page.keyboard.press("/");
    await page.keyboard.type(wanted.name);
    const found = page.locator(".shape.found");
    assert.ok(await found.count() > 0, `${name}: search finds ${wanted.name}`);
    const names = await found.evaluateAll((all) => all.map((it) => it.dataset.shape));
    assert.ok(names.includes(wanted.id), `${name}: ${wanted.id} is found`);
    await page.keyboard.press("Enter");
    const title = await page.locator("#panel h2").textContent();
    assert.ok(title.toLowerCase().includes(wanted.name.toLowerCase()), `${name}: Enter shows ${wanted.name}, not ${title}`);
    const place = await page.locator(".shape.chosen").first().boundingBox();
    assert.ok(place.x >= 0 && place.x + place.width <= 1280 && place.y >= 48 && place.y + place.height <= 800, `${name}: it is seen`);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".shape.found").count(), 0, `${name}: Escape ends the search`);
    assert.equal(await page.locator("#panel").isVisible(), false, `${name}: Escape closes the panel`);
    await page.locator("#search").fill("there is nothing of this name");
    assert.equal(await page.locator("#found").textContent(), "0 found");
    await page.keyboard.press("Escape");
    await page.locator("#search").blur();
  }

  // Zoom and movement, by wheel, pointer, keys and buttons; "Fit" undoes them.
  await page.locator("#fit").click();
  const whole = await transform();
  await page.mouse.move(middle.x, middle.y);
  await changes("the wheel", () => page.mouse.wheel(0, -200));
  await changes("dragging", async () => {
    await page.mouse.down();
    await page.mouse.move(middle.x + 80, middle.y + 40, { steps: 4 });
    await page.mouse.up();
  });
  for (const key of ["+", "-", "ArrowLeft", "ArrowDown"]) await changes(key, () => page.keyboard.press(key));
  await changes("zooming in", () => page.locator("#in").click());
  await page.keyboard.press("0");
  assert.equal(await transform(), whole, `${name}: 0 shows all again`);

  // Every box can be chosen by keyboard, and shows where it comes from, and what it is tied to.
  await page.locator(".tab").last().click();
  const last = page.locator(`.view[data-view="${views.at(-1)}"] .shape`).last();
  await last.focus();
  await page.keyboard.press("Enter");
  const shape = picture.shapes.find((it) => it.id === wanted?.id) ?? picture.shapes.at(-1);
  await page.locator(`.shape[data-shape=${JSON.stringify(shape.id)}]`).first().focus();
  await page.keyboard.press("Enter");
  const panel = page.locator("#panel");
  assert.equal(await panel.locator("h2").textContent(), shape.name);
  if (shape.source) {
    const { file, line, column } = shape.source;
    assert.equal(await panel.locator(".source").textContent(), `${file}:${line}:${column}`);
  }
  for (const [key, value] of Object.entries(shape.properties ?? {})) {
    assert.ok((await panel.textContent()).includes(key + value), `${name}: the panel shows ${key}`);
  }
  const ties = picture.arrows.filter((arrow) => [arrow.from, arrow.to].includes(shape.id));
  assert.equal(await panel.locator("li").count(), ties.length);
  if (ties.length) assert.ok(await page.locator(".shape.related").count() > 0, `${name}: what it is tied to is shown`);
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const names = readdirSync(directory).filter((file) => file.endsWith(".html")).map((file) => file.slice(0, -5)).sort();
  assert.ok(names.length > 0, `there are pages in ${directory}`);
  for (const name of names) {
    for (const colorScheme of ["light", "dark"]) console.log(`ok: ${name}, ${colorScheme}: ${await look(browser, name, colorScheme)}`);
  }
} finally {
  await browser.close();
}
