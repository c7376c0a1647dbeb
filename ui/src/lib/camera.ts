// A camera's moving picture in a video element, for the scanner and for the portrait.

/** Why there is no camera picture; each has its own words for what to do. */
export type CameraFault = "refused" | "absent" | "busy" | "unsupported";

/** Their support codes (docs/support-codes.md). */
export const cameraCodes: Record<CameraFault, string> = {
  refused: "LB-UI-010", absent: "LB-UI-011", busy: "LB-UI-012", unsupported: "LB-UI-013",
};

/** A camera that is on. Whoever opened it stops it. */
export interface Film {
  readonly track: MediaStreamTrack;
  stop(): void;
}

/** Shows a camera in `video`. Throws a {@link CameraFault}. */
export async function film(video: HTMLVideoElement, wish: MediaTrackConstraints): Promise<Film> {
  // Desktop web views, and pages without https, have no such interface at all.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices?.getUserMedia) throw "unsupported" satisfies CameraFault;
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia({ audio: false, video: wish });
  } catch (error) {
    throw fault(error);
  }
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
    if (video.srcObject === stream) video.srcObject = null;
  };
  const track = stream.getVideoTracks()[0];
  if (!track) {
    stop();
    throw "absent" satisfies CameraFault;
  }
  video.srcObject = stream;
  // Not waited for, so that whoever leaves meanwhile can stop the camera. Some engines refuse to play for a moment while
  // the page is laid out; the picture comes all the same.
  void video.play().catch(() => undefined);
  return { track, stop };
}

/** How many cameras there are; known only once one may be used. */
export async function cameras(): Promise<number> {
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return devices.filter((device) => device.kind === "videoinput").length;
}

function fault(error: unknown): CameraFault {
  switch (error instanceof Error ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "absent";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "unsupported";
  }
}

export const isCameraFault = (error: unknown): error is CameraFault =>
  typeof error === "string" && ["refused", "absent", "busy", "unsupported"].includes(error);
