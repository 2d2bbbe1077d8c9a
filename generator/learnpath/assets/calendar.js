/**
 * Steps, and when there is time for them → sessions → a calendar file (iCalendar, RFC 5545). Times are those of the
 * reader's clock wherever they are ("floating"), so days are reckoned in UTC, where every day has 24 hours.
 *
 * @typedef {{title: string, link: string, minutes: number | null}} Step
 * @typedef {{days: number[], time: string, minutes: number, from: string}} Rhythm the days of the week (0 is Monday),
 *   as in `19:00`, how long each time, and the first day, as in `2026-01-05`
 * @typedef {{start: Date, minutes: number, parts: {step: Step, part: number, of: number}[]}} Session `part` and `of`
 *   tell which part of a step it is
 */

const DAY = 24 * 60 * 60 * 1000;

/**
 * Cuts steps into sessions: a long step takes several, short ones share one, and one without minutes takes one alone.
 *
 * @param {Step[]} steps
 * @param {Rhythm} rhythm with at least one day
 * @returns {Session[]}
 */
export function sessions(steps, rhythm) {
  const found = [], starts = startsOf(rhythm);
  let left = 0;
  for (const step of steps) {
    const parts = [];
    let open = step.minutes ?? rhythm.minutes;
    if (step.minutes === null) left = 0;
    while (open > 0) {
      if (!left) {
        found.push({ start: starts.next().value, minutes: 0, parts: [] });
        left = rhythm.minutes;
      }
      const session = found.at(-1), taken = Math.min(open, left);
      const part = { step, part: parts.length + 1, of: 0 };
      session.parts.push(part);
      session.minutes += taken;
      parts.push(part);
      open -= taken;
      left -= taken;
    }
    for (const part of parts) part.of = parts.length;
  }
  return found;
}

/**
 * Writes sessions as a calendar file.
 *
 * @param {Session[]} planned
 * @param {object} about
 * @param {string} about.name of the calendar
 * @param {string} about.key what the sessions are of: with the same key, importing again replaces the sessions
 * @param {Date} about.now
 * @param {(part: {step: Step, part: number, of: number}) => string} about.words says what is done in a session
 * @returns {string}
 */
export function calendarFile(planned, { name, key, now, words }) {
  const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//learnpath//plan//EN", "CALSCALE:GREGORIAN",
    `X-WR-CALNAME:${escaped(name)}`];
  planned.forEach((session, number) => {
    const end = new Date(session.start.getTime() + session.minutes * 60_000);
    lines.push(
      "BEGIN:VEVENT",
      `UID:${digest(key)}-${number + 1}@learnpath`,
      `DTSTAMP:${stamp(now)}Z`,
      `DTSTART:${stamp(session.start)}`,
      `DTEND:${stamp(end)}`,
      `SUMMARY:${escaped(session.parts.map(words).join("; "))}`,
      `DESCRIPTION:${escaped(session.parts.map((part) => `${words(part)}\n${part.step.link}`).join("\n"))}`,
      `URL:${session.parts[0].step.link}`,
      "END:VEVENT",
    );
  });
  return [...lines, "END:VCALENDAR"].map((line) => `${folded(line)}\r\n`).join("");
}

/** Gives the starts of the sessions, without end. */
function* startsOf({ days, time, from }) {
  const [hour, minute] = time.split(":").map(Number);
  for (let day = Date.parse(`${from}T00:00:00Z`); ; day += DAY) {
    const weekday = (new Date(day).getUTCDay() + 6) % 7;
    if (days.includes(weekday)) yield new Date(day + (hour * 60 + minute) * 60_000);
  }
}

function stamp(moment) {
  return moment.toISOString().slice(0, 19).replace(/[-:]/g, "");
}

/** Writes a text as a value, in one line. */
function escaped(text) {
  return text.replace(/[\\;,]/g, "\\$&").replace(/\r\n|\r|\n/g, "\\n").replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "");
}

/** Breaks a line where it has 75 octets, never within a character; the rest goes on after a space. */
function folded(line) {
  const encoder = new TextEncoder();
  let whole = "", octets = 0;
  for (const letter of line) {
    const more = encoder.encode(letter).length;
    if (octets + more > 75) {
      whole += "\r\n ";
      octets = 1;
    }
    whole += letter;
    octets += more;
  }
  return whole;
}

/** Gives a name for a key that is the same each time (FNV-1a, twice 32 bits). */
function digest(key) {
  return [0x811c9dc5, 0x01000193].map((basis) => {
    let hash = basis;
    for (const octet of new TextEncoder().encode(key)) hash = Math.imul(hash ^ octet, 0x01000193) >>> 0;
    return hash.toString(16).padStart(8, "0");
  }).join("");
}
