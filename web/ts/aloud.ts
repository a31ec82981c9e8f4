// Reads a page to a child who does not read yet, piece by piece, and shows
// which.  Only with a voice that is on the device: others send the words away.

const VOICES_MS = 2000;

const voiceOf = (lang: string): SpeechSynthesisVoice | undefined =>
  speechSynthesis.getVoices().find((v) => v.localService && v.lang.toLowerCase().startsWith(lang));

function read(pieces: HTMLElement[], voice: SpeechSynthesisVoice, done: () => void): void {
  const [piece, ...rest] = pieces;
  if (piece === undefined) return done();
  const words = new SpeechSynthesisUtterance(piece.dataset["say"] || piece.textContent || "");
  words.voice = voice;
  words.lang = voice.lang;
  words.rate = 0.9;
  words.onstart = () => {
    piece.classList.add("said");
    piece.scrollIntoView({ block: "nearest" });
  };
  words.onend = () => {
    piece.classList.remove("said");
    read(rest, voice, done);
  };
  words.onerror = () => {
    piece.classList.remove("said");
    done();
  };
  speechSynthesis.speak(words);
}

export function aloud(root: HTMLElement): void {
  const button = root.querySelector<HTMLButtonElement>("[data-aloud]");
  const label = button?.querySelector("span");
  if (!("speechSynthesis" in window) || button === null || label === null || label === undefined) return;
  const start = label.textContent;
  let reads = false;
  const rest = (): void => {
    reads = false;
    label.textContent = start;
  };
  const offer = (): void => {
    button.hidden = voiceOf(document.documentElement.lang) === undefined;
  };
  button.addEventListener("click", () => {
    const voice = voiceOf(document.documentElement.lang);
    speechSynthesis.cancel();
    if (reads || voice === undefined) return rest();
    reads = true;
    label.textContent = button.dataset["stop"] ?? start;
    read([...root.querySelectorAll<HTMLElement>("[data-say]")], voice, rest);
  });
  speechSynthesis.addEventListener?.("voiceschanged", offer);
  setTimeout(offer, VOICES_MS);
  offer();
  addEventListener("pagehide", () => speechSynthesis.cancel());
}
