// The main walk through a living page in Firefox, driven by WebDriver BiDi; prints what it sees.
import puppeteer from "puppeteer-core";

const [host, executablePath, wrong, right] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
const page = await browser.newPage(), complaints = [], asked = new Set();
page.setDefaultTimeout(300_000);
page.on("pageerror", error => complaints.push(String(error)));
page.on("console", message => message.type() === "error" && complaints.push(message.text()));
page.on("request", request => asked.add(new URL(request.url()).origin));
const words = selector => page.$eval(selector, each => each.innerText.replace(/\s+/g, " ").trim());
const seen = {};

async function answer(code) {
  await page.$eval("#exercise-mse", each => each.scrollIntoView());
  const editor = await page.waitForSelector("#exercise-mse .cm-content");
  await editor.focus();
  await page.keyboard.down("Control");
  await page.keyboard.press("a");
  await page.keyboard.up("Control");
  await page.keyboard.press("Backspace");
  await page.evaluate(text => document.execCommand("insertText", false, text), code);
  await page.$eval("#exercise-mse .verdict", each => { each.textContent = ""; });
  await page.click("#exercise-mse .buttons .first");
  await page.waitForSelector("#exercise-mse .verdict p");
  return words("#exercise-mse .verdict");
}

await page.goto(`${host}/02_losses.html`);
seen.title = await words("h1");
const before = await words(".live figcaption");
await page.focus(".live [type=range]");
await page.keyboard.press("ArrowRight");
await page.waitForFunction(
  old => document.querySelector(".live figcaption").innerText.replace(/\s+/g, " ").trim() !== old, {}, before);
seen.moved = true;
seen.wrong = await answer(wrong);
seen.right = await answer(right);
await page.click("#five-typo-cell .try");
await page.waitForFunction(() => document.querySelector("#five-typo-cell .first")?.textContent === "Run");
seen.printed = await words("#five-typo-cell .outputs");
await page.reload();
seen.kept = await words("#exercise-mse .verdict");
console.log(JSON.stringify({ ...seen, complaints, asked: [...asked] }));
await browser.close();
