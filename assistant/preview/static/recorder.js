// Records from the microphone. Every way in which that can fail has its own sentence, with what to do next.

const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

const SENTENCES = {
  NotAllowedError:
    "The microphone is not allowed on this page. Allow it in your browser's site settings, or type your question.",
  NotFoundError: "No microphone was found. Plug one in and try again, or type your question.",
  NotReadableError: "The microphone is in use by another program. Close that program and try again, or type your question.",
};

function sentence(error) {
  return SENTENCES[error.name] || "The microphone could not be used. Try again, attach a recording, or type your question.";
}

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
    if (!navigator.mediaDevices || !window.MediaRecorder) {
      throw new Error("This browser cannot record here. Attach a recording, or type your question.");
    }
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } });
    } catch (error) {
      throw new Error(sentence(error));
    }
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {});
    this.#chunks = [];
    recorder.addEventListener("dataavailable", (event) => this.#chunks.push(event.data));
    try {
      recorder.start();
    } catch (error) {
      stream.getTracks().forEach((track) => track.stop());
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
    recorder.stream.getTracks().forEach((track) => track.stop());
    return { blob: new Blob(this.#chunks, { type: recorder.mimeType }), seconds };
  }
}
