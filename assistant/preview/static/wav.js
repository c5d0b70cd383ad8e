// Makes a WAV file of what was heard: 16 kHz, mono, 16 bits. That is what recognisers work with.

const RATE_HZ = 16_000;

// `pieces` are Float32Arrays of sound at `rate` Hz. Resolves with { blob, seconds }.
export async function wav(pieces, rate) {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const seconds = length / rate;
  const offline = new OfflineAudioContext(1, Math.max(1, Math.round(seconds * RATE_HZ)), RATE_HZ);
  const buffer = offline.createBuffer(1, Math.max(1, length), rate);
  let at = 0;
  for (const piece of pieces) {
    buffer.copyToChannel(piece, 0, at);
    at += piece.length;
  }
  const source = offline.createBufferSource();
  source.buffer = buffer;
  source.connect(offline.destination);
  source.start();
  const sound = (await offline.startRendering()).getChannelData(0);
  return { blob: new Blob([header(sound.length), pcm(sound)], { type: "audio/wav" }), seconds };
}

function header(samples) {
  const view = new DataView(new ArrayBuffer(44));
  const word = (at, letters) => [...letters].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, 36 + samples * 2, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true); // bytes in this part
  view.setUint16(20, 1, true); // plain samples
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, RATE_HZ, true);
  view.setUint32(28, RATE_HZ * 2, true);
  view.setUint16(32, 2, true); // bytes a sample
  view.setUint16(34, 16, true); // bits a sample
  word(36, "data");
  view.setUint32(40, samples * 2, true);
  return view.buffer;
}

function pcm(sound) {
  const view = new DataView(new ArrayBuffer(sound.length * 2));
  sound.forEach((sample, index) => view.setInt16(index * 2, Math.max(-1, Math.min(1, sample)) * 32767, true));
  return view.buffer;
}
