// Draws the avatars, once, as avatar-01.jpg and so on in this folder. The pictures are checked in, so nothing needs
// this to run or to test. It takes ImageMagick's `convert` and the npm package @resvg/resvg-js, wherever it lies:
//   node draw.mjs FOLDER-WITH-NODE_MODULES

import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { chance } from '../chance.mjs';

const { Resvg } = createRequire(resolve(process.argv[2] ?? '.', 'package.json'))('@resvg/resvg-js');

const COUNT = 24;
const SKIN = ['#f6d7c3', '#f2c6a5', '#e8b48c', '#d49a6a', '#a86f45', '#7b4a2b', '#5b3620'];
const HAIR = ['#2b1d16', '#4a2f1f', '#7a4b24', '#b8792f', '#e0b763', '#f0dca0', '#9c3d1e', '#1b1b22'];
const CLOTHES = ['#1f5f8b', '#b23a48', '#2f7d5b', '#6d4c91', '#d08c2e', '#33415c', '#c65d7b', '#3f7f86'];
const WALL = [['#dfeaf2', '#b9cfdf'], ['#f3e7da', '#dcc5ab'], ['#e3efe4', '#bcd6c2'], ['#ece6f3', '#cbbfdd'], ['#fbeedd', '#e9cfa8']];

const shade = (colour, by) =>
  '#' + [1, 3, 5].map((at) => Math.max(0, Math.min(255, Math.round(parseInt(colour.slice(at, at + 2), 16) * by))).toString(16).padStart(2, '0')).join('');

function hairBehind(style, colour) {
  switch (style) {
    case 'long': return `<path d="M158 330 C150 120 450 120 442 330 L462 600 C420 640 180 640 138 600 Z" fill="${colour}"/>`;
    case 'bob': return `<path d="M160 320 C150 120 450 120 440 320 L446 440 C420 470 180 470 154 440 Z" fill="${colour}"/>`;
    case 'curls': return [[170, 260], [180, 340], [175, 420], [430, 260], [420, 340], [425, 420], [230, 185], [300, 165], [370, 185]].map(([x, y]) => `<circle cx="${x}" cy="${y}" r="62" fill="${colour}"/>`).join('');
    case 'bun': return `<circle cx="300" cy="176" r="60" fill="${colour}"/>`;
    default: return '';
  }
}

function hairInFront(style, colour) {
  switch (style) {
    case 'curls': return [[200, 250], [245, 215], [300, 205], [355, 215], [400, 250]].map(([x, y]) => `<circle cx="${x}" cy="${y}" r="42" fill="${colour}"/>`).join('');
    case 'short': return `<path d="M174 330 C160 170 260 140 320 160 C420 140 440 240 426 330 C410 270 380 250 330 255 C270 262 200 250 174 330 Z" fill="${colour}"/>`;
    case 'side': return `<path d="M172 340 C150 160 300 130 360 165 C430 180 440 270 428 340 C415 285 400 262 372 246 C320 290 220 280 172 340 Z" fill="${colour}"/>`;
    default: return `<path d="M172 340 C156 150 444 150 428 340 C414 270 370 240 300 242 C230 240 186 270 172 340 Z" fill="${colour}"/>`;
  }
}

function avatar(number) {
  const random = chance(`avatar ${number}`);
  const skin = random.of(SKIN);
  const hair = random.of(HAIR);
  const style = ['short', 'long', 'side', 'bob', 'curls', 'bun'][number % 6];
  const clothes = CLOTHES[number % CLOTHES.length];
  const [light, dark] = WALL[number % WALL.length];
  const eye = random.of(['#3d2b1f', '#2f5d7c', '#4f6b3a']);
  const smile = 470 + random.below(3) * 6;
  const line = shade(skin, 0.72);
  const glasses = random.happens(0.3)
    ? `<g fill="none" stroke="#2c3440" stroke-width="7"><circle cx="244" cy="368" r="42"/><circle cx="356" cy="368" r="42"/><path d="M286 364 C294 356 306 356 314 364"/></g>`
    : '';
  const eyes = [244, 356].map((x) => `<ellipse cx="${x}" cy="368" rx="21" ry="16" fill="#ffffff"/><circle cx="${x}" cy="368" r="12" fill="${eye}"/><circle cx="${x}" cy="368" r="5.5" fill="#15110f"/><circle cx="${x + 4}" cy="363" r="3.5" fill="#ffffff"/>`).join('');
  const brows = `<g fill="none" stroke="${shade(hair, 0.8)}" stroke-width="9" stroke-linecap="round"><path d="M218 334 C232 322 256 322 270 331"/><path d="M330 331 C344 322 368 322 382 334"/></g>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="800" viewBox="0 0 600 800">
<defs><linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${light}"/><stop offset="1" stop-color="${dark}"/></linearGradient></defs>
<rect width="600" height="800" fill="url(#wall)"/>
${hairBehind(style, shade(hair, 0.85))}
<path d="M250 480 L250 610 C250 660 350 660 350 610 L350 480 Z" fill="${shade(skin, 0.88)}"/>
<path d="M60 800 C70 670 150 630 248 606 C262 662 338 662 352 606 C450 630 530 670 540 800 Z" fill="${clothes}"/>
<path d="M248 606 C262 662 338 662 352 606" fill="none" stroke="${shade(clothes, 0.75)}" stroke-width="14" stroke-linecap="round"/>
<ellipse cx="174" cy="384" rx="22" ry="36" fill="${shade(skin, 0.92)}"/><ellipse cx="426" cy="384" rx="22" ry="36" fill="${shade(skin, 0.92)}"/>
<path d="M174 330 C174 200 426 200 426 330 L420 420 C412 510 350 556 300 556 C250 556 188 510 180 420 Z" fill="${skin}"/>
<circle cx="216" cy="438" r="27" fill="${shade(skin, 0.94)}"/><circle cx="384" cy="438" r="27" fill="${shade(skin, 0.94)}"/>
${eyes}${brows}
<path d="M300 372 C296 404 284 420 290 428 C296 434 306 434 312 430" fill="none" stroke="${line}" stroke-width="6" stroke-linecap="round"/>
<path d="M248 ${smile} C270 ${smile + 40} 330 ${smile + 40} 352 ${smile} C330 ${smile + 12} 270 ${smile + 12} 248 ${smile} Z" fill="#ffffff" stroke="#9d3f42" stroke-width="6"/>
${glasses}
${hairInFront(style, hair)}
</svg>`;
}

for (let number = 1; number <= COUNT; number++) {
  const file = new URL(`avatar-${String(number).padStart(2, '0')}.jpg`, import.meta.url).pathname;
  const png = new Resvg(avatar(number), { fitTo: { mode: 'width', value: 600 } }).render().asPng();
  execFileSync('convert', ['png:-', '-strip', '-sampling-factor', '4:2:0', '-quality', '82', `jpg:${file}`], { input: png });
}
