// A headless Chromium, and people who use the page in it as a person would: by what they see.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import * as patience from '../harness/patience.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
export const artifacts = process.env.ARTIFACTS ?? path.resolve(here, '../../../build/artifacts');

// A browser that draws without a graphics card, beside a build, is slow without being wrong.
const patience_ms = patience.start_patience_ms;
export const eventually = (what, probe) => patience.eventually(what, probe, patience_ms);

export function launch_browser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

// What the browser itself complains of while the server is away is not a fault of the page.
const harmless = /net::ERR_|WebSocket connection to|Failed to load resource: the server responded with a status of 5/;

export class Visitor {
  static async arrive(browser, server, { options = {}, context } = {}) {
    const visitor = new this();
    visitor.context =
      context ??
      (await browser.newContext({ viewport: { width: 1100, height: 720 }, reducedMotion: 'reduce', ...options }));
    visitor.context.setDefaultTimeout(patience_ms);
    visitor.page = await visitor.context.newPage();
    visitor.complaints = [];
    visitor.page.on('console', (message) => {
      const text = message.text();
      if (['error', 'warning'].includes(message.type()) && !harmless.test(text)) visitor.complaints.push(text);
    });
    visitor.page.on('pageerror', (error) => visitor.complaints.push(String(error.stack)));
    await visitor.page.goto(server.url);
    return visitor;
  }

  static async sign_in(browser, server, name, more = {}) {
    const visitor = await this.arrive(browser, server, more);
    visitor.name = name;
    await visitor.at(`sign-in-${name}`).click();
    await visitor.at('conversation-list').waitFor({ state: 'attached' });
    return visitor;
  }

  at(id) {
    return this.page.getByTestId(id);
  }

  conversation(title) {
    return this.page.locator(`[data-testid="conversation"][data-title="${title}"]`);
  }

  // The message whose text is exactly this.
  message(text) {
    const exact = this.page.getByTestId('text').getByText(text, { exact: true });
    const own = this.page.locator('[data-testid="text"]').filter({ hasText: new RegExp(`^${escaped(text)}$`) });
    return this.at('message').filter({ has: exact.or(own) });
  }

  async open(title) {
    await this.conversation(title).click();
    await this.page.getByTestId('chat-title').filter({ hasText: title }).waitFor();
  }

  async start_direct(name) {
    await this.at('new').click();
    await this.at('new-direct').click();
    await this.at(`person-${name}`).click();
    await this.page.getByTestId('chat-title').filter({ hasText: name }).waitFor();
  }

  async start_group(title, names) {
    await this.at('new').click();
    await this.at('new-group').click();
    await this.at('group-name').fill(title);
    for (const name of names) await this.at(`person-${name}`).click();
    await this.at('create-group').click();
    await this.page.getByTestId('chat-title').filter({ hasText: title }).waitFor();
  }

  async say(text) {
    await this.at('composer').fill(text);
    await this.at('composer').press('Enter');
    await this.message(text).waitFor();
  }

  async sees(text) {
    await this.message(text).waitFor();
  }

  async sees_nothing_of(text) {
    await eventually(`${this.name} sees nothing of "${text}"`, async () => (await this.message(text).count()) === 0);
  }

  async menu(text) {
    await this.message(text)
      .getByTestId('bubble')
      .click({ button: 'right', position: { x: 8, y: 8 } });
    await this.at('menu').waitFor();
  }

  async tick_of(text) {
    return this.message(text).getByTestId('tick').getAttribute('data-status');
  }

  async tick_becomes(text, status) {
    await eventually(`the tick of "${text}" becomes ${status}`, async () => (await this.tick_of(text)) === status);
  }

  async becomes(id, pattern) {
    await eventually(`${id} of ${this.name} shows ${pattern}`, async () =>
      pattern.test((await this.at(id).first().textContent({ timeout: 1000 })) ?? ''),
    );
  }

  texts() {
    return this.at('text').allTextContents();
  }

  async screenshot(name) {
    fs.mkdirSync(artifacts, { recursive: true });
    await this.page.screenshot({ path: path.join(artifacts, `${name}.png`) });
  }

  content_with(complaint) {
    return this.complaints.filter((text) => complaint.test(text));
  }

  assert_content() {
    assert.deepEqual(this.complaints, [], `the page of ${this.name} complained`);
  }
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
