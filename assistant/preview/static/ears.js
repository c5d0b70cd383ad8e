// Listens for somebody speaking, and hands over each utterance as a sound file. Deaf until told to listen.

import { openMicrophone, release } from "/static/microphone.js";
import { VoiceActivity, level } from "/static/voice_activity.js";
import { wav } from "/static/wav.js";

const BEFORE_S = 0.5; // kept from before the voice was noticed: first sounds are soft
const AFTER_S = 0.4; // kept of the quiet at the end

export class Ears {
  #context = null;
  #stream = null;
  #activity = null;
  #pieces = [];
  #listening = false;
  #on;

  // `on` knows: began(), ended(recording as { blob, seconds }), lost(sentence).
  constructor(on) {
    this.#on = on;
  }

  get open() {
    return this.#stream !== null;
  }

  // Opens the microphone and stays deaf. Throws an Error with a sentence when it cannot.
  async start() {
    if (!window.AudioWorkletNode) {
      throw new Error("This browser cannot listen by itself. Use Record a question, or type it.");
    }
    const stream = await openMicrophone();
    const context = new AudioContext();
    try {
      await context.audioWorklet.addModule("/static/pieces_worklet.js");
      await context.resume();
    } catch {
      release(stream);
      await context.close();
      throw new Error("This page could not begin to listen. Reload it and try again, or type your question.");
    }
    const pieces = new AudioWorkletNode(context, "pieces", { channelCount: 1, channelCountMode: "explicit" });
    pieces.port.addEventListener("message", (event) => this.#hear(event.data));
    pieces.port.start();
    context.createMediaStreamSource(stream).connect(pieces).connect(context.destination); // it puts out silence
    const [track] = stream.getAudioTracks();
    track.enabled = false;
    track.addEventListener("ended", () => this.#lose(stream));
    this.#context = context;
    this.#stream = stream;
    this.#activity = new VoiceActivity();
  }

  listen() {
    this.#pieces = [];
    this.#activity.reset();
    this.#listening = true;
    this.#enable(true);
  }

  // Hears nothing more until `listen`; what was being said is dropped.
  deafen() {
    this.#listening = false;
    this.#pieces = [];
    this.#enable(false);
  }

  // Some browsers stop the sound of a page that is not in front.
  wake() {
    if (this.#context?.state === "suspended") this.#context.resume();
  }

  close() {
    if (!this.open) return;
    this.deafen();
    release(this.#stream);
    this.#context.close();
    this.#stream = null;
    this.#context = null;
  }

  #enable(on) {
    this.#stream?.getAudioTracks().forEach((track) => (track.enabled = on));
  }

  #lose(stream) {
    if (this.#stream !== stream) return;
    this.close();
    this.#on.lost("The microphone was taken away. Plug it in again, then press Go on listening.");
  }

  #hear(piece) {
    if (!this.#listening) return;
    const rate = this.#context.sampleRate;
    this.#pieces.push(piece);
    const happened = this.#activity.hear(level(piece, rate), piece.length / rate);
    if (happened === "began") this.#on.began();
    else if (happened === "ended") this.#finish(rate);
    else if (!this.#activity.speaking) this.#pieces = this.#pieces.slice(-Math.ceil((BEFORE_S * rate) / piece.length));
  }

  async #finish(rate) {
    const quiet = Math.floor(((1 - AFTER_S) * rate) / this.#pieces[0].length);
    const spoken = this.#pieces.slice(0, Math.max(1, this.#pieces.length - quiet));
    this.deafen();
    this.#on.ended(await wav(spoken, rate));
  }
}
