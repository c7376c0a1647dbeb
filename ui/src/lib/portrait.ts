// Pictures for the portrait: from a camera or a file to JPEG in base64, as the core takes them. They are never mirrored,
// and nothing of them is kept here.
import { film } from "./camera";

/** The person's own side of the phone, or the other one, when somebody else takes the picture. */
export type Facing = "user" | "environment";

export interface PortraitCamera {
  /** People see themselves, as in a mirror. */
  readonly mirrored: boolean;
  stop(): void;
}

/** What the core looks at while the person gets ready. */
const FRAME = { width: 360, height: 480, quality: 0.7 };
/** What becomes the portrait: as large as the camera gives it, but no larger than the core has use for. */
const PICTURE = { longSide: 1600, quality: 0.92 };
/** Width by height of what is shown and taken. */
const SHAPE = 3 / 4;

/** Shows a camera in `video`; `onlost` is called when it goes away by itself. Throws a CameraFault. */
export async function openPortraitCamera(video: HTMLVideoElement, facing: Facing, onlost: () => void): Promise<PortraitCamera> {
  const { track, stop } = await film(video, { facingMode: { ideal: facing }, width: { ideal: 1280 }, height: { ideal: 960 } });
  track.addEventListener("ended", onlost);
  // A computer's camera does not say which way it looks, and then it looks at whoever sits there.
  const mirrored = (track.getSettings().facingMode ?? facing) === "user";
  return { mirrored, stop };
}

/** A small picture of what the camera sees now, for {@link Backend.checkFrame}. Null before the first. */
export function frame(video: HTMLVideoElement, canvas: HTMLCanvasElement): string | null {
  return draw(video, canvas, shown(video), FRAME.width, FRAME.height, FRAME.quality);
}

/** How wide the picture would be, in pixels: what is near enough for the eye may be too few of them. */
export function pictureWidth(video: HTMLVideoElement): number {
  const { width, height } = shown(video);
  return Math.round(width * Math.min(1, PICTURE.longSide / height));
}

/** The picture itself: the part of it that is shown, at the camera's own size. */
export function picture(video: HTMLVideoElement): string | null {
  const part = shown(video);
  const scale = Math.min(1, PICTURE.longSide / part.height);
  const canvas = document.createElement("canvas");
  return draw(video, canvas, part, Math.round(part.width * scale), Math.round(part.height * scale), PICTURE.quality);
}

/** A picture file of any kind that this device can show, upright. Null if it cannot. */
export async function pictureFromFile(file: Blob): Promise<string | null> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!bitmap) return null;
  const { width, height } = bitmap;
  const scale = Math.min(1, PICTURE.longSide / Math.max(width, height));
  const [wide, high] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const jpeg = draw(bitmap, document.createElement("canvas"), { x: 0, y: 0, width, height }, wide, high, PICTURE.quality);
  bitmap.close();
  return jpeg;
}

interface Part {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The middle of the camera's picture in the shape of the preview: what is not seen is not taken either. */
function shown({ videoWidth, videoHeight }: HTMLVideoElement): Part {
  const width = Math.min(videoWidth, videoHeight * SHAPE);
  const height = width / SHAPE;
  return { x: (videoWidth - width) / 2, y: (videoHeight - height) / 2, width, height };
}

function draw(source: CanvasImageSource, canvas: HTMLCanvasElement, from: Part, width: number, height: number, quality: number): string | null {
  if (from.width < 1 || from.height < 1) return null;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return null;
  // What is transparent in a file is white paper.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, from.x, from.y, from.width, from.height, 0, 0, width, height);
  const [, base64] = canvas.toDataURL("image/jpeg", quality).split(",");
  return base64 || null;
}
