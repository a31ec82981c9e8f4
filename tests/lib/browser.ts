// A real browser at two widths; every request, message and policy of a page is
// looked at while it is used.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { AxeResults, RunOptions } from "axe-core";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";

import type { Client } from "./client";
import { PATIENCE_MS } from "./patience";
import type { Server } from "./server";

// Packages stay in the source folder, wherever this was compiled to.
const load = createRequire(resolve("package.json"));
const { chromium } = load("playwright-core") as typeof import("playwright-core");
const AXE = readFileSync(load.resolve("axe-core/axe.min.js"), "utf8");

export const phone = { width: 360, height: 740 };
export const desktop = { width: 1440, height: 900 };

// The same engine without the windows of a browser, which cost a third more.
const how = {
  executablePath: "/usr/bin/chromium-headless-shell",
  timeout: PATIENCE_MS,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
};

export const launch = (): Promise<Browser> => chromium.launch(how);

// A telephone: what it keeps in its folder is there again when it starts again.
// The whole browser, for service workers that outlive their pages.
export function phoneOf(folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { ...how, executablePath: "/usr/bin/chromium", viewport: phone, locale: "fr-FR", reducedMotion: "reduce" });
}

export interface Setting {
  width?: { width: number; height: number };
  lang?: "fr" | "en";
  dark?: boolean;
  scripts?: boolean;
  as?: Client; // whose session
  touch?: boolean;
}

export class Tab {
  readonly faults: string[] = [];
  bytes = 0;
  private withAxe = false;

  constructor(readonly server: Server, readonly context: BrowserContext, readonly page: Page) {}

  async go(path: string): Promise<number> {
    const answer = await this.page.goto(this.server.url + path, { waitUntil: "load" });
    return answer?.status() ?? 0;
  }

  // Presses a link or a button; the page that it leads to is there then, where a
  // press alone may leave the old one to be read.
  async follow(what: Locator, how: Parameters<Locator["click"]>[0] = {}): Promise<number> {
    const [answer] = await Promise.all([this.page.waitForNavigation({ waitUntil: "load" }), what.click(how)]);
    return answer?.status() ?? 0;
  }

  // What a page may never do, whoever asks for it.
  watch(): void {
    this.page.on("request", (q) => {
      if (new URL(q.url()).origin !== this.server.url) this.faults.push(`foreign request ${q.url()}`);
    });
    this.page.on("console", (m) => {
      const status = /status of (\d+)/.exec(m.text())?.[1];
      // The browser notes every 404 and 422 page itself.
      if (m.type() === "error" && status === undefined) this.faults.push(`console: ${m.text()}`);
    });
    this.page.on("pageerror", (e) => this.faults.push(`script: ${e.message}`));
    this.page.on("response", (r) => {
      const html = (r.headers()["content-type"] ?? "").startsWith("text/html");
      const policy = r.headers()["content-security-policy"] ?? "";
      if (html && !policy.includes("default-src 'none'")) this.faults.push(`no policy on ${r.url()}`);
      if (policy.includes("unsafe")) this.faults.push(`unsafe policy on ${r.url()}`);
    });
  }

  // For who looks at one page after the other: each brings it along, which is
  // compiled once, where to hand it over costs more than to run it.
  async bringAxe(): Promise<void> {
    if (!this.withAxe) await this.page.addInitScript({ content: AXE });
    this.withAxe = true;
  }

  async violations(): Promise<string[]> {
    if (await this.page.evaluate(() => !("axe" in window))) await this.page.evaluate(AXE);
    // Of what is well nothing is written down.
    const found = await this.page.evaluate(() => {
      const run = (window as unknown as { axe: { run(o: RunOptions): Promise<AxeResults> } }).axe.run;
      return run({ resultTypes: ["violations"] });
    });
    return found.violations.flatMap((v) => v.nodes.map((n) =>
      `${v.id}: ${n.target.join(" ")} ${n.html.slice(0, 160)} ${n.any[0]?.message ?? n.failureSummary ?? ""}`));
  }

  async inlineCode(): Promise<string[]> {
    return this.page.evaluate(() => Array.from(document.querySelectorAll("*"), (e) => {
      const bad = e.getAttributeNames().filter((n) => /^on/i.test(n) || n === "style");
      const inline = (e.tagName === "SCRIPT" && !e.hasAttribute("src")) || (e.tagName === "STYLE");
      return inline || bad.length > 0 ? e.outerHTML.slice(0, 120) : "";
    }).filter((s) => s !== ""));
  }

  // How far the page is wider than the screen.
  async overflow(): Promise<string> {
    return this.page.evaluate(() => {
      const wide = document.documentElement.scrollWidth - window.innerWidth;
      if (wide <= 0) return "";
      const who = Array.from(document.querySelectorAll("body *"))
        .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1 && e.closest(".scroll") === null)
        .slice(0, 3).map((e) => e.outerHTML.slice(0, 100));
      return `${wide} px: ${who.join(" | ")}`;
    });
  }

  async smallTargets(): Promise<string[]> {
    return this.page.evaluate(() => {
      const all = document.querySelectorAll<HTMLElement>(
        ".button, button, .bar a, .top a, .foot a, .chip, summary, select, .lines.links a, input:not([type=hidden], [type=checkbox], [type=radio])");
      return Array.from(all).filter((e) => {
        const r = e.getBoundingClientRect();
        return r.width > 0 && r.height > 0 && (r.height < 43.5 || r.width < 43.5) && !e.matches(".skip, .unseen");
      }).map((e) => `${Math.round(e.getBoundingClientRect().width)}x${Math.round(e.getBoundingClientRect().height)} ${e.outerHTML.slice(0, 100)}`);
    });
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

export async function open(browser: Browser, server: Server, s: Setting = {}): Promise<Tab> {
  const context = await browser.newContext({
    viewport: s.width ?? phone,
    locale: s.lang === "en" ? "en-GB" : "fr-FR",
    colorScheme: s.dark === true ? "dark" : "light",
    javaScriptEnabled: s.scripts !== false,
    hasTouch: s.touch === true,
    reducedMotion: "reduce",
    // Of those that are about it alone: it is one more who asks.
    serviceWorkers: "block",
  });
  if (s.as !== undefined)
    await context.addCookies(Array.from(s.as.jar, ([name, value]) =>
      ({ name, value, url: server.url })));
  const tab = new Tab(server, context, await context.newPage());
  tab.page.setDefaultTimeout(PATIENCE_MS);
  tab.watch();
  return tab;
}

// What is wrong with a page, all of it.
export async function look(tab: Tab, who: string, path: string, lang: string, narrow: boolean): Promise<string[]> {
  await tab.bringAxe();
  const status = await tab.go(path);
  const wrong = await inspect(tab, `${who} ${path.slice(0, 80)}`, lang, narrow);
  return [200, 404, 414, 422].includes(status) ? wrong : [...wrong, `${who} ${path}: status ${status}`];
}

// The same of the page that is there, however it came.
export async function inspect(tab: Tab, what: string, lang: string, narrow: boolean): Promise<string[]> {
  const wrong = [...await tab.violations(), ...await tab.inlineCode(), ...tab.faults.splice(0)];
  if (await tab.page.getAttribute("html", "lang") !== lang) wrong.push("another language");
  if (await tab.page.locator("h1").count() !== 1) wrong.push("not one first heading");
  const wide = await tab.overflow();
  if (wide !== "") wrong.push(`wider than the screen: ${wide}`);
  if (narrow) wrong.push(...(await tab.smallTargets()).map((s) => `small target ${s}`));
  return wrong.map((w) => `${what}: ${w}`);
}
