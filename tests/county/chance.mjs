// Chance that is the same every time: what it gives depends on the seed alone.

/** A generator seeded by a text: cyrb53's mixing for the seed, mulberry32 for the numbers. */
export function chance(seed) {
  let state = 0xdeadbeef;
  for (let i = 0; i < seed.length; i++) {
    state = Math.imul(state ^ seed.charCodeAt(i), 2654435761);
    state = (state << 13) | (state >>> 19);
  }
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  // The first numbers of neighbouring seeds are alike; later ones are not.
  for (let i = 0; i < 8; i++) next();
  return {
    /** A whole number from 0 up to, not including, `below`. */
    below: (below) => Math.floor(next() * below),
    /** True in `share` of the cases. */
    happens: (share) => next() < share,
    /** One of the list. */
    of: (list) => list[Math.floor(next() * list.length)],
    /** `bytes` bytes as hexadecimal. */
    hex: (bytes) =>
      Array.from({ length: bytes }, () => Math.floor(next() * 256).toString(16).padStart(2, '0')).join(''),
  };
}

const weigh = (digits, weights) => weights.reduce((sum, weight, i) => sum + weight * digits[i], 0);

/**
 * A synthetic national identity number of Tenor's kind (month + 80) for a birth date `YYYY-MM-DD` from 1940 to 2039.
 * `taken` remembers the numbers given, so that each is given once.
 */
export function tenorNumber(birthDate, random, taken) {
  const [year, month, day] = birthDate.split('-').map(Number);
  const two = (number) => String(number).padStart(2, '0');
  const start = two(day) + two(month + 80) + two(year % 100);
  for (;;) {
    const nine = [...start, ...String((year < 2000 ? 0 : 500) + random.below(500)).padStart(3, '0')].map(Number);
    const first = (11 - (weigh(nine, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11)) % 11;
    const second = (11 - (weigh([...nine, first], [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
    const number = [...nine, first, second].join('');
    if (first < 10 && second < 10 && !taken.has(number)) {
      taken.add(number);
      return number;
    }
  }
}

/** An organisation number of Tenor's kind: begins with 3, as no real one does. */
export function organisationNumber(serial) {
  for (let eight = 31000000 + serial * 10; ; eight++) {
    const check = (11 - (weigh([...String(eight)].map(Number), [3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
    if (check < 10) return `${eight}${check}`;
  }
}
