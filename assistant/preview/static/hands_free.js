// Listens, sends what was said, lets the answers play, and listens again. Never listens while anything sounds.
//
//   off -> starting -> ready -> listening -> hearing -> thinking -> speaking -> ready -> listening ...
//                               any of them <-> paused
//
// The microphone opens only when somebody turns this on or goes on, and closes when they pause or turn it off.

import { Ears } from "/static/ears.js";
import { drop, isPlaying, pause, resume } from "/static/player.js";
import { hush, speak, tone } from "/static/sounds.js";

const STATES = {
  starting: ["Starting", "Asking for the microphone."],
  ready: ["Ready", "Speak after the tone."],
  listening: ["Listening", "Speak now. When you stop for a second, I send it."],
  hearing: ["I hear you", "When you stop for a second, I send it."],
  thinking: ["Thinking", "The microphone is off. The answer is on its way."],
  speaking: ["Speaking", "The microphone is off. I listen again after the answer."],
  paused: ["Paused", "The microphone is off. Press Go on listening when you are ready."],
};

const NO_ANSWER_MS = 60_000;
const AFTER_WORDS_MS = 2_500; // a voice note follows its text sooner than that
const AFTER_ACTION_MS = 6_000; // Telegram shows "recording a voice note" for five seconds at a time
const AFTER_SOUND_MS = 800; // the next voice note of the same answer comes sooner

// The words that were heard, as the assistant gives them back, when they ask for a pause.
const HEARD = /^[^"“\n]{0,40}["“]([^"”]{1,80})["”]/;
const PAUSE = /^\W*(please )?(stop|pause|quit|end) (listening|the microphone|hands[- ]?free)( please| now)?\W*$/i;

export const asksForPause = (text) => PAUSE.test(HEARD.exec(text)?.[1] ?? "");

export class HandsFree {
  #state = "off";
  #ears;
  #actions;
  #playlist;
  #timer = 0;
  #deaf = false; // to what is still answered to the words that asked for a pause
  #unsaid = []; // what came in writing since the last question and has not been heard

  // `actions` knows: send(recording) -> whether it was sent, show(state, [word, sentence]), note(sentence), announce(words).
  constructor(playlist, actions) {
    this.#playlist = playlist;
    this.#actions = actions;
    this.#ears = new Ears({
      began: () => this.#become("hearing"),
      ended: (recording) => this.#sendUtterance(recording),
      lost: (sentence) => this.#fail(sentence),
    });
  }

  get state() {
    return this.#state;
  }

  get on() {
    return this.#state !== "off";
  }

  get active() {
    return this.on && this.#state !== "paused";
  }

  // Call it from a press or a key: browsers let a page make sounds from then on. Returns whether it is on now.
  async turnOn() {
    drop();
    this.#become("starting");
    try {
      await this.#ears.start();
    } catch (error) {
      this.#become("off");
      this.#actions.note(error.message);
      speak(error.message);
      return false;
    }
    if (this.#state !== "starting") {
      this.#ears.close();
      return this.on;
    }
    const welcome = "Hands-free is on. Speak after the tone. To stop, say: stop listening.";
    if (!(await speak(welcome))) this.#actions.announce(welcome);
    if (this.#state === "starting") await this.#listen();
    return true;
  }

  turnOff() {
    this.#deaf = false;
    this.#silence();
    this.#playlist.clear();
    this.#become("off");
  }

  async pause(sentence = "Hands-free is paused.") {
    if (!this.active) return;
    this.#silence();
    this.#become("paused");
    await tone("paused");
    if (this.#state === "paused" && !(await speak(sentence))) this.#actions.announce(sentence);
  }

  async goOn() {
    if (this.#state !== "paused") return;
    this.#deaf = false;
    hush();
    this.#become("starting");
    try {
      await this.#ears.start();
    } catch (error) {
      this.#become("paused");
      this.#actions.note(error.message);
      speak(error.message);
      return;
    }
    if (this.#state !== "starting") return this.#ears.close();
    if (resume()) return;
    if (!this.#playlist.empty) this.#playlist.next();
    else await this.#listen();
  }

  // Leaves the rest of the answers and listens.
  async skip() {
    if (this.#state !== "speaking") return;
    this.#playlist.clear();
    drop();
    await this.#listen();
  }

  // --- what happens around it

  sound(what) {
    if (!this.active) return;
    if (what === "started") {
      clearTimeout(this.#timer);
      this.#ears.deafen();
      this.#unsaid = [];
      this.#become("speaking");
    } else if (what === "paused") this.pause();
    else if (what === "ended" && !isPlaying()) this.#listenAfter(AFTER_SOUND_MS);
  }

  // The person asked something in another way: by typing or by a button.
  asked() {
    if (["ready", "listening", "hearing"].includes(this.#state)) this.#think();
  }

  // The assistant wrote or sent something. `play` plays it; it is missing when there is nothing to hear.
  answered(text, play) {
    if (!this.on || this.#deaf) return;
    if (asksForPause(text) && this.active) {
      this.#deaf = true;
      this.#playlist.clear();
      this.pause("I stopped listening. Press Go on listening when you are ready.");
    } else if (this.#state === "paused") {
      if (play) this.#playlist.hold(play);
      else this.#actions.announce(text);
    } else if (play) {
      if (this.#state === "hearing") this.#playlist.hold(play);
      else this.#playlist.add(play);
    } else {
      this.#unsaid.push(text);
      if (this.#state === "thinking") this.#listenAfter(AFTER_WORDS_MS);
    }
  }

  working() {
    if (this.#state === "thinking") this.#listenAfter(AFTER_ACTION_MS);
  }

  wake() {
    this.#ears.wake();
  }

  // --- from state to state

  #become(state) {
    this.#state = state;
    clearTimeout(this.#timer);
    this.#actions.show(state, STATES[state]);
  }

  #silence() {
    clearTimeout(this.#timer);
    this.#ears.close();
    hush();
    pause();
  }

  #think() {
    this.#ears.deafen();
    this.#unsaid = [];
    this.#become("thinking");
    this.#timer = setTimeout(() => {
      this.#unsaid.push("No answer has come yet. You can ask again.");
      this.#listen();
    }, NO_ANSWER_MS);
  }

  #listenAfter(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#listen(), milliseconds);
  }

  async #listen() {
    if (!this.active || isPlaying()) return;
    this.#become("ready");
    const written = this.#unsaid.splice(0);
    if (written.length) {
      // Somebody chose answers in writing, or no voice could be made: a screen reader may read them.
      this.#actions.announce(written.join(" "));
      await tone("written");
    }
    await tone("listening");
    if (this.#state !== "ready" || isPlaying()) return;
    this.#ears.listen();
    this.#become("listening");
  }

  async #sendUtterance(recording) {
    if (this.#state !== "hearing") return;
    this.#think();
    tone("sent");
    if (!this.#playlist.empty) this.#playlist.next();
    if (!(await this.#actions.send(recording)) && this.active) {
      await this.#fail("Your question could not be sent. Press Go on listening, and ask again.");
    }
  }

  #fail(sentence) {
    this.#actions.note(sentence);
    return this.pause(sentence);
  }
}
