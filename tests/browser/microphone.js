// Put into the page before its own scripts: a microphone of silence, into which `speak` plays a sound file.
(() => {
  let context = null;
  let out = null;

  navigator.mediaDevices.getUserMedia = async () => {
    context ??= new AudioContext();
    await context.resume();
    out = context.createMediaStreamDestination();
    window.microphone = out.stream.getAudioTracks()[0];
    return out.stream;
  };

  window.speak = async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const source = new AudioBufferSourceNode(context, { buffer: await context.decodeAudioData(bytes.buffer) });
    source.connect(out);
    await new Promise((resolve) => {
      source.addEventListener("ended", resolve);
      source.start();
    });
  };

  // Whether the page ever hears while something sounds.
  window.overheard = 0;
  addEventListener("play", (event) => {
    const watch = setInterval(() => {
      if (event.target.paused) clearInterval(watch);
      else if (window.microphone?.enabled && window.microphone.readyState === "live") window.overheard += 1;
    }, 20);
  }, true);
})();
