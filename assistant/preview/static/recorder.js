// Records from the microphone, from one press to the next.

import { openMicrophone, release, sentence } from "/static/microphone.js";

const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

export class Recorder {
  #recorder = null;
  #chunks = [];
  #began = 0;

  get recording() {
    return this.#recorder !== null;
  }

  get seconds() {
    return this.recording ? (performance.now() - this.#began) / 1000 : 0;
  }

  // Resolves when the microphone listens. Throws an Error with a sentence when it cannot.
  async start() {
    if (!window.MediaRecorder) {
      throw new Error("This browser cannot record here. Attach a recording, or type your question.");
    }
    const stream = await openMicrophone();
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
    this.#chunks = [];
    recorder.addEventListener("dataavailable", (event) => this.#chunks.push(event.data));
    try {
      recorder.start();
    } catch (error) {
      release(stream);
      throw new Error(sentence(error));
    }
    this.#recorder = recorder;
    this.#began = performance.now();
  }

  // Ends the recording and resolves with { blob, seconds }.
  async stop() {
    const recorder = this.#recorder;
    const seconds = this.seconds;
    this.#recorder = null;
    if (recorder.state !== "inactive") {
      const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
      recorder.stop();
      await stopped;
    }
    release(recorder.stream);
    return { blob: new Blob(this.#chunks, { type: recorder.mimeType }), seconds };
  }
}
