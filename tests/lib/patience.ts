// How long the tests wait, and when they do not begin.
export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

// A wait that is satisfied costs nothing, so all are far longer than a machine
// with much else to do needs: one that ends in vain tells of a fault.
export const PATIENCE_MS = 600_000;

// To ask costs something: the longer it lasts, the less often.
const FIRST_MS = 40;
const LAST_MS = 200;
const SHARE = 40; // of the time that it has lasted

const pauseAfter = (waited: number): Promise<void> => pause(Math.min(FIRST_MS + waited / SHARE, LAST_MS));

// Asks again and again; the last wish is in the message when it never comes.
export async function until<T>(what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const from = Date.now();
  for (;;) {
    const got = await ask();
    if (got !== undefined && got !== false) return got;
    const waited = Date.now() - from;
    if (waited > PATIENCE_MS) throw new Error(`waited in vain for ${what}`);
    await pauseAfter(waited);
  }
}

// Until nothing is left: as patient for each step, since how much there is to do
// and how fast that goes is not known here.
export async function drained(what: string, left: () => number): Promise<void> {
  for (let n = left(); n > 0;) {
    const { now } = await until(`less left of ${what} than ${n}`, () => {
      const now = left();
      return now < n && { now };
    });
    n = now;
  }
}

const ZONE = "Europe/Paris"; // of the demonstration and of the tests' own organisations
const LONGEST_MIN = 15; // that a file of tests lives

export const dayOfTests = (): string => new Date().toLocaleDateString("sv-SE", { timeZone: ZONE });

// Pages say today and yesterday, rights end with a day: a house that would be
// made just before its midnight is made just after it.
export async function awayFromMidnight(): Promise<void> {
  for (;;) {
    const [hour = "", minute = ""] = new Date().toLocaleTimeString("fr-FR", { timeZone: ZONE }).split(":");
    if (Number(hour) !== 23 || Number(minute) < 60 - LONGEST_MIN) return;
    await pause(1000);
  }
}
