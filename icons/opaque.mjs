// The stores of Apple refuse an icon whose file could be transparent, even where no pixel is.
import { crc32, deflateSync, inflateSync } from "node:zlib";

/** The same picture without its alpha channel, from a PNG with 8 bits of each of four. Throws if anything in it is transparent. */
export function opaque(file) {
  const width = file.readUInt32BE(16);
  const height = file.readUInt32BE(20);
  if (file.readUInt32BE(24) !== 0x08060000 || file[28] !== 0) throw new Error("not a plain RGBA picture");
  const data = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString("latin1", at + 4, at + 8) === "IDAT") data.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
  }
  const pixels = unfiltered(inflateSync(Buffer.concat(data)), width * 4, height);
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    rows[y * (1 + width * 3)] = UP;
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      if (pixels[from + 3] !== 255) throw new Error("something in the picture is transparent");
      const to = y * (1 + width * 3) + 1 + x * 3;
      for (let c = 0; c < 3; c++) rows[to + c] = pixels[from + c] - (y ? pixels[from + c - width * 4] : 0);
    }
  }
  const header = Buffer.from(file.subarray(16, 29));
  header[9] = 2;
  return Buffer.concat([file.subarray(0, 8), chunk("IHDR", header), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

const UP = 2;

// PNG (third edition) §9: what each row was changed by, undone.
function unfiltered(bytes, stride, height) {
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = bytes[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= 4 ? out[at - 4] : 0;
      const up = y ? out[at - stride] : 0;
      const corner = x >= 4 && y ? out[at - stride - 4] : 0;
      out[at] = bytes[y * (stride + 1) + 1 + x] + [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
    }
  }
  return out;
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
