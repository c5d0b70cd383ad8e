// Tells screen readers once, politely, about what has come. The conversation itself is not a live region: with its
// buttons and players it would be read at length, again on every change, and while a voice note plays.

const KEEP_MS = 10_000; // long enough to be read; later the same words stand in the conversation alone

export class Announcer {
  #region;

  constructor(region) {
    this.#region = region;
  }

  say(words) {
    const line = document.createElement("p");
    line.textContent = words;
    this.#region.append(line);
    setTimeout(() => line.remove(), KEEP_MS);
  }
}
