/** A small copy of a picture that was asked with, since the server does not give those back. */
interface KeptPicture {
  media_id: string;
  name: string;
  /** As a data: address; null if this browser cannot show such a picture. */
  preview: string | null;
}

const PLACE = "findalike.pictures";
const KEPT = 12;
const SIDE = 640;

/** Keep a picture for as long as this tab lives, reloads included. */
export async function remember(mediaId: string, name: string, file: Blob): Promise<void> {
  const kept = { media_id: mediaId, name, preview: await smaller(file) };
  let all = [kept, ...read().filter((one) => one.media_id !== mediaId)].slice(0, KEPT);
  // Browsers give each site a few megabytes: what does not fit goes, the oldest first.
  while (all.length) {
    try {
      sessionStorage.setItem(PLACE, JSON.stringify(all));
      return;
    } catch {
      all = all.slice(0, -1);
    }
  }
}

export function recall(mediaId: string): KeptPicture | null {
  return read().find((one) => one.media_id === mediaId) ?? null;
}

function read(): KeptPicture[] {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(PLACE) ?? "[]");
    return Array.isArray(found) ? (found as KeptPicture[]) : [];
  } catch {
    return [];
  }
}

async function smaller(file: Blob): Promise<string | null> {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return canvas.toDataURL("image/webp", 0.85);
  } catch {
    // HEIC and TIFF, for instance: the server reads more than the browser does.
    return null;
  }
}
