// Opens the microphone. Every way in which that can fail has its own sentence, with what to do next.

const SENTENCES = {
  NotAllowedError:
    "The microphone is not allowed on this page. Allow it in your browser's site settings, or type your question.",
  NotFoundError: "No microphone was found. Plug one in and try again, or type your question.",
  NotReadableError: "The microphone is in use by another program. Close that program and try again, or type your question.",
};

export function sentence(error) {
  return SENTENCES[error.name] || "The microphone could not be used. Try again, attach a recording, or type your question.";
}

// Resolves with a stream of sound. Throws an Error with a sentence when there is none.
export async function openMicrophone() {
  if (!navigator.mediaDevices) {
    throw new Error("This browser cannot record here. Attach a recording, or type your question.");
  }
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true },
    });
  } catch (error) {
    throw new Error(sentence(error));
  }
}

export const release = (stream) => stream.getTracks().forEach((track) => track.stop());
