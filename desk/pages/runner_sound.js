// An offer rings. Phones allow sound only after a touch, so the page says when it is still missing.

const TONES = [[0, 880], [0.22, 1175], [0.6, 880], [0.82, 1175]]; // seconds from now, hertz
let audio = null;

/** Whether a ring would be heard. */
export const canRing = () => audio?.state === "running";

/** Call `changed` when a tap has allowed the sound; after the tap, so that nothing moves while the thumb is down. */
export function allowSound(changed) {
  const allow = async () => {
    audio ??= new AudioContext();
    await audio.resume();
    if (canRing()) changed();
  };
  document.addEventListener("click", allow);
}

export function ring() {
  navigator.vibrate?.([300, 120, 300, 120, 300]);
  if (!canRing()) return;
  for (const [start, pitch] of TONES) {
    const tone = new OscillatorNode(audio, { frequency: pitch });
    const volume = new GainNode(audio, { gain: 0.3 });
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + start);
    tone.stop(audio.currentTime + start + 0.18);
  }
}
